"""Driver numbers of Great Britain: surname, decade, month (50 more for women), day, year, initials, check characters.

Source: Driver and Vehicle Licensing Agency, INF45. MORGA607054SM9IJ is well formed, ``Order 754016 takes`` is not.
"""

import re
from typing import Final

_SHAPE: Final = re.compile(r"[A-Z]{1,5}9{0,4}\d(\d{2})(\d{2})\d[A-Z][A-Z9]\d[A-Z]{2}(?:\d{2})?")


def is_valid(value: str) -> bool:
    """Whether month and day may be."""
    plain = "".join(c for c in value.upper() if c.isalnum())
    match = _SHAPE.fullmatch(plain)
    return match is not None and len(plain) in {16, 18} and 1 <= int(match[1]) % 50 <= 12 and 1 <= int(match[2]) <= 31
