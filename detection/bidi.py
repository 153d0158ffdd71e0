"""Reversed writing: what a reader sees of text behind a right-to-left override.

Source: Unicode Standard Annex 9 (bidirectional algorithm), explicit directional overrides.
"""

import re
from typing import Final

_OVERRIDE: Final = "\u202e"
_REVERSED = re.compile("\u202e([^\u202c\n]*)[\u202c\n]?")


def is_reversed(text: str) -> bool:
    """Whether any of the text is written behind a right-to-left override."""
    return not text.isascii() and _OVERRIDE in text


def reversed_writing(text: str) -> tuple[str, list[int]]:
    """What a reader sees: each such piece turned round, with the offset of every character in the original."""
    order = list(range(len(text)))
    pieces: list[str] = []
    done = 0
    for match in _REVERSED.finditer(text):
        start, end = match.span(1)
        order[start:end] = order[start:end][::-1]
        pieces += text[done:start], text[start:end][::-1]
        done = end
    return "".join(pieces) + text[done:], order
