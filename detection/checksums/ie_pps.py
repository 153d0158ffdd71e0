"""Personal public service numbers of Ireland: seven digits, a check letter, since 2013 a second letter.

Source: Department of Social Protection. 6433435F, 6433435FT and 6433435OA pass.
"""

import re
from typing import Final

from detection.checksums import digits_of, weighted

_SHAPE: Final = re.compile(r"\d{7}[A-W](?:[A-IT]|WX?)?")


def is_valid(value: str) -> bool:
    """Whether the eighth character is the one of the number."""
    plain = "".join(c for c in value.upper() if c.isalnum())
    if _SHAPE.fullmatch(plain) is None:
        return False
    second = ord(plain[8]) - 64 if plain[8:] and plain[8] in "ABCDEFGHI" else 0
    return plain[7] == "WABCDEFGHIJKLMNOPQRSTUV"[(weighted(digits_of(plain), range(8, 1, -1)) + 9 * second) % 23]
