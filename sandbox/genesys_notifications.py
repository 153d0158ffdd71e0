"""Genesys's notification service at the double: channels, their topics, and a WebSocket that brings what happens.

Source: Platform API, ``/api/v2/notifications`` and the schemas of its topics.
"""

import asyncio
import contextlib
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from aiohttp import web

from sandbox.double import HOST
from sandbox.genesys_state import Conversation, Participant
from schemas.record import rfc3339

PATH: Final = "/api/v2/notifications"
CHANNEL_LIFE: Final = timedelta(hours=24)
TOPICS: Final = (
    "v2.users.{id}.conversations",
    "v2.detail.events.conversation.{id}.attributes",
    "v2.detail.events.conversation.{id}.user.end",
    "v2.detail.events.conversation.{id}.customer.end",
)
"""Those that the double tells of."""
_KNOWN: Final = tuple(re.compile(re.escape(topic).replace(r"\{id\}", r"[\w-]+")) for topic in TOPICS)
HEARTBEAT: Final = {"topicName": "channel.metadata", "eventBody": {"message": "WebSocket Heartbeat"}}
Refused = Callable[[web.Request], web.Response | None]
"""Whether a request is refused for its token or its pace."""


@dataclass(slots=True)
class Channel:
    """Somebody who listens."""

    id: str = field(default_factory=lambda: f"streaming-0-{uuid4().hex}")
    topics: set[str] = field(default_factory=set)
    sockets: set[web.WebSocketResponse] = field(default_factory=set)
    expires: datetime = field(default_factory=lambda: datetime.now(UTC) + CHANNEL_LIFE)


class Notifications:
    """All channels, and their doors."""

    def __init__(self, heartbeat_seconds: float, refused: Refused) -> None:
        self._heartbeat_seconds = heartbeat_seconds
        self._refused = refused
        self._channels: dict[str, Channel] = {}

    def add_to(self, application: web.Application) -> None:
        """Serve them."""
        application.router.add_post(f"{PATH}/channels", self._open)
        application.router.add_get(f"{PATH}/availabletopics", self._available)
        for method in ("GET", "POST", "PUT", "DELETE"):
            application.router.add_route(method, f"{PATH}/channels/{{channel}}/subscriptions", self._subscribe)
        application.router.add_get("/channels/{channel}", self._connect)

    async def tell_attributes(self, conversation: Conversation, participant: Participant) -> None:
        """Somebody changed a participant's data."""
        name = f"v2.detail.events.conversation.{conversation.conversation_id}.attributes"
        await self._tell(name, {**_event(conversation, participant), "attributes": participant.attributes})

    async def tell_end(self, conversation: Conversation, participant: Participant) -> None:
        """The agent (``user``) or the customer has left."""
        who = "user" if participant.purpose == "agent" else "customer"
        name = f"v2.detail.events.conversation.{conversation.conversation_id}.{who}.end"
        await self._tell(name, _event(conversation, participant))

    async def _tell(self, topic: str, body: dict[str, Any]) -> None:
        frame = {"topicName": topic, "version": "2", "eventBody": body, "metadata": {"correlationId": str(uuid4())}}
        for channel in self._channels.values():
            if topic in channel.topics:
                for socket in tuple(channel.sockets):
                    await _send(socket, frame)

    async def _open(self, request: web.Request) -> web.Response:
        if (refused := self._refused(request)) is not None:
            return refused
        channel = Channel()
        self._channels[channel.id] = channel
        uri = f"ws://{request.headers.get('Host', HOST)}/channels/{channel.id}"
        expires = rfc3339(channel.expires)
        return web.json_response({"id": channel.id, "connectUri": uri, "expires": expires})

    async def _available(self, request: web.Request) -> web.Response:
        if (refused := self._refused(request)) is not None:
            return refused
        return web.json_response({"entities": [{"id": topic, "description": ""} for topic in TOPICS]})

    async def _subscribe(self, request: web.Request) -> web.Response:
        """POST adds topics, PUT puts them in the place of those before, DELETE leaves none, GET lists them."""
        if (refused := self._refused(request)) is not None:
            return refused
        channel = self._channels.get(request.match_info["channel"])
        if channel is None:
            return web.json_response({"code": "not.found", "message": "no such channel", "status": 404}, status=404)
        if request.method in {"POST", "PUT"}:
            wanted = {one.get("id", "") for one in await request.json()}
            if not all(any(known.fullmatch(topic) for known in _KNOWN) for topic in wanted):
                return web.json_response({"code": "bad.request", "message": "unknown topic", "status": 400}, status=400)
            channel.topics = wanted if request.method == "PUT" else channel.topics | wanted
        elif request.method == "DELETE":
            channel.topics.clear()
        return web.json_response({"entities": [{"id": topic} for topic in sorted(channel.topics)]})

    async def _connect(self, request: web.Request) -> web.StreamResponse:
        """The socket itself; who holds its address needs no token."""
        channel = self._channels.get(request.match_info["channel"])
        if channel is None:
            return web.Response(status=404)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        channel.sockets.add(socket)
        beating = asyncio.create_task(self._beat(socket))
        try:
            async for _ in socket:
                pass  # clients have nothing to say
        finally:
            channel.sockets.discard(socket)
            beating.cancel()
        return socket

    async def _beat(self, socket: web.WebSocketResponse) -> None:
        while not socket.closed:
            await asyncio.sleep(self._heartbeat_seconds)
            await _send(socket, HEARTBEAT)


def _event(conversation: Conversation, participant: Participant) -> dict[str, Any]:
    return {
        "eventTime": round(time.time() * 1000),
        "conversationId": conversation.conversation_id,
        "participantId": participant.id,
        "communications": [{"id": participant.communication_id, "mediaType": "MESSAGE"}],
    }


async def _send(socket: web.WebSocketResponse, frame: dict[str, Any]) -> None:
    with contextlib.suppress(ConnectionError):  # it leaves
        await socket.send_json(frame)
