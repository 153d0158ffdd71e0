"""Names and secrets between guest and Genesys: a guest never holds anything that works at Genesys itself.

The token that a guest's page makes is turned into another by a keyed hash, so that a page that reaches Genesys past
Cordon finds no session there. What Genesys gives out (JWTs, addresses of files) goes to the guest sealed. Nothing of it
is kept: any gateway with the same keyring can read it, and a restart changes nothing.
"""

import base64
import binascii
import hashlib
import hmac
import time
import uuid
from typing import Any, Final, Literal

import msgspec

from vault.envelope import Sealer, Unsealable
from vault.keyring import Keyring

CHANNEL: Final = "webmessaging"
MAX_TOKEN: Final = 128
"""Characters of a guest's token; Genesys's own clients send UUIDs."""
Kind = Literal["jwt", "guest", "refresh", "upload", "file"]
"""What a sealed pass is good for: the history, a signed-in session, a new pass for one, a file each way."""


class Identity:
    """Derives and seals by the keyring."""

    def __init__(self, keyring: Keyring) -> None:
        self._key = keyring.derive("webmessaging")
        self._sealer = Sealer(keyring)

    def token_at_genesys(self, guest_token: str) -> str:
        """The token of this guest's session at Genesys: a UUID."""
        return str(uuid.UUID(bytes=self._digest("token", guest_token)[:16], version=4))

    def conversation_id(self, guest_token: str) -> str:
        """Name a guest's conversation. The token cannot be read from it."""
        return f"{CHANNEL}-{self._digest('conversation', guest_token).hex()[:24]}"

    def event_id(self, conversation_id: str, *what: str) -> str:
        """Name a message that has no id of its own; the same message gets the same."""
        return f"{CHANNEL}-{self._digest('event', conversation_id, *what).hex()[:32]}"

    def sealed(self, kind: Kind, conversation_id: str, seconds: float, **what: Any) -> str:
        """Write a pass for the guest that only Cordon can read, good for so many seconds."""
        content = msgspec.json.encode({**what, "conversation": conversation_id, "until": time.time() + seconds})
        sealed = self._sealer.seal(content, context=f"{CHANNEL}.{kind}".encode())
        return base64.urlsafe_b64encode(sealed).decode().rstrip("=")

    def opened(self, kind: Kind, sealed: str) -> dict[str, Any] | None:
        """What a pass says; None for one that is not ours, of another kind, or out of date."""
        try:
            raw = base64.b64decode(sealed + "=" * (-len(sealed) % 4), altchars=b"-_", validate=True)
            content = self._sealer.open(raw, context=f"{CHANNEL}.{kind}".encode())
        except (Unsealable, binascii.Error, ValueError):
            return None
        found: dict[str, Any] = msgspec.json.decode(content)
        return found if found["until"] > time.time() else None

    def _digest(self, *what: str) -> bytes:
        return hmac.new(self._key, "\x1f".join(what).encode("utf-8", "replace"), hashlib.sha256).digest()
