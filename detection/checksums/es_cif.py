"""CIF, the tax number of a legal person in Spain: a letter, seven digits, a control digit or letter.

Source: Agencia Tributaria, Decreto 2423/1975. A58818501 passes.
"""

import re
from typing import Final

_SHAPE: Final = re.compile(r"([A-HJNP-SUVW])(\d{7})([0-9A-J])")
_LETTERS: Final = "JABCDEFGHI"
_WITH_LETTER: Final = frozenset("PQRSNW")
_WITH_DIGIT: Final = frozenset("ABEH")


def is_valid(value: str) -> bool:
    """Whether the control is right and of the kind that the first letter asks for."""
    match = _SHAPE.fullmatch("".join(c for c in value.upper() if c.isalnum()))
    if match is None:
        return False
    kind, digits, control = match.groups()
    doubled = [2 * int(d) for d in digits[::2]]
    total = sum(d // 10 + d % 10 for d in doubled) + sum(map(int, digits[1::2]))
    check = -total % 10
    return (control == str(check) and kind not in _WITH_LETTER) or (
        control == _LETTERS[check] and kind not in _WITH_DIGIT
    )
