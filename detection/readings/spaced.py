"""Letters set apart: ``p a s s w o r d``, ``s.s.n.``, ``D E 8 9 3 7 0 4``, ``j a n e @ example.com``."""

import re
from typing import Final

from detection.fold import Folded
from detection.readings.labels import LABELS
from detection.readings.rewriting import Reading, Rewriting

MAX_DIGITS: Final = 8
"""Digits alone that are joined: a code. Longer numbers are seen with anything between their digits."""

GATE: Final = (
    r"(?:^|[^0-9A-Za-z])[0-9A-Za-z]"
    r"(?:(?: [0-9A-Za-z@]){2}|(?:\.[0-9A-Za-z@]){2}|(?:-[0-9A-Za-z@]){2}|(?:_[0-9A-Za-z@]){2})(?:[^0-9A-Za-z]|$)"
)
"""RE2 expression that matches wherever three single letters or digits stand in a row."""

_RUN = re.compile(
    r"(?<![0-9A-Za-z@.\-])[0-9A-Za-z](?P<gap>[ .\-_])(?:[0-9A-Za-z@.](?P=gap)){1,80}[0-9A-Za-z@](?![0-9A-Za-z])"
)
_LABEL = re.compile(rf"(?:{'|'.join(sorted(LABELS))})(?=\d)", re.IGNORECASE)


def read(folded: Folded) -> Reading | None:
    """The text with such runs joined."""
    writing = Rewriting(folded)
    text = folded.text
    for match in _RUN.finditer(text):
        start, end = match.span()
        joined = text[start:end:2]
        if joined.isdigit() and (len(joined) > MAX_DIGITS or match["gap"] == "."):
            continue
        label = _LABEL.match(joined)
        if label is not None:  # ``c v v 1 2 3``: what follows the label is its value
            behind = start + 2 * label.end()
            writing.put_apart(start, behind - 1, 2)
            start = behind
        writing.put_apart(start, end, 2)
    reading = writing.reading()
    # what is read so may be a label, which speaks for the value beside it
    return None if reading is None else reading._replace(is_label=True)
