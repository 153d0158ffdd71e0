"""PESEL of Poland: date of birth with the century in the month, serial, check digit.

Source: Ministerstwo Cyfryzacji, Ustawa o ewidencji ludności. 44051401359 passes.
"""

from typing import Final

from detection.checksums import digits_of, is_date, weighted

_WEIGHTS: Final = (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)
_CENTURIES: Final = (1900, 2000, 2100, 2200, 1800)


def is_valid(value: str) -> bool:
    """Whether the date exists and the check digit holds."""
    digits = digits_of(value)
    if len(digits) != 11 or weighted(digits, _WEIGHTS) % 10:
        return False
    month = 10 * digits[2] + digits[3]
    return is_date(_CENTURIES[month // 20] + 10 * digits[0] + digits[1], month % 20, 10 * digits[4] + digits[5])
