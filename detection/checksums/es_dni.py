"""DNI and NIE of Spain: eight digits, or X, Y, Z and seven, and a letter modulo 23.

Source: Ministerio del Interior, Real Decreto 1553/2005 and Orden INT/2058/2008.
"""

import re
from typing import Final

_LETTERS: Final = "TRWAGMYFPDXBNJZSQVHLCKE"
_SHAPE: Final = re.compile(r"([XYZKLM]?)(\d{7,8})([A-Z])")
_FOREIGN: Final = {"X": "0", "Y": "1", "Z": "2"}


def is_valid(value: str) -> bool:
    """Whether the letter is the one of the number. 12345678Z and X1234567L pass."""
    match = _SHAPE.fullmatch("".join(c for c in value.upper() if c.isalnum()))
    if match is None:
        return False
    letter, digits, check = match.groups()
    if letter and len(digits) != 7:
        return False
    return _LETTERS[int(_FOREIGN.get(letter, "") + digits) % 23] == check
