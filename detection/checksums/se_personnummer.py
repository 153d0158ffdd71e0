"""Personal identity numbers of Sweden: date of birth, serial, check digit by Luhn over the last ten.

Source: Skatteverket, SKV 704; co-ordination numbers count 60 more on the day. 811218-9876 passes.
"""

import re
from typing import Final

from detection.checksums import is_date, luhn

_SHAPE: Final = re.compile(r"(\d{2})?(\d{2})(\d{2})(\d{2})([-+ ]?)\d{4}")


def is_valid(value: str) -> bool:
    """Whether the date exists and the last digit checks the nine before it."""
    match = _SHAPE.fullmatch(value)
    if match is None:
        return False
    century, year, month, day = match.group(1, 2, 3, 4)
    centuries = (int(century),) if century else (18, 19, 20)
    number = int(day) - 60 if int(day) > 60 else int(day)
    if not any(18 <= c <= 20 and is_date(100 * c + int(year), int(month), number) for c in centuries):
        return False
    return luhn.is_valid("".join(c for c in value if c.isdigit())[-10:])
