"""Digits with signs between them that nobody uses there: ``call 415_555_0132``, ``cvv 9:3:1``."""

import re
from collections.abc import Iterator
from itertools import islice, pairwise
from typing import Final

from detection.checksums import phone_number, written_digits
from detection.fold import Folded
from detection.prefilter import SHORT, Prefilter
from detection.readings.rewriting import Reading, Rewriting

MIN_CODE: Final = 3
MAX_CODE: Final = 8
"""Digits of a code. Longer numbers are seen with anything between their digits, but for telephones."""
MAX_TRIED: Final = 50
"""Codes and telephone numbers of one text that are looked at: no message has so many."""

_SIGN: Final = r"(?: {0,2}[^0-9A-Za-z\s().\-/]{1,2} {0,2}|[\t\n])"
_ANY_SIGN: Final = r" {0,2}[^0-9A-Za-z\s()]{1,2} {0,2}"
GATE: Final = (
    rf"(?:^|[^0-9A-Za-z])\d{{1,4}}\)?{_SIGN}\d{{1,5}}{_SIGN}\d{{1,5}}|\b0\d{{2,4}}{_SIGN}\d{{5,8}}"
    rf"|(?:^|[^0-9A-Za-z])\d(?:{_ANY_SIGN}\d){{2}}(?:\D|$)"
)
"""RE2 expression that matches wherever three groups of digits have such signs between them."""

_GROUPS = re.compile(
    rf"(?<![0-9A-Za-z])(?:0\d{{2,4}}{_SIGN}\d{{5,8}}|\d{{1,4}}\)?(?P<gap>{_SIGN})\d{{1,5}}(?:(?P=gap)\d{{1,5}}){{1,12}})(?![0-9A-Za-z])"
)
_SINGLE = re.compile(rf"(?<![0-9A-Za-z])\d(?P<gap>{_ANY_SIGN})\d(?:(?P=gap)\d)*+")
"""The whole of a run, so that no part of a longer one is tried again and again."""
_DIGITS = re.compile(r"\d+")
_WORD = re.compile("[A-Za-z]{3}")
"""A code is one by a word beside it, if it is no answer: noise has none."""
_TELEPHONE = Prefilter(
    [
        r"(?i)\b(?:(?:tele)?phone|call|tel|cell|mobile|text|sms|whatsapp|contact|fax|reach|ring|celular|telefon|fone|handy)"
    ]
)
"""Only where somebody speaks of one: amounts and times have such signs too."""


def read(folded: Folded) -> Reading | None:
    """The text with dashes in telephone numbers, and codes without the signs between their digits."""
    text = folded.text
    has_codes = len(text) <= SHORT or _WORD.search(text) is not None
    places = [(start, end, "") for start, end in _codes(text)] if has_codes else []
    if _TELEPHONE.match(text):
        places += [(start, end, "-") for start, end in _telephones(text)]
    writing, done = Rewriting(folded), 0
    for start, end, mark in sorted(places):
        if start >= done:
            done = end
            for left, right in pairwise(_DIGITS.finditer(text, start, end)):
                writing.put(left.end(), right.start(), mark)
    return writing.reading()


def _codes(text: str) -> Iterator[tuple[int, int]]:
    for match in islice(_SINGLE.finditer(text), MAX_TRIED):
        if MIN_CODE <= len(written_digits(match[0])) <= MAX_CODE and not text[match.end() : match.end() + 1].isalnum():
            yield match.span()


def _telephones(text: str) -> Iterator[tuple[int, int]]:
    for match in islice(_GROUPS.finditer(text), MAX_TRIED):
        if phone_number.is_valid(written_digits(match[0])):
            yield match.span()
