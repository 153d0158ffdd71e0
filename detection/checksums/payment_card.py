"""Payment card numbers: issuer prefix, length and Luhn check digit.

Source: ISO/IEC 7812-1 and the issuer ranges that the card schemes publish. Maestro's wide ranges, and numbers of 17 and
18 digits, which couriers give out and schemes hardly, are left to ``maestro_card``, which a rule accepts only beside a
word that speaks of cards.
"""

from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from detection.checksums import luhn, written_digits

_MAESTRO = frozenset(range(12, 20))
_PLANS: tuple[tuple[int, int, frozenset[int]], ...] = (
    (4, 4, frozenset({13, 16, 19})),  # Visa
    (51, 55, frozenset({16})),  # Mastercard
    (2221, 2720, frozenset({16})),
    (34, 34, frozenset({15})),  # American Express
    (37, 37, frozenset({15})),
    (6011, 6011, frozenset({16, 19})),  # Discover
    (644, 649, frozenset({16, 19})),
    (65, 65, frozenset({16, 19})),
    (300, 305, frozenset({14, 16, 19})),  # Diners Club
    (3095, 3095, frozenset({14, 16, 19})),
    (36, 36, frozenset({14, 16, 19})),
    (38, 39, frozenset({14, 16, 19})),
    (3528, 3589, frozenset({16, 19})),  # JCB
    (35, 35, frozenset({16})),  # what generators of test numbers take for JCB
    (1800, 1800, frozenset({15})),
    (2131, 2131, frozenset({15})),
    (62, 62, frozenset({16, 19})),  # UnionPay
    (81, 81, frozenset({16, 19})),
    (2200, 2204, frozenset({16, 19})),  # Mir
    (508, 508, frozenset({16})),  # RuPay
    (60, 60, frozenset({16})),
    (82, 82, frozenset({16})),
    (504175, 504175, frozenset({16})),  # Elo
    (506699, 506778, frozenset({16})),
    (509000, 509999, frozenset({16})),
    (627780, 627780, frozenset({16})),
    (636297, 636297, frozenset({16})),
    (636368, 636368, frozenset({16})),
    (637095, 637095, frozenset({16})),  # Hiper
    (637568, 637568, frozenset({16})),
    (637599, 637612, frozenset({16})),
    (5060, 5061, frozenset({16, 19})),  # Verve
    (5078, 5079, frozenset({16, 19})),
    (9792, 9792, frozenset({16})),  # Troy
    (5018, 5018, _MAESTRO),  # Maestro: the ranges given out to its larger issuers
    (5019, 5019, frozenset({16})),  # Dankort
    (5020, 5020, _MAESTRO),
    (5038, 5038, _MAESTRO),
    (5893, 5893, _MAESTRO),
    (6304, 6304, _MAESTRO),
    (6759, 6759, _MAESTRO),
    (6761, 6763, _MAESTRO),
)
_PREFIX = 4
"""Digits by which the lengths are looked up; longer prefixes are compared after that."""
_SPREAD: Final = 250
"""From the first to the last of four sorted numbers: three cards in a million are so."""
_DAYS: Final = 5
"""Numbers that are the one before and one, as in a row of a calendar."""


def _table() -> dict[str, tuple[tuple[int, int, int, frozenset[int]], ...]]:
    table: dict[str, tuple[tuple[int, int, int, frozenset[int]], ...]] = {}
    for low, high, lengths in _PLANS:
        size = len(str(low))
        first = int(str(low).ljust(_PREFIX, "0")[:_PREFIX])
        last = int(str(high).ljust(_PREFIX, "9")[:_PREFIX])
        for prefix in range(first, last + 1):
            key = f"{prefix:04}"
            table[key] = (*table.get(key, ()), (size, low, high, lengths))
    return table


_BY_PREFIX = _table()
_LENGTHS: Final = {
    prefix: tuple(sorted(frozenset[int]().union(*(lengths for *_, lengths in plans)), reverse=True))
    for prefix, plans in _BY_PREFIX.items()
}


def lengths(digits: str, starts: Iterable[int]) -> list[tuple[int, tuple[int, ...]]]:
    """Of places among digits those at which a card's number may begin, with the lengths it may have, longest first."""
    return [(start, sizes) for start in starts if (sizes := _LENGTHS.get(digits[start : start + _PREFIX]))]


def is_valid(value: str) -> bool:
    """Whether the digits of the value are a card number that an issuer could have given out."""
    digits = written_digits(value)
    size = len(digits)
    possible = _LENGTHS.get(digits[:_PREFIX], ())
    if size not in possible or not luhn.is_valid(digits) or digits == digits[0] * size:
        return False
    for width, low, high, sizes in _BY_PREFIX[digits[:_PREFIX]]:
        if size in sizes and low <= int(digits[:width]) <= high:
            return not _counts_up(digits)
    return False


def _counts_up(digits: str) -> bool:
    """Whether evenly growing numbers make it, ``41 42 43 ...``, or close sorted ones, ``4012 4013 4025 4026``."""
    for width, spread in ((2, 0), (4, _SPREAD)):
        if not len(digits) % width:
            numbers = [int(digits[place : place + width]) for place in range(0, len(digits), width)]
            steps = [after - before for before, after in pairwise(numbers)]
            is_even = min(steps) > 0 and (len(set(steps)) == 1 or numbers[-1] - numbers[0] < spread)
            if is_even or steps.count(1) >= _DAYS:
                return True
    return False
