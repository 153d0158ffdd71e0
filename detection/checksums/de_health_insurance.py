"""Health insurance numbers of Germany (KVNR): a letter, eight digits, a check digit.

Source: section 290 SGB V, GKV-Spitzenverband; Luhn's weights 1 and 2 over the letter as two digits. A123456780 passes.
"""

import re
from typing import Final

_SHAPE: Final = re.compile(r"([A-Z])(\d{8})(\d)")


def is_valid(value: str) -> bool:
    """Whether the check digit holds."""
    match = _SHAPE.fullmatch("".join(c for c in value.upper() if c.isalnum()))
    if match is None:
        return False
    digits = f"{ord(match[1]) - 64:02}{match[2]}"
    products = [int(d) * (1 + place % 2) for place, d in enumerate(digits)]
    return sum(p // 10 + p % 10 for p in products) % 10 == int(match[3])
