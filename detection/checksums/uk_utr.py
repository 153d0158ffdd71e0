"""Unique taxpayer references of the United Kingdom. Source: HM Revenue and Customs, modulus 11 over nine digits."""

from typing import Final

from detection.checksums import digits_of, weighted

_WEIGHTS: Final = (6, 7, 8, 9, 10, 5, 4, 3, 2)
_CHECKS: Final = (2, 1, 9, 8, 7, 6, 5, 4, 3, 2, 1)


def is_valid(value: str) -> bool:
    """Whether the first digit checks the nine after it. 1955839661 passes."""
    digits = digits_of(value)
    return len(digits) == 10 and _CHECKS[weighted(digits[1:], _WEIGHTS) % 11] == digits[0]
