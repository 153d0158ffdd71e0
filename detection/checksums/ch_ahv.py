"""Social security numbers of Switzerland: 756, nine digits, a check digit as of EAN-13.

Source: Zentrale Ausgleichsstelle, AHVN13. 756.9217.0769.85 passes.
"""

from detection.checksums import digits_of


def is_valid(value: str) -> bool:
    """Whether the number begins with the country's code and the check digit holds."""
    digits = digits_of(value)
    return (
        len(digits) == 13 and tuple(digits[:3]) == (7, 5, 6) and (sum(digits[0::2]) + 3 * sum(digits[1::2])) % 10 == 0
    )
