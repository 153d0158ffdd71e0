"""National insurance numbers of the United Kingdom: two letters, six digits, a suffix A to D or none.

Source: HM Revenue and Customs, National Insurance Manual NIM39110: which prefixes are never given out.
"""

import re
from typing import Final

_SHAPE: Final = re.compile(r"([A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z])(\d{6})[A-D]?")
_NEVER: Final = frozenset({"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"})


def is_valid(value: str) -> bool:
    """Whether the prefix is one that is given out. AA123456C passes."""
    match = _SHAPE.fullmatch("".join(c for c in value.upper() if c.isalnum()))
    return match is not None and match[1] not in _NEVER
