"""Identity numbers of Thailand: kind of person, office, serial, check digit modulo 11.

Source: Department of Provincial Administration, Ministry of Interior. 1234567890121 passes.
"""

from detection.checksums import digits_of, weighted


def is_valid(value: str) -> bool:
    """Whether the kind exists and the check digit holds."""
    digits = digits_of(value)
    if len(digits) != 13 or digits[0] in {0, 9} or len(set(digits)) == 1:
        return False
    return digits[12] == (11 - weighted(digits[:12], range(13, 1, -1)) % 11) % 10
