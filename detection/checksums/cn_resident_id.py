"""Resident identity numbers of China: region, date of birth, serial, check character.

Source: GB 11643-1999, ISO 7064 MOD 11-2. 11010519491231002X passes.
"""

import re
from typing import Final

from detection.checksums import digits_of, is_date, weighted

_SHAPE: Final = re.compile(r"[1-9]\d{5}(\d{4})(\d{2})(\d{2})\d{3}[0-9X]")
_REGIONS: Final = frozenset(
    {11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54}
    | {61, 62, 63, 64, 65, 71, 81, 82, 83}
)
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_OLDEST: Final = 1880


def is_valid(value: str) -> bool:
    """Whether region and date exist and the check character holds."""
    plain = "".join(c for c in value.upper() if c.isalnum())
    match = _SHAPE.fullmatch(plain)
    if match is None or int(plain[:2]) not in _REGIONS:
        return False
    year, month, day = (int(part) for part in match.groups())
    if year < _OLDEST or not is_date(year, month, day):
        return False
    return plain[17] == "10X98765432"[weighted(digits_of(plain[:17]), _WEIGHTS) % 11]
