"""Account codes of Spain (CCC): bank and branch, two check digits, account.

Source: Banco de España, Circular 8/1990, weights 1, 2, 4, 8, 5, 10, 9, 7, 3, 6 modulo 11.
2100 0418 45 0200051332 passes.
"""

from collections.abc import Sequence
from typing import Final

from detection.checksums import digits_of, weighted

_WEIGHTS: Final = (1, 2, 4, 8, 5, 10, 9, 7, 3, 6)


def is_valid(value: str) -> bool:
    """Whether both check digits hold."""
    digits = digits_of(value)
    if len(digits) != 20 or len(set(digits)) == 1:
        return False
    return digits[8] == _check([0, 0, *digits[:8]]) and digits[9] == _check(digits[10:])


def _check(digits: Sequence[int]) -> int:
    rest = -weighted(digits, _WEIGHTS) % 11
    return 1 if rest == 10 else rest
