"""NIF, the tax number of Portugal: nine digits modulo 11. Source: Autoridade Tributária, Decreto-Lei 14/2013.

123456789 passes.
"""

from detection.checksums import digits_of, weighted


def is_valid(value: str) -> bool:
    """Whether the first digit is one that is given out and the ninth checks the eight before it."""
    digits = digits_of(value)
    if len(digits) != 9 or digits[0] not in {1, 2, 3, 4, 5, 6, 7, 8, 9} or len(set(digits)) == 1:
        return False
    rest = weighted(digits[:8], range(9, 1, -1)) % 11
    return digits[8] == (0 if rest < 2 else 11 - rest)
