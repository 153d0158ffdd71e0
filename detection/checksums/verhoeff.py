"""The check digit of Verhoeff, over the dihedral group of ten elements.

Source: J. Verhoeff, Error Detecting Decimal Codes, 1969. 2363 passes.
"""

from typing import Final

_PERMUTATION: Final = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)


def _powers() -> tuple[tuple[int, ...], ...]:
    rows = [tuple(range(10))]
    for _ in range(7):
        rows.append(tuple(_PERMUTATION[place] for place in rows[-1]))
    return tuple(rows)


_POWERS: Final = _powers()


def _product(a: int, b: int) -> int:
    if a < 5:
        return (a + b) % 5 if b < 5 else 5 + (a + b) % 5
    return 5 + (a - b) % 5 if b < 5 else (a - b) % 5


def is_valid(value: str) -> bool:
    """Whether the digits of the value end in their check digit."""
    digits = [int(c) for c in value if "0" <= c <= "9"]
    check = 0
    for place, digit in enumerate(reversed(digits)):
        check = _product(check, _POWERS[place % 8][digit])
    return len(digits) > 1 and check == 0
