"""National identity numbers of Norway: date of birth, serial, two check digits modulo 11.

Source: Skatteetaten, folkeregisterforskriften; D numbers count 40 more on the day. 15108695088 passes.
"""

from typing import Final

from detection.checksums import digits_of, is_date, weighted

_FIRST: Final = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)
_SECOND: Final = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)


def is_valid(value: str) -> bool:
    """Whether the date exists and both check digits hold."""
    digits = digits_of(value)
    if len(digits) != 11 or weighted(digits, _FIRST) % 11 or weighted(digits, _SECOND) % 11:
        return False
    day, month, year = (10 * digits[i] + digits[i + 1] for i in (0, 2, 4))
    day, month = day % 40, month % 40
    return is_date(1900 + year, month, day) or is_date(2000 + year, month, day)
