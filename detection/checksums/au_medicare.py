"""Medicare card numbers of Australia: eight digits, a check digit, the issue, and sometimes the person's place.

Source: Services Australia. 2123 45670 1 passes.
"""

from typing import Final

from detection.checksums import digits_of, weighted

_WEIGHTS: Final = (1, 3, 7, 9, 1, 3, 7, 9)


def is_valid(value: str) -> bool:
    """Whether the number begins with 2 to 6 and its ninth digit checks the eight before it."""
    digits = digits_of(value)
    return (
        len(digits) in {10, 11}
        and 2 <= digits[0] <= 6
        and len(set(digits)) > 1
        and weighted(digits, _WEIGHTS) % 10 == digits[8]
    )
