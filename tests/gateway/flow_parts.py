"""WhatsApp's client of a Flow, as Meta's documentation describes it: it encrypts, signs and opens the answer."""

import base64
import hashlib
import hmac
import json
import os
from dataclasses import dataclass, field
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256

APP_SECRET = "app-s3cret"


@dataclass(slots=True)
class FlowClient:
    """One exchange at a time: ``key`` and ``nonce`` are those of the last request."""

    http: httpx.AsyncClient
    public_key: rsa.RSAPublicKey
    key: bytes = field(default_factory=lambda: os.urandom(16))
    nonce: bytes = b""
    sent: bytes = b""

    def sealed(self, request: dict[str, Any]) -> bytes:
        """The body of a request."""
        return self.enveloped(json.dumps({"version": "3.0", **request}).encode())

    def enveloped(self, content: bytes) -> bytes:
        """The body with any content."""
        self.nonce = os.urandom(16)
        wrapped = self.public_key.encrypt(self.key, padding.OAEP(padding.MGF1(SHA256()), SHA256(), None))
        data = AESGCM(self.key).encrypt(self.nonce, content, None)
        parts = {"encrypted_aes_key": wrapped, "initial_vector": self.nonce, "encrypted_flow_data": data}
        return json.dumps({name: base64.b64encode(part).decode() for name, part in parts.items()}).encode()

    async def post(self, body: bytes, *, signature: str | None = None) -> httpx.Response:
        """Send a body with Meta's signature, or another."""
        self.sent = body
        right = "sha256=" + hmac.new(APP_SECRET.encode(), body, hashlib.sha256).hexdigest()
        headers = {"X-Hub-Signature-256": right if signature is None else signature}
        return await self.http.post("/whatsapp/flows", content=body, headers=headers)

    async def ask(self, request: dict[str, Any], *, status: int = 200) -> dict[str, Any]:
        """Send a request and open its answer, which has to have this status."""
        answer = await self.post(self.sealed(request))
        assert answer.status_code == status
        return self.opened(answer.text)

    def opened(self, text: str) -> dict[str, Any]:
        """An answer, decrypted with every bit of the nonce flipped."""
        flipped = bytes(byte ^ 0xFF for byte in self.nonce)
        answer: dict[str, Any] = json.loads(AESGCM(self.key).decrypt(flipped, base64.b64decode(text), None))
        return answer
