"""RFC, the tax key of Mexico: letters of the name, a date, two characters and a check character.

Source: Servicio de Administración Tributaria, Anexo 1 of the rules for the RFC. GODE561231GR8 passes.
"""

import re
from typing import Final

from detection.checksums import is_date

_SHAPE: Final = re.compile(r"[A-Z&]{3,4}(\d{2})(\d{2})(\d{2})[A-Z0-9]{2}[0-9A]")
_ALPHABET: Final = "0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ #"


def is_valid(value: str) -> bool:
    """Whether the date exists and the check character holds."""
    plain = "".join(c for c in value.upper() if c.isalnum() or c == "&")
    match = _SHAPE.fullmatch(plain)
    if match is None:
        return False
    year, month, day = (int(part) for part in match.groups())
    if not (is_date(1900 + year, month, day) or is_date(2000 + year, month, day)):
        return False
    padded = plain.rjust(13)
    total = sum(_ALPHABET.index(c) * weight for c, weight in zip(padded[:12], range(13, 1, -1), strict=True))
    return plain[-1] == "0123456789A"[-total % 11]
