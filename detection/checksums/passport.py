"""Numbers of passports: each state has its own shape, few a check digit. Only what is plainly none is refused.

Source: ICAO Doc 9303 part 4: up to nine characters; the shapes are those of the states that issue most passports.
"""

import re
from typing import Final

from detection.checksums import record_number

_MAX_LENGTH: Final = 11
_DATE: Final = re.compile(r"(?:[0-3]\d[01]\d(?:19|20)\d{2}|(?:19|20)\d{2}[01]\d[0-3]\d)")
_UNITS: Final = re.compile(r"(?:AM|PM|EUR|USD|GBP|BRL|ISO|RFC|MHZ|GB|MB|KG)\b|.*(?:AM|PM|EUR|USD)$")


def is_valid(value: str) -> bool:
    """Whether the value has four digits or more, is no date and no measure."""
    plain = "".join(c for c in value.upper() if c.isalnum())
    return (
        sum(c.isdigit() for c in plain) >= 4
        and len(plain) <= _MAX_LENGTH
        and _DATE.fullmatch(plain) is None
        and _UNITS.match(value.upper()) is None
        and record_number.is_valid(value)
    )
