"""Telephone numbers of which only the digits are known: those of a country's plan, as they are dialled there or abroad.

Source: ITU-T E.164 and the metadata of ``phonenumbers`` (libphonenumber).
"""

from typing import Final

from detection.checksums import written_digits
from detection.finders.numbering import VALID, international, is_national, is_valid_in

_BARE_REGIONS: Final = {9: ("ES", "PT", "PL"), 10: ("US", "MX", "IT", "CO"), 11: ("BR",)}
"""By the number of digits, regions whose national numbers are dialled without a prefix."""
_MOBILE_OF_INDIA: Final = "6789"
"""First digits of its mobile numbers, which have ten; those of its land lines are written with a zero before them."""


def is_valid(value: str) -> bool:
    """Whether a plan knows the digits."""
    digits = written_digits(value)
    if not digits or len(set(digits)) == 1:
        return False
    if digits.startswith("00"):
        return international(digits[2:]) == VALID
    if digits[0] == "0":
        return is_national(digits)
    regions = _BARE_REGIONS.get(len(digits), ())
    if len(digits) == 10 and digits[0] in _MOBILE_OF_INDIA:
        regions = (*regions, "IN")
    return any(is_valid_in(digits, region) for region in regions) or international(digits) == VALID
