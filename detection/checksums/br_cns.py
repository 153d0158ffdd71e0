"""CNS, the national health card of Brazil: fifteen digits, modulus 11. Source: Ministério da Saúde, DATASUS."""

from detection.checksums import digits_of, weighted


def is_valid(value: str) -> bool:
    """Whether the number begins as it may and its weighted sum is a multiple of eleven."""
    digits = digits_of(value)
    if len(digits) != 15 or digits[0] not in {1, 2, 7, 8, 9} or len(set(digits)) == 1:
        return False
    return weighted(digits, range(15, 0, -1)) % 11 == 0
