"""Resident registration numbers of Korea: date of birth, sex and century, serial.

Source: Ministry of the Interior and Safety, Resident Registration Act. The check digit of old numbers is not asked:
since October 2020 the last six digits are random. 880101-1234567 is well formed.
"""

from typing import Final

from detection.checksums import digits_of, is_date

_CENTURIES: Final = {1: 1900, 2: 1900, 3: 2000, 4: 2000}


def is_valid(value: str) -> bool:
    """Whether the date exists in the century of the seventh digit."""
    return is_well_formed(value, _CENTURIES)


def is_well_formed(value: str, centuries: dict[int, int]) -> bool:
    """Whether the date exists in the century that the seventh digit names."""
    digits = digits_of(value)
    if len(digits) != 13 or digits[6] not in centuries:
        return False
    year, month, day = (10 * digits[i] + digits[i + 1] for i in (0, 2, 4))
    return is_date(centuries[digits[6]] + year, month, day)
