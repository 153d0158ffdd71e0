"""Routing transit numbers of the American Bankers Association.

Source: the ABA's published check digit and the prefixes of the Federal Reserve districts.
"""

from detection.checksums import written_digits


def is_valid(value: str) -> bool:
    """Whether the prefix is given out and the check digit holds."""
    digits = written_digits(value)
    if len(digits) != 9 or len(set(digits)) == 1:
        return False
    prefix = int(digits[:2])
    if not (prefix <= 12 or 21 <= prefix <= 32 or 61 <= prefix <= 72 or prefix == 80):
        return False
    return sum(int(d) * w for d, w in zip(digits, (3, 7, 1) * 3, strict=True)) % 10 == 0
