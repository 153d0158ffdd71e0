"""Aadhaar numbers of India: twelve digits by Verhoeff, the first from 2 to 9, no palindrome.

Source: Unique Identification Authority of India. 2341 2341 2346 passes.
"""

from detection.checksums import verhoeff, written_digits


def is_valid(value: str) -> bool:
    """Whether the number could have been given out."""
    digits = written_digits(value)
    return len(digits) == 12 and digits[0] in "23456789" and digits != digits[::-1] and verhoeff.is_valid(digits)
