"""CNPJ, the register of legal persons of Brazil, of digits and, from July 2026, of letters and digits.

Source: Receita Federal, modulus 11; a letter counts its ASCII code less 48 (Instrução Normativa RFB 2.229 of 2024).
"""

from typing import Final

_WEIGHTS: Final = (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)


def is_valid(value: str) -> bool:
    """Whether both check digits hold. 11.222.333/0001-81 and 12.ABC.345/01DE-35 pass."""
    plain = "".join(c for c in value.upper() if c.isascii() and c.isalnum())
    if len(plain) != 14 or not plain[12:].isdigit() or len(set(plain)) == 1:
        return False
    numbers = [ord(c) - 48 for c in plain]
    return all(numbers[place] == _check(numbers[:place]) for place in (12, 13))


def _check(numbers: list[int]) -> int:
    rest = sum(n * w for n, w in zip(numbers, _WEIGHTS[-len(numbers) :], strict=True)) % 11
    return 0 if rest < 2 else 11 - rest
