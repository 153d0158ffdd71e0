"""GSTIN, the number of a taxpayer in goods and services tax in India: state, PAN, entity, Z, a check character.

Source: Goods and Services Tax Network, a Luhn check over base 36. 27AAPFU0939F1ZV passes.
"""

import re
from typing import Final

_SHAPE: Final = re.compile(r"(\d{2})[A-Z]{5}\d{4}[A-Z][1-9A-Z]Z[0-9A-Z]")
_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_STATES: Final = frozenset({*range(1, 39), 97, 99})


def is_valid(value: str) -> bool:
    """Whether the state exists and the check character holds."""
    plain = value.upper()
    match = _SHAPE.fullmatch(plain)
    if match is None or int(match[1]) not in _STATES:
        return False
    total = 0
    for place, character in enumerate(plain[:14]):
        product = _ALPHABET.index(character) * (1 + place % 2)
        total += product // 36 + product % 36
    return _ALPHABET[-total % 36] == plain[14]
