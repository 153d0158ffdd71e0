"""RUT, the tax and identity number of Chile: up to eight digits and a check character modulo 11.

Source: Servicio de Impuestos Internos; Registro Civil. 12.531.909-2 passes.
"""

import re
from itertools import cycle
from typing import Final

from detection.checksums import digits_of, weighted

_SHAPE: Final = re.compile(r"\d{6,8}[0-9K]")


def is_valid(value: str) -> bool:
    """Whether the last character is the one of the number."""
    plain = "".join(c for c in value.upper() if c.isalnum())
    if _SHAPE.fullmatch(plain) is None or len(set(plain)) == 1:
        return False
    rest = -weighted(digits_of(plain[:-1])[::-1], cycle(range(2, 8))) % 11
    return plain[-1] == "0123456789K"[rest]
