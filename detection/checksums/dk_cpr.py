"""Personal identification numbers of Denmark: date of birth and a serial.

Source: CPR-kontoret; since 2007 the check digit modulo 11 need not hold, so only the date is asked. 211062-5629 passes.
"""

from detection.checksums import digits_of, is_date


def is_valid(value: str) -> bool:
    """Whether the date exists."""
    digits = digits_of(value)
    if len(digits) != 10 or len(set(digits)) == 1:
        return False
    day, month, year = (10 * digits[i] + digits[i + 1] for i in (0, 2, 4))
    return is_date((2000 if digits[6] >= 4 and year < 58 else 1900) + year, month, day)
