"""Codice fiscale of natural persons in Italy: names, date and place of birth, a check letter.

Source: Ministero delle Finanze, Decreto of 12 March 1974. RSSMRA85T10A562S passes.
"""

import re
from typing import Final

_SHAPE: Final = re.compile(r"[A-Z]{6}[\dLMNP-V]{2}[A-EHLMPR-T][\dLMNP-V]{2}[A-Z][\dLMNP-V]{3}[A-Z]")
_ODD: Final = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)
_REPLACED: Final = str.maketrans("LMNPQRSTUV", "0123456789")
"""Letters that stand for digits where two persons would have the same code."""


def is_valid(value: str) -> bool:
    """Whether the shape, the day of birth and the check letter hold."""
    plain = "".join(c for c in value.upper() if c.isalnum())
    if _SHAPE.fullmatch(plain) is None:
        return False
    day = int(plain[9:11].translate(_REPLACED))
    if not (1 <= day <= 31 or 41 <= day <= 71):
        return False
    places = [int(c) if c.isdigit() else ord(c) - 65 for c in plain[:15]]
    total = sum(_ODD[place] for place in places[::2]) + sum(places[1::2])
    return chr(65 + total % 26) == plain[15]
