"""``GET /v1/alerts``: server-sent events, resumable by ``Last-Event-ID``."""

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Final

from aiokafka.errors import KafkaError
from fastapi import APIRouter, Depends, Header, HTTPException, Query, Request
from sse_starlette import EventSourceResponse, ServerSentEvent

from gateway.alerts.position import decode, encode
from gateway.alerts.ring import AlertRing
from gateway.alerts.tail import AlertTail
from gateway.alerts.view import View
from gateway.auth import Caller, require
from gateway.stitching import stitching_of
from schemas import Audience, Severity

router = APIRouter(tags=["alerts"])

HEARTBEAT_SECONDS: Final = 15
"""A comment, so that no proxy takes a quiet stream for a dead one."""
RETRY_MILLISECONDS: Final = 2000
"""What a browser waits before it comes back."""
MAX_LISTENERS: Final = 2000

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a listener asks for, as query parameters."""

    audience: Audience | None = None
    agent: Annotated[str | None, Query(max_length=512)] = None
    conversation: Annotated[str | None, Query(max_length=512)] = None
    queue: Annotated[str | None, Query(max_length=512)] = None
    severity: Annotated[Severity, Query(description="the least bad that is wanted")] = Severity.LOW
    since: Annotated[str | None, Query(max_length=20_000, description="an event's id, as Last-Event-ID")] = None


@router.get("/v1/alerts", response_class=EventSourceResponse)
async def alerts(
    request: Request,
    caller: Annotated[Caller, Depends(require("alerts"))],
    wanted: Annotated[Wanted, Depends()],
    last_event_id: Annotated[str | None, Header(max_length=20_000)] = None,
) -> EventSourceResponse:
    """Alerts as they come. Each event is an ``Alert``; its id is a place to resume from.

    The event ``reset`` says that some alerts could not be had any more.
    """
    desk: AlertDesk = request.app.state.alerts
    view = View(
        audience=wanted.audience,
        agent_id=wanted.agent,
        conversation_id=wanted.conversation and stitching_of(request).our_name(wanted.conversation),
        queue_id=wanted.queue,
        severity=wanted.severity,
        only_agent=caller.agent_id,
        only_queues=caller.queues,
    )
    if desk.listeners >= MAX_LISTENERS:
        raise HTTPException(503, "too many listeners")
    return EventSourceResponse(
        desk.listen(view, last_event_id or wanted.since),
        ping=HEARTBEAT_SECONDS,
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


class AlertDesk:
    """Serves listeners from the ring, and from the topic what the ring has forgotten."""

    def __init__(self, ring: AlertRing, tail: AlertTail) -> None:
        self._ring = ring
        self._tail = tail
        self.listeners = 0

    @property
    def is_live(self) -> bool:
        """Whether the topic is being read."""
        return self._tail.is_live

    async def listen(self, view: View, resume_from: str | None) -> AsyncIterator[ServerSentEvent]:
        """Events for one listener, without end."""
        self.listeners += 1
        try:
            async for event in self._events(view, resume_from):
                yield event
        finally:
            self.listeners -= 1

    async def _events(self, view: View, resume_from: str | None) -> AsyncIterator[ServerSentEvent]:
        position = None if resume_from is None else decode(resume_from)
        number = self._ring.next_number if position is None else 0
        here = self._ring.known_ends()
        mine = here if position is None else {p: min(o, here.get(p, o)) for p, o in position.items()}
        yield ServerSentEvent(
            event="open" if resume_from is None or position is not None else "reset",
            data="{}",
            id=encode(mine) or None,
            retry=RETRY_MILLISECONDS,
        )
        if position is not None:
            async for event in self._missed(view, mine):
                yield event
        while True:
            if self._ring.has_lost(number) and number:
                async for event in self._missed(view, mine):
                    yield event
            for entry in self._ring.since(number):
                number = entry.number + 1
                if entry.offset < mine.get(entry.partition, 0):
                    continue
                mine[entry.partition] = entry.offset + 1
                if view.shows(entry.alert):
                    yield ServerSentEvent(event="alert", id=encode(mine), data=entry.body)
            await self._ring.wait(number)

    async def _missed(self, view: View, mine: dict[int, int]) -> AsyncIterator[ServerSentEvent]:
        """What lies between the listener and the ring, from the topic."""
        if all(mine.get(partition, floor) >= floor for partition, floor in self._ring.floor.items()):
            return
        try:
            async for partition, offset, alert in self._tail.read_back(dict(mine)):
                if alert is None:
                    yield ServerSentEvent(event="reset", data="{}")
                    continue
                mine[partition] = offset + 1
                if view.shows(alert):
                    yield ServerSentEvent(event="alert", id=encode(mine), data=alert.model_dump_json())
        except KafkaError as error:
            log.warning("missed alerts cannot be read: %s", type(error).__name__)
            yield ServerSentEvent(event="reset", data="{}")
