"""CURP, the population register key of Mexico: letters of the name, date of birth, sex, state, letters, check digit.

Source: RENAPO, Instructivo normativo para la asignación de la CURP. BOXW310820HNERXN09 passes.
"""

import re
from typing import Final

from detection.checksums import is_date

_SHAPE: Final = re.compile(r"[A-Z][AEIOUX][A-Z]{2}(\d{2})(\d{2})(\d{2})[HMX]([A-Z]{2})[B-DF-HJ-NP-TV-Z]{3}[A-Z0-9]\d")
_STATES: Final = frozenset(
    ("AS BC BS CC CS CH CL CM DF CX DG GT GR HG JC MC MN MS NT NL OC PL QT QR SP SL SR TC TS TL VZ YN ZS NE").split()  # noqa: SIM905  (a list of names reads better so)
)
_ALPHABET: Final = "0123456789ABCDEFGHIJKLMN#OPQRSTUVWXYZ"
"""The sign stands for the letter between N and O, which the key itself writes as X."""


def is_valid(value: str) -> bool:
    """Whether date and state exist and the check digit holds."""
    plain = value.upper()
    match = _SHAPE.fullmatch(plain)
    if match is None or match[4] not in _STATES:
        return False
    century = 1900 if plain[16].isdigit() else 2000
    if not is_date(century + int(match[1]), int(match[2]), int(match[3])):
        return False
    total = sum(_ALPHABET.index(c) * weight for c, weight in zip(plain[:17], range(18, 1, -1), strict=True))
    return -total % 10 == int(plain[17])
