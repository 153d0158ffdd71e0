"""CPF, the register of natural persons of Brazil. Source: Receita Federal, modulus 11 with weights 10..2 and 11..2."""

from collections.abc import Sequence

from detection.checksums import digits_of, weighted


def is_valid(value: str) -> bool:
    """Whether both check digits hold; eleven equal digits are never given out. 529.982.247-25 passes."""
    digits = digits_of(value)
    return len(digits) == 11 and _holds(digits, 9) and _holds(digits, 10) and len(set(digits)) > 1


def _holds(digits: Sequence[int], place: int) -> bool:
    rest = weighted(digits, range(place + 1, 1, -1)) % 11
    return digits[place] == (0 if rest < 2 else 11 - rest)
