"""Value added tax numbers of Germany: DE and nine digits, ISO 7064 MOD 11,10.

Source: Bundeszentralamt für Steuern. DE136695976 passes.
"""

from detection.checksums import iso_7064_mod_11_10, written_digits


def is_valid(value: str) -> bool:
    """Whether nine digits, the first not zero, end in their check digit."""
    digits = written_digits(value)
    return len(digits) == 9 and digits[0] != "0" and iso_7064_mod_11_10.is_valid(digits)
