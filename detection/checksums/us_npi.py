"""National provider identifiers. Source: 45 CFR 162.406; Luhn over the number behind the prefix 80840."""

from detection.checksums import luhn, written_digits


def is_valid(value: str) -> bool:
    """Whether ten digits that begin with 1 or 2 pass."""
    digits = written_digits(value)
    return len(digits) == 10 and digits[0] in "12" and len(set(digits)) > 2 and luhn.is_valid("80840" + digits)
