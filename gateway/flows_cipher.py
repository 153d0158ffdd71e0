"""The encryption of WhatsApp Flows' data endpoint, as Meta's documentation of Flows specifies it.

The client sends an AES-128 key under our RSA key (OAEP, SHA-256 in both places) and the request under that key
(GCM, a nonce of 16 bytes). The answer goes back under the same key with every bit of the nonce flipped.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from streams.settings import WrongSettingError

_KEY_BYTES: Final = 16
_NONCE_BYTES: Final = 16
_OAEP: Final = padding.OAEP(padding.MGF1(SHA256()), SHA256(), None)


class UndecryptableFlow(ValueError):
    """The request does not open under our key: the client should fetch the public key anew (status 421)."""


@dataclass(frozen=True, slots=True)
class FlowRequest:
    """A decrypted request, and what its answer is encrypted with. ``repr`` shows nothing of it."""

    body: dict[str, Any]
    key: bytes
    nonce: bytes

    def __repr__(self) -> str:
        return "<FlowRequest>"

    def seal(self, answer: dict[str, Any]) -> str:
        """The answer as it goes on the wire: base64 text."""
        flipped = bytes(byte ^ 0xFF for byte in self.nonce)
        return base64.b64encode(AESGCM(self.key).encrypt(flipped, json.dumps(answer).encode(), None)).decode()


class FlowCipher:
    """Opens requests with the private key whose public half is registered at Meta."""

    def __init__(self, private_key: rsa.RSAPrivateKey) -> None:
        self._private_key = private_key

    @classmethod
    def from_pem(cls, pem: bytes) -> "FlowCipher":
        """Read a PKCS8 key. Raises ``WrongSettingError`` for anything else."""
        try:
            key = load_pem_private_key(pem, None)
        except (ValueError, TypeError):
            raise WrongSettingError("CORDON_WHATSAPP_FLOWS_PRIVATE_KEY_FILE: not an unencrypted PKCS8 key") from None
        if not isinstance(key, rsa.RSAPrivateKey):
            raise WrongSettingError("CORDON_WHATSAPP_FLOWS_PRIVATE_KEY_FILE: not an RSA key")
        return cls(key)

    def open(self, envelope: dict[str, Any]) -> FlowRequest:
        """Decrypt a request. Raises ``UndecryptableFlow``."""
        try:
            encrypted_key, nonce, sealed = (
                base64.b64decode(envelope[name], validate=True)
                for name in ("encrypted_aes_key", "initial_vector", "encrypted_flow_data")
            )
            key = self._private_key.decrypt(encrypted_key, _OAEP)
            if len(key) != _KEY_BYTES or len(nonce) != _NONCE_BYTES:
                raise UndecryptableFlow
            body = json.loads(AESGCM(key).decrypt(nonce, sealed, None))
        except (KeyError, TypeError, binascii.Error, ValueError, InvalidTag, RecursionError):
            raise UndecryptableFlow from None
        if not isinstance(body, dict):
            raise UndecryptableFlow
        return FlowRequest(body, key, nonce)
