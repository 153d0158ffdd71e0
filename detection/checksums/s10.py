"""Postal item identifiers of the Universal Postal Union, standard S10: AA 12345678 9 BB."""

import re

_SHAPE = re.compile(r"[A-Z]{2}(\d{8})(\d)[A-Z]{2}", re.IGNORECASE)
_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


def is_valid(value: str) -> bool:
    """Whether the check digit holds."""
    match = _SHAPE.fullmatch(value.replace(" ", ""))
    if match is None:
        return False
    check = 11 - sum(int(d) * w for d, w in zip(match[1], _WEIGHTS, strict=True)) % 11
    return {10: 0, 11: 5}.get(check, check) == int(match[2])
