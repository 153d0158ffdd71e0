"""Keyed hashes: equal values are recognised without anyone being able to enumerate them."""

import hmac

from vault.formats import canonical, normalised
from vault.keyring import Keyring
from vault.requests import Scope, TokenRequest


class Fingerprints:
    """HMAC-SHA256 under sub-keys of the keyring, over length-prefixed parts."""

    def __init__(self, keyring: Keyring) -> None:
        self._value_key = keyring.derive("vault.value")
        self._subject_key = keyring.derive("vault.subject")
        self._shown_key = keyring.fingerprint_key

    def of_request(self, tenant: str, request: TokenRequest) -> bytes | None:
        """What finds the token of an equal value; None where every call gives a new token."""
        if request.scope is Scope.NONE:
            return None
        within = request.conversation_id or "" if request.scope is Scope.CONVERSATION else ""
        value = normalised(request.entity, request.value)
        parts = (tenant, request.entity, request.format, request.scope, within, value)
        return hmac.digest(self._value_key, _joined(*parts), "sha256")

    def of_subject(self, tenant: str, subject: str) -> bytes:
        """What stands for a data subject in the tables."""
        return hmac.digest(self._subject_key, _joined(tenant, subject), "sha256")

    def shown(self, entity: str, value: str) -> str:
        """The fingerprint that callers see: the first 16 hex characters of the one in violations."""
        return hmac.digest(self._shown_key, f"{entity}|{canonical(value)}".encode(), "sha256").hex()[:16]


def _joined(*parts: str) -> bytes:
    encoded = [part.encode() for part in parts]
    return b"".join(len(part).to_bytes(4, "big") + part for part in encoded)
