"""Letters for digits, as scanners and hurried hands write them: ``4lll llll``, ``55OO``, ``IBAN NO5B``."""

import re
from collections.abc import Iterator
from typing import Final

from detection.checksums import written_digits
from detection.checksums.iban import BANK_CODED, LENGTHS, NUMERIC
from detection.fold import Folded
from detection.long_search import LongSearch
from detection.readings.rewriting import Reading, Rewriting

_ALIKE: Final = "OoQIl|SBZ"
_HAN: Final = "\u3007\u96f6\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d"
"""The digits of Chinese and Japanese, zero in both its forms."""
_DIGITS: Final = str.maketrans(_ALIKE + _HAN, "000111582" + "00123456789")
_SIGN: Final = rf"[\d{re.escape(_ALIKE)}]"
_LETTER: Final = f"[{re.escape(_ALIKE)}]"
_GAPS: Final = " .-()/"
_GAP: Final = rf"[{re.escape(_GAPS)}]{{0,2}}"
_NO_GAPS: Final = str.maketrans("", "", _GAPS)
_SUFFIXES: Final = frozenset("QSBZ")
"""Letters that follow a number as a unit, a zone or a check letter more often than they stand for a digit."""

_SHAPES: Final = frozenset({(3, 2, 4), (3, 3, 4)})
"""Lengths of the groups of numbers that are as long as they can be: American ones of persons and telephones."""
_PATTERN: Final = 3
"""So many groups and more make a pattern by their lengths: two make none."""

MIN_SIGNS: Final = 7
LONG_RUN: Final = 12
"""From this length on a single real digit is enough: no sentence is made of these letters alone."""

_MOSTLY_NUMERIC: Final = ("CH", "FR", "LI", "MC", "TR")
"""Countries whose numbers may hold letters, and hardly ever do."""
_NUMERIC: Final = f"(?:{'|'.join((*NUMERIC, *_MOSTLY_NUMERIC))})"
_BANK_CODED: Final = f"(?:{'|'.join(BANK_CODED)})"
_BANK: Final = range(4, 8)
_CHECK_DIGITS: Final = 2
"""Where the check digits begin, after the country."""

_MIXED: Final = rf"(?:\d{_GAP}{_LETTER}|{_LETTER}{_GAP}\d)"
GATE: Final = (
    rf"(?:^|[^0-9A-Za-z])(?:{_SIGN}{_GAP}){{2,}}{_MIXED}"
    rf"|(?:^|[^0-9A-Za-z])(?:{_SIGN}{_GAP})?{_MIXED}(?:{_GAP}{_SIGN}){{2,}}"
    rf"|(?:[{_HAN}]{_GAP}){{{MIN_SIGNS}}}"
    rf"|\b(?i:{_NUMERIC}|{_BANK_CODED})(?:{_LETTER}\d|\d{_LETTER})[ .-]?[0-9A-Za-z]"
    rf"|\b(?i:{_NUMERIC}|{_BANK_CODED}\d\d[ .-]?[A-Z]{{4}})\d+(?:[ .-]?\d)*[ .-]?{_LETTER}(?:[ .-]?{_SIGN})+"
)
"""RE2 expression that matches wherever letters may stand for digits."""

_RUN = re.compile(rf"(?<![0-9A-Za-z]){_SIGN}(?:{_GAP}{_SIGN}){{{MIN_SIGNS - 1},}}(?![0-9A-Za-z])")
_HAN_RUN = LongSearch(re.compile(rf"[{_HAN}](?:{_GAP}[{_HAN}]){{{MIN_SIGNS - 1},}}"))
_ACCOUNT = LongSearch(
    re.compile(
        rf"(?<![0-9A-Za-z])(?i:{_NUMERIC}|(?P<coded>{_BANK_CODED}))(?:\d{_SIGN}|{_LETTER}\d)"
        r"(?:[ .-]?[0-9A-Za-z|]){11,26}"
    )
)
_ONE_LETTER = re.compile(_LETTER)
_GROUP = re.compile(rf"[^{re.escape(_GAPS)}]+")


def read(folded: Folded) -> Reading | None:
    """The text with such runs and account numbers in digits."""
    writing, done = Rewriting(folded), 0
    for start, piece in sorted([*_numbers(folded.text), *_accounts(folded.text)]):
        if start >= done:
            done = start + len(piece)
            writing.put_each(start, done, piece)
    return writing.reading()


def _numbers(text: str) -> Iterator[tuple[int, str]]:
    for match in _RUN.finditer(text):
        if _ONE_LETTER.search(match[0]) and _is_number(run := _without_unit(match[0])):
            yield match.start(), run.translate(_DIGITS)
    for match in _HAN_RUN.finditer(text):
        yield match.start(), match[0].translate(_DIGITS)


def _accounts(text: str) -> Iterator[tuple[int, str]]:
    for match in _ACCOUNT.finditer(text):
        account = _account(match[0], is_coded=match["coded"] is not None)
        if account is not None:
            yield match.start(), account


def _account(text: str, *, is_coded: bool) -> str | None:
    """The international account number at the beginning of a text, its letters for digits read as such."""
    total = LENGTHS[text[:2].upper()]
    written, size, letters = list(text), 0, 0
    for place, sign in enumerate(text):
        if sign in _GAPS:
            continue
        if size >= _CHECK_DIGITS and not (is_coded and size in _BANK):
            written[place] = sign.translate(_DIGITS)
            letters += written[place] != sign
            if not written[place].isdigit():
                return None
        size += 1
        if size == total:
            return "".join(written[: place + 1]) if 0 < letters <= size // 2 else None
    return None


def _without_unit(run: str) -> str:
    """The run without a unit or a check letter at its end: ``1250 3000 OZ``, ``20240115 103000Z``, ``12345678Z``.

    Letters that fill the last group to the size of the others stand for digits.
    """
    groups = _GROUP.findall(run)
    last, first = groups[-1], groups[0]
    if len(groups) > 1 and not _has_digit(last):
        return run if len(last) == len(groups[-2]) else run[: -len(last)].rstrip(_GAPS)
    sizes = tuple(map(len, groups))
    is_filled = sizes in _SHAPES or (len(groups) >= _PATTERN and len(last) == len(first))
    if last[-1] in _SUFFIXES and run[:-1].translate(_NO_GAPS).isdigit() and not is_filled:
        return run[:-1]
    return run


def _is_number(run: str) -> bool:
    """Not digits already, not mostly letters, and no word at either end."""
    letters = len(_ONE_LETTER.findall(run))
    digits = len(written_digits(run))
    if not letters or not digits:
        return False
    groups = _GROUP.findall(run)
    if "|" in groups and max(map(len, groups)) > 1:  # it parts the cells of a table
        return False
    is_mostly_digits = digits >= letters and _has_digit(groups[0]) and _has_digit(groups[-1])
    return is_mostly_digits or digits + letters >= LONG_RUN


def _has_digit(group: str) -> bool:
    return any(c.isdigit() for c in group)
