"""Serial numbers of German identity cards and passports, with their check digit where it is written.

Source: ICAO Doc 9303, weights 7, 3, 1; the alphabet of the Bundesdruckerei has no vowels and none of B, D, Q, S.
L01X00T47 1 is checked as T220001293: the tenth character checks the nine before it.
"""

import re
from typing import Final

_SHAPE: Final = re.compile(r"[CFGHJKLMNPRTVWXYZ][CFGHJKLMNPRTVWXYZ0-9]{8}\d?")
_OLD: Final = re.compile(r"T\d{8}\d?")


def is_valid(value: str) -> bool:
    """Whether the characters may stand in a serial number, and the tenth, if any, checks the others."""
    plain = "".join(c for c in value.upper() if c.isalnum())
    if (_SHAPE.fullmatch(plain) is None and _OLD.fullmatch(plain) is None) or not any(c.isdigit() for c in plain):
        return False
    if len(plain) == 9:
        return True
    numbers = [int(c) if c.isdigit() else ord(c) - 55 for c in plain[:9]]
    return sum(n * (7, 3, 1)[place % 3] for place, n in enumerate(numbers)) % 10 == int(plain[9])
