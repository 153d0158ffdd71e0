"""NIR, the social security number of France: sex, birth, place, order, key modulo 97.

Source: INSEE, Décret 82-103. 2 94 03 75 120 005 91 passes, and so does one born in Corsica (2A, 2B).
"""

import re
from typing import Final

_SHAPE: Final = re.compile(r"[1-478]\d{2}(?:0[1-9]|1[0-2]|[2-9]\d)(?:\d{2}|2[AB])\d{6}\d{2}")
_CORSICA: Final = {"2A": "19", "2B": "18"}


def is_valid(value: str) -> bool:
    """Whether the shape and the key hold."""
    plain = "".join(c for c in value.upper() if c.isalnum())
    if len(plain) != 15 or _SHAPE.fullmatch(plain) is None:
        return False
    number = plain[:5] + _CORSICA.get(plain[5:7], plain[5:7]) + plain[7:13]
    return 97 - int(number) % 97 == int(plain[13:])
