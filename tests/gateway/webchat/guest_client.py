"""A guest of Web Messaging, written from Genesys's published protocol: what a page's script does, and no more."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Self
from uuid import uuid4

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

DEPLOYMENT = "11111111-aaaa-bbbb-cccc-000000000001"
"""What the page knows; Genesys's own id is none of its business."""
PATIENCE = 10.0
Wanted = Callable[[dict[str, Any]], bool]


class GuestClient:
    """One connection, with every frame that came over it."""

    def __init__(self, connection: ClientConnection, token: str, api: str) -> None:
        self.connection = connection
        self.token = token
        self.frames: list[dict[str, Any]] = []
        self._api = api
        self._seen = 0

    @classmethod
    @asynccontextmanager
    async def joined(cls, url: str, *, token: str | None = None, **options: Any) -> AsyncIterator[Self]:
        """Connect and configure a session."""
        async with cls.connected(url, token=token, **options) as guest:
            await guest.configure()
            yield guest

    @classmethod
    @asynccontextmanager
    async def connected(
        cls, url: str, *, token: str | None = None, application: str = "test-1.0", **options: Any
    ) -> AsyncIterator[Self]:
        """Connect only. ``url`` is the gateway's address by http."""
        socket_url = f"{url.replace('http', 'ws', 1)}/v1?deploymentId={DEPLOYMENT}&application={application}"
        async with connect(socket_url, proxy=None, **options) as connection:
            yield cls(connection, token or str(uuid4()), url)

    async def send(self, action: str, **fields: Any) -> str:
        """Send a frame with the token and a fresh tracing id, which is returned."""
        tracing_id = str(uuid4())
        frame = {"action": action, "token": self.token, "tracingId": tracing_id, **fields}
        await self.connection.send(json.dumps(frame))
        return tracing_id

    async def configure(self, **fields: Any) -> dict[str, Any]:
        """Start or restore the session."""
        await self.send("configureSession", deploymentId=DEPLOYMENT, **{"startNew": False, **fields})
        return await self.next(lambda frame: frame["class"] == "SessionResponse")

    async def say(self, text: str, **more: Any) -> str:
        """Send a text message."""
        return await self.send("onMessage", message={"type": "Text", "text": text, **more})

    async def heard(self, text: str, **more: Any) -> dict[str, Any]:
        """Send a text message and wait for its echo."""
        tracing_id = await self.say(text, **more)
        return await self.answer(tracing_id)

    async def answer(self, tracing_id: str) -> dict[str, Any]:
        """The frame that answers a frame of ours."""
        return await self.next(lambda frame: frame.get("tracingId") == tracing_id)

    async def message(self, wanted: Wanted = lambda _: True) -> dict[str, Any]:
        """The body of the next message of an agent or a bot that is wanted."""

        def is_wanted(frame: dict[str, Any]) -> bool:
            body = frame["body"]
            return frame["class"] == "StructuredMessage" and body.get("direction") == "Outbound" and wanted(body)

        return (await self.next(is_wanted))["body"]

    async def next(self, wanted: Wanted) -> dict[str, Any]:
        """The next frame that is wanted, from among those not yet looked at and those to come."""
        async with asyncio.timeout(PATIENCE):
            while True:
                while self._seen < len(self.frames):
                    self._seen += 1
                    if wanted(self.frames[self._seen - 1]):
                        return self.frames[self._seen - 1]
                self.frames.append(json.loads(await self.connection.recv()))

    async def closed(self) -> int:
        """Read on until the socket is closed; the code."""
        async with asyncio.timeout(PATIENCE):
            try:
                while True:
                    self.frames.append(json.loads(await self.connection.recv()))
            except ConnectionClosed:
                code = self.connection.close_code
                assert code is not None
                return code

    async def jwt(self) -> str:
        """A pass for the history."""
        answer = await self.answer(await self.send("getJwt"))
        assert answer["class"] == "JwtResponse"
        jwt: str = answer["body"]["jwt"]
        return jwt

    async def history(self, **query: Any) -> list[dict[str, Any]]:
        """The messages, newest first."""
        headers = {"Authorization": f"bearer {await self.jwt()}"}
        async with httpx.AsyncClient() as http:
            answer = await http.get(f"{self._api}/api/v2/webmessaging/messages", params=query, headers=headers)
        entities: list[dict[str, Any]] = answer.raise_for_status().json()["entities"]
        return entities

    async def upload(self, name: str, content: bytes, kind: str = "text/plain") -> tuple[str, httpx.Response | None]:
        """Ask for an address and send a file there; its id, and the storage's answer if there was an address."""
        attachment_id = str(uuid4())
        await self.send(
            "onAttachment",
            attachmentId=attachment_id,
            fileName=name,
            fileType=kind,
            fileSize=len(content),
            errorsAsJson=True,
        )
        answer = await self.next(lambda frame: frame["class"] in {"PresignedUrlResponse", "GenerateUrlError", "string"})
        if answer["class"] != "PresignedUrlResponse":
            return attachment_id, None
        async with httpx.AsyncClient() as http:
            body = answer["body"]
            headers = {"Content-Type": kind, **body["headers"]}
            return attachment_id, await http.put(body["url"], content=content, headers=headers, timeout=30)
