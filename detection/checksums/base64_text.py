"""Base64 of something that was written: whole, and readable text or longer than any word.

Source: RFC 4648 section 4.
"""

import base64
import binascii
from typing import Final

_LONGER_THAN_WORDS: Final = 40


def is_valid(value: str) -> bool:
    """Whether it decodes, and a plain word that happens to is none."""
    try:
        decoded = base64.b64decode(value, validate=True)
    except (ValueError, binascii.Error):
        return False
    is_text = decoded.isascii() and decoded.strip().decode("ascii").isprintable()
    return bool(decoded) and (is_text or len(value) >= _LONGER_THAN_WORDS)
