"""What web chat works with, made once from the settings: the way to Genesys, the judge, and who may come in."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Final
from urllib.parse import urlencode, urlsplit

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from connectors.file_reader import FileReader
from gateway.parts import Parts
from gateway.webchat.conversations import Conversations
from gateway.webchat.files import FilePolicy
from gateway.webchat.identity import Identity
from gateway.webchat.judging import Judge
from gateway.webchat.limits import MAX_SERVICE_FRAME_BYTES, Pace
from gateway.webchat.origins import Origins
from gateway.webchat.service import Messages
from gateway.webchat.session import Room
from streams.metrics import Metrics
from streams.settings import is_loopback
from streams.settings.webmessaging import WebMessagingSettings
from vault.keyring import Keyring

APPLICATION: Final = f"cordon-{version('cordon')}"
"""What Genesys is told that connects; never what the guest's page says."""
KEEP_ALIVE_SECONDS: Final = 15.0
"""Between pings to Genesys: browsers cannot send any. As often as Genesys's own mobile client."""
FILES_AT_A_TIME: Final = 16
"""Files in memory at once; each has ten megabytes at the most, and waits for its reader."""
SIGN_INS_PER_MINUTE: Final = 1000
"""Of all guests; as many as Genesys takes new connections of a deployment."""


class WebChat:
    """One for the gateway."""

    def __init__(
        self,
        settings: WebMessagingSettings,
        keyring: Keyring,
        judge: Judge,
        metrics: Metrics,
        http: httpx.AsyncClient,
    ) -> None:
        identity = Identity(keyring)
        self.settings = settings
        self.metrics = metrics
        self.http = http
        self.reader = FileReader()
        self.file_room = asyncio.Semaphore(FILES_AT_A_TIME)
        self.origins = Origins(settings.origins, settings.public_url)
        self.arrivals = Pace(settings.connections_per_minute)
        self.sign_ins = Pace(SIGN_INS_PER_MINUTE)
        self.sockets = 0
        self.room = Room(
            identity, judge, Conversations(), FilePolicy(settings.attachments, identity), settings.deployment_id or ""
        )

    def messages(self, base_url: str) -> Messages:
        """Cleans messages of the history for a guest who reaches the gateway there."""
        return Messages(self.room, base_url)

    def knows(self, guest_deployment_id: str) -> bool:
        """Whether a guest's deployment id is right."""
        expected = self.settings.guest_deployment_id
        return bool(guest_deployment_id) and expected in {None, guest_deployment_id}

    async def dial(self) -> ClientConnection:
        """Open a socket to Genesys. Raises InvalidHandshake, OSError or TimeoutError."""
        query = urlencode({"deploymentId": self.settings.deployment_id or "", "application": APPLICATION})
        url = self.settings.socket_url
        return await connect(
            f"{url}?{query}",
            origin=Origin(self.settings.origin) if self.settings.origin else None,
            open_timeout=self.settings.timeout_seconds,
            ping_interval=KEEP_ALIVE_SECONDS,
            max_size=MAX_SERVICE_FRAME_BYTES,
            compression=None,  # short frames: it would cost memory for each guest and save little
            proxy=None if is_loopback(urlsplit(url).hostname or "") else True,
        )

    @property
    def service_headers(self) -> dict[str, str]:
        """What every request to Genesys carries."""
        return {"Origin": self.settings.origin} if self.settings.origin else {}


@asynccontextmanager
async def web_chat(parts: Parts) -> AsyncIterator[WebChat | None]:
    """Web chat for as long as the gateway runs, from its ``parts``; None where it is not set up."""
    settings = parts.web_messaging
    if settings.url is None:
        yield None
        return
    judge = Judge(
        parts.engine,
        parts.reporter,
        producer=parts.producer,
        codec=parts.codec,
        tokens=parts.vault_desk.tokenizer("gateway"),
        metrics=parts.metrics,
    )
    async with httpx.AsyncClient(timeout=settings.timeout_seconds, follow_redirects=False) as http:
        yield WebChat(settings, parts.keyring, judge, parts.metrics, http)
