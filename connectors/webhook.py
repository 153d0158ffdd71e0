"""Any receiver of JSON over HTTPS: a signed array of records, in Cordon's words, OCSF or ECS.

For Google SecOps (a webhook feed), Security Lake (a collector before its bucket), SOAR platforms and anything of one's
own. Every record carries its id, and the receiver drops what it has: an answer that is lost means a second request.
"""

import ssl
from collections.abc import Sequence
from typing import Final

from connectors.calls import make_client
from connectors.formats import JSON_FORMATS
from connectors.siem import Answer, BatchLimits, SiemRecord
from connectors.signing import signed
from connectors.verdict import post

BRACKETS: Final = 2


class WebhookTarget:
    """One address."""

    name = "webhook"
    limits = BatchLimits(max_bytes=1_000_000 - BRACKETS)

    def __init__(
        self,
        *,
        url: str,
        secret: bytes,
        form: str = "cordon",
        headers: dict[str, str] | None = None,
        trust: ssl.SSLContext | None = None,
        timeout_seconds: float = 10.0,
    ) -> None:
        self._url = url
        self._secret = secret
        self._encode = JSON_FORMATS[form]
        self._headers = {**(headers or {}), "Content-Type": "application/json"}
        self._client = make_client(timeout_seconds, trust=trust)

    @property
    def address(self) -> str:
        """Where it posts."""
        return self._url

    def encode(self, record: SiemRecord) -> bytes:
        """One element of the array."""
        return self._encode(record)

    async def send(self, batch: Sequence[bytes]) -> Answer:
        """Post a batch; any 2xx says that all of it is taken. See ``connectors.siem``."""
        body = b"[" + b",".join(batch) + b"]"
        await post(self._client, self._url, body, {**self._headers, **signed(self._secret, body)})
        return Answer()

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()
