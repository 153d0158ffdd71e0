"""CUI, the tax number of Romania: up to nine digits and a check digit. Source: ANAF. 18547290 passes."""

from typing import Final

from detection.checksums import digits_of, weighted

_WEIGHTS: Final = (2, 3, 5, 7, 1, 2, 3, 5, 7)


def is_valid(value: str) -> bool:
    """Whether the last digit checks the three to nine before it."""
    digits = digits_of(value)
    if not 4 <= len(digits) <= 10 or len(set(digits)) == 1:
        return False
    return digits[-1] == weighted(digits[-2::-1], _WEIGHTS) * 10 % 11 % 10
