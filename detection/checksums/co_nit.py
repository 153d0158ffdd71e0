"""NIT, the tax number of Colombia: up to ten digits and a check digit modulo 11.

Source: Dirección de Impuestos y Aduanas Nacionales, Orden Administrativa 4/1989. 213.123.432-1 passes.
"""

from typing import Final

from detection.checksums import digits_of, weighted

_WEIGHTS: Final = (3, 7, 13, 17, 19, 23, 29, 37, 41, 43)


def is_valid(value: str) -> bool:
    """Whether the last digit checks the eight to ten before it."""
    digits = digits_of(value)
    if not 9 <= len(digits) <= 11 or len(set(digits)) == 1:
        return False
    rest = weighted(digits[-2::-1], _WEIGHTS) % 11
    return digits[-1] == (rest if rest < 2 else 11 - rest)
