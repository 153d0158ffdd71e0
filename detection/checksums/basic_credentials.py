"""Credentials of HTTP's basic scheme: a user's name, a colon and a password in Base64.

Source: RFC 7617 section 2.
"""

import binascii

from detection.checksums import connection_string


def is_valid(value: str) -> bool:
    """Whether the value is such a pair, and its password no placeholder."""
    try:
        pair = binascii.a2b_base64(value, strict_mode=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return False
    return pair.isprintable() and ":" in pair and connection_string.is_valid(pair)
