"""CPF, the register of natural persons of Brazil. Source: Receita Federal, modulus 11 with weights 10..2 and 11..2."""

from detection.checksums import digits_of, weighted


def is_valid(value: str) -> bool:
    """Whether both check digits hold; eleven equal digits are never given out. 529.982.247-25 passes."""
    digits = digits_of(value)
    if len(digits) != 11 or len(set(digits)) == 1:
        return False
    return all(digits[place] == _check(digits[:place]) for place in (9, 10))


def _check(digits: list[int]) -> int:
    rest = weighted(digits, range(len(digits) + 1, 1, -1)) % 11
    return 0 if rest < 2 else 11 - rest
