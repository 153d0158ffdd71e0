"""Identity numbers of Turkey: nine digits and two check digits.

Source: Directorate General of Civil Registration and Citizenship, Law 5490. 10000000146 passes.
"""

from detection.checksums import digits_of


def is_valid(value: str) -> bool:
    """Whether both check digits hold."""
    digits = digits_of(value)
    if len(digits) != 11 or digits[0] == 0:
        return False
    tenth = (7 * sum(digits[:9:2]) - sum(digits[1:8:2])) % 10
    return digits[9] == tenth and digits[10] == sum(digits[:10]) % 10
