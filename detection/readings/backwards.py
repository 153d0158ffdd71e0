"""Digits given from the last to the first, and said to be so: ``my card backwards is 7646 3430 8841 9354``."""

import re
from typing import Final

from detection.fold import Folded
from detection.readings.rewriting import Reading, Rewriting

_WORDS: Final = (
    "backwards?|reversed?|in reverse|right to left|de tras para frente|de tras pra frente|ao contrario|invertid[oa]"
    "|al reves|a l.envers|ruckwarts|umgekehrt|al contrario|all.indietro"
)
GATE: Final = rf"(?i)\b(?:{_WORDS})\b"
"""RE2 expression that matches wherever somebody says so."""

_RUN = re.compile(r"(?<!\w)\d(?:[ .\-/]{0,2}\d){7,30}(?!\w)")


def read(folded: Folded) -> Reading | None:
    """The text with its runs of digits turned round."""
    writing = Rewriting(folded)
    for match in _RUN.finditer(folded.text):
        writing.put_backwards(*match.span())
    return writing.reading()
