"""RUC, the tax number of Peru: kind, eight digits, check digit.

Source: SUNAT, Resolución de Superintendencia 210-2004. 20512333797 passes.
"""

from typing import Final

from detection.checksums import digits_of, weighted

_WEIGHTS: Final = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_KINDS: Final = frozenset({10, 15, 16, 17, 20})


def is_valid(value: str) -> bool:
    """Whether the kind exists and the check digit holds."""
    digits = digits_of(value)
    if len(digits) != 11 or 10 * digits[0] + digits[1] not in _KINDS:
        return False
    return digits[10] == (11 - weighted(digits, _WEIGHTS) % 11) % 10
