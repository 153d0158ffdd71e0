"""Business registration numbers of Korea: office, kind, serial, check digit.

Source: National Tax Service. 104-86-56659 passes.
"""

from typing import Final

from detection.checksums import digits_of, weighted

_WEIGHTS: Final = (1, 3, 7, 1, 3, 7, 1, 3, 5)


def is_valid(value: str) -> bool:
    """Whether the tenth digit checks the nine before it."""
    digits = digits_of(value)
    if len(digits) != 10 or len(set(digits)) == 1:
        return False
    return digits[9] == -(weighted(digits, _WEIGHTS) + digits[8] * 5 // 10) % 10
