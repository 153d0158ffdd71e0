"""Numbers that the United States Postal Service gives to parcels and registered letters: 20 or 22 digits.

The last is a check digit: weights 3 and 1 from the right, modulo 10. Source: USPS Publication 199, Intelligent Mail
Package Barcode.
"""

from collections.abc import Sequence
from itertools import cycle
from typing import Final

from detection.checksums import digits_of, weighted

LENGTHS: Final = frozenset({20, 22})


def is_valid(value: str) -> bool:
    """Whether the check digit holds."""
    digits: Sequence[int] = digits_of(value)
    return len(digits) in LENGTHS and weighted(reversed(digits), cycle((1, 3))) % 10 == 0
