"""Personal identity codes of Finland: date of birth, sign of the century, serial, check character modulo 31.

Source: Digi- ja väestötietovirasto; the signs Y to U and B to F are of 2023. 131052-308T passes.
"""

import re
from typing import Final

from detection.checksums import is_date

_SHAPE: Final = re.compile(r"(\d{2})(\d{2})(\d{2})([+\-YXWVUABCDEF])(\d{3})([0-9A-Y])")
_CENTURIES: Final = {"+": 1800, **dict.fromkeys("-YXWVU", 1900), **dict.fromkeys("ABCDEF", 2000)}
_LETTERS: Final = "0123456789ABCDEFHJKLMNPRSTUVWXY"


def is_valid(value: str) -> bool:
    """Whether the date exists and the check character holds."""
    match = _SHAPE.fullmatch(value.upper())
    if match is None:
        return False
    day, month, year, sign, serial, check = match.groups()
    if int(serial) < 2 or not is_date(_CENTURIES[sign] + int(year), int(month), int(day)):
        return False
    return check == _LETTERS[int(day + month + year + serial) % 31]
