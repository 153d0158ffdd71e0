"""What a reading changed: only what touches a change can be new, so only what stands around one is looked at."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable
from typing import Final

from detection.checksums import written_digits
from detection.digits import MAX_DIGITS
from detection.matching import Candidate
from detection.spans import Spans, near, touches

AROUND: Final = 256
"""Characters around a change in a long text in which it may make another expression match, or name a value."""
_MOST: Final = 0.75
"""Of a text: where more of it is near changes, all of it is looked at."""
_LETTER: Final = re.compile("[A-Za-z]")
_GAP: Final = re.compile("[^0-9A-Za-z]")
FAR: Final = 1_024
"""Characters without a letter after which is asked whether what they hold is noise."""

Look = Callable[[str, Spans], Iterable[Candidate]]
"""``look(text, changed)`` gives the candidates of a text, those that touch no change among them."""


def candidates_at(changed: Spans, text: str, look: Look) -> list[Candidate]:
    """The candidates that touch a change, as ``look`` would give them for the whole of a long text."""
    pieces = _pieces(text, near(changed, AROUND, len(text)))
    if sum(end - start for start, end in pieces) > _MOST * len(text):
        return touching(changed, look(text, changed))
    found: list[Candidate] = []
    for start, end in pieces:
        first, last = bisect_left(changed, (start,)), bisect_left(changed, (end + 1,))
        within = [(begin - start, until - start) for begin, until in changed[first:last]]
        for candidate in touching(within, look(text[start:end], within)):
            if (candidate.start == 0 < start) or (candidate.end == end - start and end < len(text)):
                return touching(changed, look(text, changed))  # it may go on beyond the piece
            candidate.start += start
            candidate.end += start
            found.append(candidate)
    return found


def touching(changed: Spans, candidates: Iterable[Candidate]) -> list[Candidate]:
    """The candidates that touch a change."""
    return [candidate for candidate in candidates if touches(changed, candidate.start, candidate.end)]


def _pieces(text: str, spans: Spans) -> Spans:
    """The spans as far as the next letter on both sides: no run of digits is cut, but one that has too many."""
    pieces: Spans = []
    for start, end in spans:
        first, last = start - _reach(text[:start][::-1]), end + _reach(text[end:])
        if pieces and first <= pieces[-1][1]:
            pieces[-1] = (pieces[-1][0], max(last, pieces[-1][1]))
        else:
            pieces.append((first, last))
    return pieces


def _reach(text: str) -> int:
    """Characters up to the first letter, or to a gap between digits that has more before it than a run may have.

    What is cut off there makes no difference to the run: it is noise with it and without it.
    """
    letter = _LETTER.search(text)
    nearest = len(text) if letter is None else letter.start()
    if nearest > FAR and len(written_digits(text[:FAR])) > MAX_DIGITS:
        gap = _GAP.search(text, FAR, nearest)
        return nearest if gap is None else gap.end()
    return nearest
