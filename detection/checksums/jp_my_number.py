"""Individual numbers of Japan: eleven digits and a check digit.

Source: Ministry of Internal Affairs and Communications, Ordinance 85 of 2014, article 5. 621498320257 passes.
"""

from typing import Final

from detection.checksums import digits_of, weighted

_WEIGHTS: Final = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


def is_valid(value: str) -> bool:
    """Whether the twelfth digit checks the eleven before it."""
    digits = digits_of(value)
    if len(digits) != 12 or len(set(digits)) == 1:
        return False
    rest = weighted(digits, _WEIGHTS) % 11
    return digits[11] == (0 if rest < 2 else 11 - rest)
