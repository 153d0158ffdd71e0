"""Pension insurance numbers of Germany: area, date of birth, a letter, serial, check digit.

Source: section 147 SGB VI, Verordnung über die Versicherungsnummer. 15 070649 C 10 3 passes.
"""

import re
from typing import Final

_SHAPE: Final = re.compile(r"(\d{2})(\d{2})(\d{2})\d{2}([A-Z])\d{2}(\d)")
_WEIGHTS: Final = (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1)


def is_valid(value: str) -> bool:
    """Whether the date may be one and the check digit holds."""
    plain = "".join(c for c in value.upper() if c.isalnum())
    match = _SHAPE.fullmatch(plain)
    if match is None or int(match[1]) < 2 or not (int(match[2]) % 50 <= 31 and 1 <= int(match[3]) <= 12):
        return False
    digits = plain[:8] + f"{ord(plain[8]) - 64:02}" + plain[9:11]
    products = [int(d) * w for d, w in zip(digits, _WEIGHTS, strict=True)]
    return sum(p // 10 + p % 10 for p in products) % 10 == int(match[5])
