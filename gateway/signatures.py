"""Webhooks' signatures: HMAC-SHA256 over the raw body in ``X-Hub-Signature-256: sha256=...``.

Meta writes the digest in hex, Genesys in base64. Both are compared in constant time.
"""

import base64
import hashlib
import hmac
from typing import Final

HEADER: Final = "X-Hub-Signature-256"
_PREFIX: Final = "sha256="


def is_signed_by_meta(secret: bytes, body: bytes, header: str | None) -> bool:
    """Whether Meta signed this body; its digest is in hex."""
    return _matches(header, hmac.new(secret, body, hashlib.sha256).hexdigest())


def is_signed_by_genesys(secret: bytes, body: bytes, header: str | None) -> bool:
    """Whether Genesys signed this body; its digest is in base64."""
    return _matches(header, base64.b64encode(hmac.new(secret, body, hashlib.sha256).digest()).decode())


def _matches(header: str | None, digest: str) -> bool:
    return hmac.compare_digest((header or "").encode("utf-8", "replace"), f"{_PREFIX}{digest}".encode())
