"""Social security numbers of Portugal: eleven digits weighted by primes. Source: Segurança Social.

12345678902 passes.
"""

from typing import Final

from detection.checksums import digits_of, weighted

_WEIGHTS: Final = (29, 23, 19, 17, 13, 11, 7, 5, 3, 2)


def is_valid(value: str) -> bool:
    """Whether the first digit is one that is given out and the last checks the ten before it."""
    digits = digits_of(value)
    return len(digits) == 11 and digits[0] in {1, 2} and digits[10] == 9 - weighted(digits, _WEIGHTS) % 10
