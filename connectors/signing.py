"""How a request is signed, so that its receiver knows that Cordon sent it, and when.

``X-Cordon-Signature`` is ``sha256=`` and an HMAC-SHA256, in hex, of the content of ``X-Cordon-Timestamp`` (seconds
since the epoch), a dot and the raw body.
"""

import hashlib
import hmac
import time
from typing import Final

SIGNATURE_HEADER: Final = "X-Cordon-Signature"
TIMESTAMP_HEADER: Final = "X-Cordon-Timestamp"


def signed(secret: bytes, body: bytes) -> dict[str, str]:
    """The headers for a body that is sent now."""
    timestamp = str(int(time.time()))
    return {TIMESTAMP_HEADER: timestamp, SIGNATURE_HEADER: signature_of(secret, timestamp, body)}


def signature_of(secret: bytes, timestamp: str, body: bytes) -> str:
    """The signature of a body that was sent at a time."""
    digest = hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"sha256={digest}"
