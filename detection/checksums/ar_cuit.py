"""CUIT and CUIL of Argentina: kind, number of the document, check digit.

Source: Administración Federal de Ingresos Públicos, Resolución 1817/2005. 20-05536168-2 passes.
"""

from typing import Final

from detection.checksums import digits_of, weighted

_WEIGHTS: Final = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_KINDS: Final = frozenset({20, 23, 24, 25, 26, 27, 30, 33, 34})


def is_valid(value: str) -> bool:
    """Whether the kind exists and the check digit holds."""
    digits = digits_of(value)
    if len(digits) != 11 or 10 * digits[0] + digits[1] not in _KINDS:
        return False
    rest = -weighted(digits, _WEIGHTS) % 11
    return digits[10] == (9 if rest == 10 else rest)
