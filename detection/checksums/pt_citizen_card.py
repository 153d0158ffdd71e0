"""Citizen cards of Portugal: eight digits, a check digit, two characters of version, a check digit.

Source: Instituto dos Registos e do Notariado, Luhn over characters that count A as 10. 00000000 0 ZZ4 passes.
"""

import re
from typing import Final

_SHAPE: Final = re.compile(r"\d{9}[A-Z0-9]{2}\d")


def is_valid(value: str) -> bool:
    """Whether the last digit holds."""
    plain = "".join(c for c in value.upper() if c.isalnum())
    if _SHAPE.fullmatch(plain) is None:
        return False
    numbers = [int(c, 36) for c in plain]
    doubled = [2 * n - 9 if 2 * n > 9 else 2 * n for n in numbers[-2::-2]]
    return (sum(numbers[-1::-2]) + sum(doubled)) % 10 == 0
