"""Insurance numbers of Austria: serial, check digit, date of birth.

Source: Dachverband der Sozialversicherungsträger. 1237 010180 passes.
"""

from typing import Final

from detection.checksums import digits_of, weighted

_WEIGHTS: Final = (3, 7, 9, 0, 5, 8, 4, 2, 1, 6)


def is_valid(value: str) -> bool:
    """Whether day and month may be (the month runs to 15 where a day is used up) and the check digit holds."""
    digits = digits_of(value)
    if len(digits) != 10 or digits[0] == 0:
        return False
    day, month = 10 * digits[4] + digits[5], 10 * digits[6] + digits[7]
    return 1 <= day <= 31 and 1 <= month <= 15 and digits[3] == weighted(digits, _WEIGHTS) % 11
