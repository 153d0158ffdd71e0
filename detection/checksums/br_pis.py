"""PIS, PASEP, NIT and NIS of Brazil: eleven digits, modulus 11. Source: Caixa Econômica Federal."""

from typing import Final

from detection.checksums import digits_of, weighted

_WEIGHTS: Final = (3, 2, 9, 8, 7, 6, 5, 4, 3, 2)


def is_valid(value: str) -> bool:
    """Whether the check digit holds. 120.56412.43-0 passes."""
    digits = digits_of(value)
    if len(digits) != 11 or len(set(digits)) == 1:
        return False
    rest = weighted(digits[:10], _WEIGHTS) % 11
    return digits[10] == (0 if rest < 2 else 11 - rest)
