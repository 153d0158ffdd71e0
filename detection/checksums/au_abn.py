"""Business numbers of Australia: eleven digits modulo 89. Source: Australian Business Register.

51 824 753 556 passes.
"""

from typing import Final

from detection.checksums import digits_of, weighted

_WEIGHTS: Final = (10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)


def is_valid(value: str) -> bool:
    """Whether the sum is a multiple of 89 once the first digit is lessened by one."""
    digits = digits_of(value)
    return (
        len(digits) == 11
        and 10 * digits[0] + digits[1] > 10
        and weighted([digits[0] - 1, *digits[1:]], _WEIGHTS) % 89 == 0
    )
