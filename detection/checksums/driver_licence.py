"""Numbers of driving licences: each state has its own shape, so only what is plainly none is refused.

Source: the licensing authorities; five characters (Delaware has up to seven digits) to eighteen (Great Britain).
"""

import re
from typing import Final

from detection.checksums import record_number

_DATE: Final = re.compile(r"(?:[0-3]\d[01]\d(?:19|20)\d{2}|(?:19|20)\d{2}[01]\d[0-3]\d)")


def is_valid(value: str) -> bool:
    """Whether the value has four digits or more and is no date."""
    plain = "".join(c for c in value if c.isalnum())
    return _DATE.fullmatch(plain) is None and record_number.is_valid(value)
