"""Letters for digits, as a scanner or a hurried hand writes them: ``4lll llll`` as ``4111 1111``."""

import re
from typing import Final

from detection.fold import Folded
from detection.readings.rewriting import Reading, Rewriting

_ALIKE: Final = "OoQIl|SBZ"
_DIGITS: Final = str.maketrans(_ALIKE, "000111582")
_SIGN: Final = rf"[\d{re.escape(_ALIKE)}]"
_LETTER: Final = f"[{re.escape(_ALIKE)}]"
_GAPS: Final = " .-()/"
_GAP: Final = rf"[{re.escape(_GAPS)}]{{0,2}}"
_NO_GAPS: Final = str.maketrans("", "", _GAPS)
_SUFFIXES: Final = frozenset("QSBZ")
"""Letters that follow a number as a unit, a zone or a check letter more often than they stand for a digit."""

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
_GROUP = re.compile(rf"[^{re.escape(_GAPS)}]+")


def read(folded: Folded) -> Reading | None:
    """The text with such runs in digits."""
    writing = Rewriting(folded)
    for match in _RUN.finditer(folded.text):
        run = _without_unit(match[0])
        if _is_number(run):
            writing.put_each(match.start(), match.start() + len(run), run.translate(_DIGITS))
    return writing.reading()


def _without_unit(run: str) -> str:
    """The run without a unit or a check letter at its end: ``1250 3000 OZ``, ``20240115 103000Z``, ``12345678Z``.

    Letters that fill the last group to the size of the others stand for digits.
    """
    groups = _GROUP.findall(run)
    last, first = groups[-1], groups[0]
    if len(groups) > 1 and not _has_digit(last):
        return run if len(last) == len(groups[-2]) else run[: -len(last)].rstrip(_GAPS)
    is_filled = len(groups) > 2 and len(last) == len(first)  # noqa: PLR2004  (two groups are no pattern)
    if last[-1] in _SUFFIXES and run[:-1].translate(_NO_GAPS).isdigit() and not is_filled:
        return run[:-1]
    return run


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
