"""Identity cards of Poland: three letters, a check digit, five digits.

Source: Ministerstwo Spraw Wewnętrznych i Administracji, weights 7, 3, 1. ABA300000 passes.
"""

import re
from typing import Final

_SHAPE: Final = re.compile(r"[A-Z]{3}\d{6}")
_WEIGHTS: Final = (7, 3, 1, 9, 7, 3, 1, 7, 3)


def is_valid(value: str) -> bool:
    """Whether the check digit holds."""
    plain = "".join(c for c in value.upper() if c.isalnum())
    if _SHAPE.fullmatch(plain) is None:
        return False
    numbers = [int(c) if c.isdigit() else ord(c) - 55 for c in plain]
    return sum(n * w for n, w in zip(numbers, _WEIGHTS, strict=True)) % 10 == 0
