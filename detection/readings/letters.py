"""Letters for digits, as a scanner or a hurried hand writes them: ``4lll llll`` as ``4111 1111``."""

import re
from typing import Final

from detection.fold import Folded
from detection.readings.rewriting import Reading, Rewriting

_ALIKE: Final = "OoQIl|SBZ"
_DIGITS: Final = str.maketrans(_ALIKE, "000111582")
_SIGN: Final = rf"[\d{re.escape(_ALIKE)}]"
_LETTER: Final = f"[{re.escape(_ALIKE)}]"
_GAP: Final = r"[ .\-()/]{0,2}"

MIN_SIGNS: Final = 7
LONG_RUN: Final = 12
"""From this length on a single real digit is enough: no sentence is made of these letters alone."""

_MIXED: Final = rf"(?:\d{_GAP}{_LETTER}|{_LETTER}{_GAP}\d)"
GATE: Final = (
    rf"(?:^|[^0-9A-Za-z])(?:{_SIGN}{_GAP}){{2,}}{_MIXED}"
    rf"|(?:^|[^0-9A-Za-z])(?:{_SIGN}{_GAP})?{_MIXED}(?:{_GAP}{_SIGN}){{2,}}"
)
"""RE2 expression that matches wherever letters may stand for digits."""

_RUN = re.compile(rf"(?<![0-9A-Za-z]){_SIGN}(?:{_GAP}{_SIGN}){{{MIN_SIGNS - 1},}}(?![0-9A-Za-z])")
_GROUP = re.compile(r"[^ .\-()/]+")


def read(folded: Folded) -> Reading | None:
    """The text with such runs in digits."""
    writing = Rewriting(folded)
    for match in _RUN.finditer(folded.text):
        if _is_number(match[0]):
            writing.put_each(*match.span(), match[0].translate(_DIGITS))
    return writing.reading()


def _is_number(run: str) -> bool:
    """Not digits already, not mostly letters, and no word at either end."""
    letters = sum(run.count(letter) for letter in _ALIKE)
    digits = sum(c.isdigit() for c in run)
    if not letters or not digits:
        return False
    groups = _GROUP.findall(run)
    is_mostly_digits = digits >= letters and _has_digit(groups[0]) and _has_digit(groups[-1])
    return is_mostly_digits or digits + letters >= LONG_RUN


def _has_digit(group: str) -> bool:
    return any(c.isdigit() for c in group)
