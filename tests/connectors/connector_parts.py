"""What the connectors' tests share."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import httpx

from schemas import Direction, ForwardMessage, MessagePart

AT = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)


def forwarded(text: str = "", *parts: MessagePart | str, **more: Any) -> ForwardMessage:
    """A cleaned message of an agent, for a customer on WhatsApp."""
    given: dict[str, Any] = {
        "event_id": "c327",
        "conversation_id": "conversation",
        "direction": Direction.OUTBOUND,
        "channel": "whatsapp",
        "text": text,
        "parts": parts,
        "is_redacted": False,
        "violation_count": 0,
        "occurred_at": AT,
        "recipient": "16505551234",
    }
    return ForwardMessage(**(given | more))


class Outside:
    """Stands at the other end of the wire: answers from a list, then 200, and keeps the requests."""

    def __init__(
        self, *answers: httpx.Response | Exception, default: Callable[[], httpx.Response] | None = None
    ) -> None:
        self.requests: list[httpx.Request] = []
        self._answers = list(answers)
        self._default = default or (lambda: httpx.Response(200, json={}))
        self.http = httpx.AsyncClient(transport=httpx.MockTransport(self._answer))

    @property
    def bodies(self) -> list[Any]:
        """The requests' JSON."""
        return [json.loads(request.content) for request in self.requests]

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self._answers.pop(0) if self._answers else self._default()
        if isinstance(answer, Exception):
            raise answer
        return answer


MEBIBYTE = 1024 * 1024


class Endless(httpx.AsyncByteStream):
    """A body without an end, which says how much of it was read."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.read = 0
        self.is_closed = False
        self._seconds = seconds

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while self.read < 100:  # or a reader without a limit would never come back
            self.read += 1
            yield b" " * MEBIBYTE
            await asyncio.sleep(self._seconds)

    async def aclose(self) -> None:
        self.is_closed = True
