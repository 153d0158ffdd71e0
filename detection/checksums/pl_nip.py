"""NIP, the tax number of Poland: ten digits modulo 11. Source: Ministerstwo Finansów. 856-734-62-15 passes."""

from typing import Final

from detection.checksums import digits_of, weighted

_WEIGHTS: Final = (6, 5, 7, 2, 3, 4, 5, 6, 7)


def is_valid(value: str) -> bool:
    """Whether the tenth digit checks the nine before it."""
    digits = digits_of(value)
    return len(digits) == 10 and len(set(digits)) > 1 and weighted(digits[:9], _WEIGHTS) % 11 == digits[9]
