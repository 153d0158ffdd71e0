"""Identity numbers of South Africa: date of birth, sex, status, check digit by Luhn.

Source: Department of Home Affairs, Identification Act 68 of 1997. 8001015009087 passes.
"""

from typing import Final

from detection.checksums import digits_of, is_date, luhn

_STATUS: Final = frozenset({0, 1, 2})
"""Citizen, permanent resident, refugee."""


def is_valid(value: str) -> bool:
    """Whether date and status exist and the check digit holds."""
    digits = digits_of(value)
    if len(digits) != 13 or digits[10] not in _STATUS:
        return False
    year, month, day = (10 * digits[i] + digits[i + 1] for i in (0, 2, 4))
    return (is_date(1900 + year, month, day) or is_date(2000 + year, month, day)) and luhn.is_valid(value)
