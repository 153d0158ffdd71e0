"""Identification numbers for tax in Germany: eleven digits, ISO 7064 MOD 11,10, one digit repeated.

Source: Bundeszentralamt für Steuern, section 139b Abgabenordnung. 36574261809 passes.
"""

from collections import Counter

from detection.checksums import iso_7064_mod_11_10, written_digits


def is_valid(value: str) -> bool:
    """Whether one of the first ten digits stands there twice or three times, and the check digit holds."""
    digits = written_digits(value)
    if len(digits) != 11 or digits[0] == "0":
        return False
    repeated = sorted(count for count in Counter(digits[:10]).values() if count > 1)
    if repeated not in ([2], [3]) or (repeated == [3] and any(digits[i] * 3 == digits[i : i + 3] for i in range(8))):
        return False
    return iso_7064_mod_11_10.is_valid(digits)
