"""Keys with a prefix that names who gave them out: only what is plainly a placeholder is refused.

Source: formats of the providers, as their packs name them.
"""

import re
from typing import Final

_PLACEHOLDER = re.compile(
    r"(.)\1{5,}|(.{2,4})\2{3,}|(.{5,12})\3{2,}|(?-i:x{4,}|X{4,}|your|Your|YOUR)|placeholder|change_?me|replace|insert|dummy|redacted|_here\b|\*{3}|\.{3}|(?-i:EXAMPLE)",
    re.IGNORECASE,
)
_DISTINCT: Final = 6


def is_valid(value: str) -> bool:
    """Whether the value is no placeholder."""
    return _PLACEHOLDER.search(value) is None and len(set(value)) > _DISTINCT
