"""Tax file numbers of Australia: nine digits, or the older eight, modulo 11.

Source: Australian Taxation Office. 123 456 782 passes.
"""

from typing import Final

from detection.checksums import digits_of, weighted

_NINE: Final = (1, 4, 3, 7, 5, 8, 6, 9, 10)
_EIGHT: Final = (10, 7, 8, 4, 6, 3, 5, 1)


def is_valid(value: str) -> bool:
    """Whether the weighted sum is a multiple of eleven."""
    digits = digits_of(value)
    weights = {9: _NINE, 8: _EIGHT}.get(len(digits))
    return weights is not None and len(set(digits)) > 1 and weighted(digits, weights) % 11 == 0
