"""NRIC and FIN of Singapore: a letter, seven digits, a check letter.

Source: Immigration and Checkpoints Authority; the M series is of 2022. S1234567D passes.
"""

import re
from typing import Final

from detection.checksums import digits_of, weighted

_SHAPE: Final = re.compile(r"[STFGM]\d{7}[A-Z]")
_WEIGHTS: Final = (2, 7, 6, 5, 4, 3, 2)
_OFFSETS: Final = {"T": 4, "G": 4, "M": 3}
_LETTERS: Final = {
    "S": "JZIHGFEDCBA",
    "T": "JZIHGFEDCBA",
    "F": "XWUTRQPNMLK",
    "G": "XWUTRQPNMLK",
    "M": "XWUTRQPNJLK",
}


def is_valid(value: str) -> bool:
    """Whether the last letter is the one of the number."""
    plain = "".join(c for c in value.upper() if c.isalnum())
    if _SHAPE.fullmatch(plain) is None:
        return False
    series = plain[0]
    rest = (weighted(digits_of(plain), _WEIGHTS) + _OFFSETS.get(series, 0)) % 11
    return plain[8] == _LETTERS[series][rest]
