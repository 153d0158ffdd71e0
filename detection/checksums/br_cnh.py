"""CNH, the driving licence of Brazil. Source: Resolução CONTRAN 886, register number with two check digits."""

from detection.checksums import digits_of, weighted


def is_valid(value: str) -> bool:
    """Whether both check digits hold. 02650306461 passes."""
    digits = digits_of(value)
    if len(digits) != 11 or len(set(digits)) == 1:
        return False
    first = weighted(digits[:9], range(9, 0, -1)) % 11
    second = weighted(digits[:9], range(1, 10)) % 11
    discount = 2 if first > 9 else 0
    first = 0 if first > 9 else first
    second = 0 if second > 9 else second - discount
    return digits[9] == first and digits[10] == second % 11 % 10
