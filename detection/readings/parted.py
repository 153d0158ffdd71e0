"""Letters between groups of digits: ``4539x1488x0343x6467``."""

import re
from typing import Final

from detection.fold import Folded
from detection.readings.rewriting import Reading, Rewriting

GATE: Final = r"(?:^|[^0-9A-Za-z])\d{3,6}[A-Za-z]\d{2,6}[A-Za-z]\d{4,6}"
"""RE2 expression that matches wherever single letters part groups of digits."""

_RUN = re.compile(r"(?<![0-9A-Za-z])\d{3,6}(?:[A-Za-z]\d{2,6}){2,4}(?![0-9A-Za-z])")
_LETTERS = re.compile(r"[A-Za-z]")


def read(folded: Folded) -> Reading | None:
    """The text with spaces for these letters."""
    writing = Rewriting(folded)
    for match in _RUN.finditer(folded.text):
        writing.put_each(*match.span(), _LETTERS.sub(" ", match[0]))
    return writing.reading()
