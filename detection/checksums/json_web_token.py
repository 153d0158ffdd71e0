"""JSON Web Tokens: the first part is a JSON object that names an algorithm. Source: RFC 7515, RFC 7519."""

import base64
import binascii
import json
from typing import Final

_BEGINS_OBJECT: Final = "eyJ"
"""Base64 of ``{"``."""


def is_valid(value: str) -> bool:
    """Whether the header can be read and has ``alg``, or what follows it begins as a second object of JSON does."""
    head, _, rest = value.partition(".")
    if rest.startswith(_BEGINS_OBJECT):
        return True
    try:
        header = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    except (ValueError, binascii.Error):
        return False
    return isinstance(header, dict) and "alg" in header
