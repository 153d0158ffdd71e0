"""Título de eleitor, the voter's number of Brazil: eight digits, the state, two check digits.

Source: Tribunal Superior Eleitoral, Resolução 21.538, article 12.
"""

from typing import Final

from detection.checksums import digits_of, weighted

_WITHOUT_ZERO: Final = frozenset({1, 2})
"""São Paulo and Minas Gerais: a rest of zero counts one there."""


def is_valid(value: str) -> bool:
    """Whether the state exists and both check digits hold."""
    digits = digits_of(value)
    if len(digits) != 12 or len(set(digits)) == 1:
        return False
    state = digits[8] * 10 + digits[9]
    if not 1 <= state <= 28:
        return False
    first = _rest(weighted(digits[:8], range(2, 10)), state)
    second = _rest(digits[8] * 7 + digits[9] * 8 + first * 9, state)
    return digits[10] == first and digits[11] == second


def _rest(total: int, state: int) -> int:
    rest = total % 11
    if rest == 10:
        return 0
    return 1 if rest == 0 and state in _WITHOUT_ZERO else rest
