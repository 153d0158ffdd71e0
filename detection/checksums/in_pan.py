"""Permanent account numbers of India: five letters, four digits, a letter; the fourth names the kind of holder.

Source: Income Tax Department, Rule 114 of the Income-tax Rules.
"""

import re
from typing import Final

_SHAPE: Final = re.compile(r"[A-Z]{3}[ABCFGHJLPT][A-Z](\d{4})[A-Z]")


def is_valid(value: str) -> bool:
    """Whether the kind exists and the serial is not zero. ABCPE1234F passes."""
    match = _SHAPE.fullmatch(value.upper())
    return match is not None and match[1] != "0000"
