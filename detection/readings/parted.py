"""Letters and words between the groups of a card: ``4539x1488x0343x6467``, ``first four 4539, next 1488, ...``."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from detection.checksums import payment_card
from detection.fold import Folded
from detection.long_search import LongSearch
from detection.prefilter import Prefilter
from detection.readings.rewriting import Reading, Rewriting

GATE: Final = (
    r"(?:^|[^0-9A-Za-z])\d{3,6}[A-Za-z]\d{2,6}[A-Za-z]\d{4,6}"
    r"|(?:\d[A-Za-z]){8}\d"
    r"|\d{4}(?:[^0-9A-Za-z]{1,3}[A-Za-z]+){1,5}[^0-9A-Za-z]{1,3}(?:\d[^0-9A-Za-z]{1,3})?\d{4}"
    r"|\d{4}[^0-9A-Za-z]{1,3}[2-4][:.)=]{1,2} ?\d{4}"
)
"""RE2 expression that matches wherever single letters or a few words part groups of digits."""
MAX_GAP: Final = 28
"""Characters of the words between two groups."""

_RUN = LongSearch(re.compile(r"(?<![0-9A-Za-z])\d{3,6}(?:[A-Za-z]\d{2,6}){2,4}(?![0-9A-Za-z])"))
_SINGLE = LongSearch(re.compile(r"(?<![0-9A-Za-z])\d([A-Za-z])\d(?:\1\d){6,17}(?![0-9A-Za-z])"), r"\d(?:[A-Za-z]\d){7}")
"""The same letter between every two digits: ``4x5x3x9``."""
_LETTERS = re.compile(r"[A-Za-z]")
_GROUP = re.compile(r"\b(?:\d{8}|\d{4})\b")
_WORDS = re.compile(r"(?:[^0-9]|\b\d\b)*")
"""What may stand between two groups: no other number but the count of the parts."""
_CARD = Prefilter(
    [
        r"(?i)\b(?:cards?|visa|mastercard|cc|cartao|tarjeta|carte|\w{0,7}karte|carta|kaart|karta)\b",
        r"(?i)\b(?:first|last) (?:four|eight|[48])\b|\b(?:first|second|1st|2nd|other) (?:half|part)\b",
        r"(?i)\b(?:starts?|begins?) with \d{8}\b|\b1[:.)]{1,2} ?\d{4}\b[^0-9A-Za-z]{1,4}2[:.)]",
        (
            r"(?i)\b(?:primeir[oa]s?|primer[oa]s?|prima|premiere|erste[rn]?|eerste|pierwsz[ay]) "
            r"(?:[48]\b|oito|ocho|parte|metade|mitad|partie|moitie|meta|halfte|teil|helft|deel|czesc|polowa)"
        ),
    ]
)
"""Four numbers in a sentence make a card only where it speaks of one."""
_SIZE: Final = 16


def read(folded: Folded) -> Reading | None:
    """The text with spaces for these letters and words."""
    places = sorted([*_letters(folded.text), *_words(folded.text)])
    if not places:
        return None
    writing, done = Rewriting(folded), 0
    for start, end in places:
        if start >= done:
            writing.put(start, end, " ")
            done = end
    return writing.reading()


def _letters(text: str) -> Iterator[tuple[int, int]]:
    for match in (*_RUN.finditer(text), *_SINGLE.finditer(text)):
        for letter in _LETTERS.finditer(text, *match.span()):
            yield letter.span()


def _words(text: str) -> Iterator[tuple[int, int]]:
    if not _CARD.match(text):
        return
    groups = [match.span() for match in _GROUP.finditer(text)]
    place = 0
    while place < len(groups):
        start, end = groups[place]
        count = _SIZE // (end - start)
        parts = groups[place : place + count]
        if _is_card(text, parts) and _are_parted(text, gaps := [(one[1], two[0]) for one, two in pairwise(parts)]):
            yield from gaps
            place += count
        else:
            place += 1


def _are_parted(text: str, gaps: list[tuple[int, int]]) -> bool:
    """Whether nothing but a few words stands in these gaps."""
    return all(end - start <= MAX_GAP and _WORDS.fullmatch(text, start, end) for start, end in gaps)


def _is_card(text: str, parts: list[tuple[int, int]]) -> bool:
    digits = "".join(text[start:end] for start, end in parts)
    return len(digits) == _SIZE and payment_card.is_valid(digits)
