"""Payment cards of any issuer range, the wide ones of Maestro and UATP included.

Source: ISO/IEC 7812-1. One digit string in ten passes Luhn, so a rule takes these only beside a word that speaks of
cards.
"""

from detection.checksums import luhn, written_digits

_PREFIXES = ("0604", "1", "2", "3", "4", "5", "6", "8", "9")


def is_valid(value: str) -> bool:
    """Whether twelve to nineteen digits pass and begin as a card may."""
    digits = written_digits(value)
    size = len(digits)
    return 12 <= size <= 19 and digits.startswith(_PREFIXES) and digits != digits[0] * size and luhn.is_valid(digits)
