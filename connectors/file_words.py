"""The words of a file in windows: each is judged at once, so that messages have their turn between two of them.

Windows overlap, so that a value on a border is seen whole by one of them.
"""

from collections.abc import Iterable, Iterator
from typing import Final

MAX_WORDS: Final = 2_000_000
"""Characters of one file. What says more is not handed on."""
WINDOW: Final = 16 * 1024
OVERLAP: Final = 512
"""Characters that two windows share."""


def are_too_many(strings: Iterable[str]) -> bool:
    """Whether a file says more than is read."""
    return sum(map(len, strings)) > MAX_WORDS


def windows(strings: Iterable[str]) -> Iterator[tuple[int, str]]:
    """What a file says, piece by piece, each with its place in the whole."""
    text = "\n".join(strings)
    for start in range(0, len(text), WINDOW - OVERLAP):
        yield start, text[start : start + WINDOW]
