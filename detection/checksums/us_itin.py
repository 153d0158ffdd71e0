"""Individual taxpayer identification numbers. Source: Internal Revenue Service, group ranges of the ITIN."""

from detection.checksums import written_digits


def is_valid(value: str) -> bool:
    """Whether the number begins with 9 and its group is one that is given out."""
    digits = written_digits(value)
    if len(digits) != 9 or digits[0] != "9":
        return False
    if digits.startswith("98765432"):  # 987-65-4320 to 4329 are for advertisements
        return False
    group = int(digits[3:5])
    return 50 <= group <= 65 or 70 <= group <= 88 or 90 <= group <= 92 or 94 <= group <= 99
