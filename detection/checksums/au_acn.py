"""Company numbers of Australia: nine digits modulo 10. Source: Australian Securities and Investments Commission.

004 085 616 passes.
"""

from detection.checksums import digits_of, weighted


def is_valid(value: str) -> bool:
    """Whether the ninth digit checks the eight before it."""
    digits = digits_of(value)
    return len(digits) == 9 and len(set(digits)) > 1 and -weighted(digits[:8], range(8, 0, -1)) % 10 == digits[8]
