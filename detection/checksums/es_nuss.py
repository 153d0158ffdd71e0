"""NUSS, the social security number of Spain: province, eight digits, two check digits modulo 97.

Source: Tesorería General de la Seguridad Social. 281234567840 passes.
"""

from typing import Final

from detection.checksums import written_digits

_SMALL: Final = 10_000_000
"""Numbers below were given out with one digit less, and are checked so."""


def is_valid(value: str) -> bool:
    """Whether the province exists and the check digits hold."""
    digits = written_digits(value)
    if len(digits) != 12 or digits[:2] == "00":
        return False
    province, number = int(digits[:2]), int(digits[2:10])
    base = number + province * (_SMALL if number < _SMALL else 10 * _SMALL)
    return number > 0 and base % 97 == int(digits[10:])
