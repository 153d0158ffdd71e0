"""SPI, the tax number of natural persons in France: ten digits and a key modulo 511.

Source: Direction générale des Finances publiques. 30 23 217 600 053 passes.
"""

from detection.checksums import written_digits


def is_valid(value: str) -> bool:
    """Whether the number begins with 0 to 3 and its key holds."""
    digits = written_digits(value)
    return len(digits) == 13 and digits[0] in "0123" and int(digits[:10]) % 511 == int(digits[10:])
