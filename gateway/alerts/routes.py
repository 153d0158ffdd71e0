"""``GET /v1/alerts``: server-sent events, resumable by ``Last-Event-ID``."""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Header, HTTPException, Query, Request
from sse_starlette import EventSourceResponse

from gateway.alerts.view import View
from gateway.auth import Caller, caller_of, require
from gateway.parts import parts_of
from gateway.stitching import stitching_of
from schemas import Audience, Severity
from vault.errors import VaultUnavailable

router = APIRouter(tags=["alerts"])

HEARTBEAT_SECONDS: Final = 15
"""A comment, so that no proxy takes a quiet stream for a dead one."""
SEND_SECONDS: Final = 30.0
"""A listener that reads nothing for so long gives its place to another."""


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
    desk = parts_of(request).alerts
    view = View(
        audience=wanted.audience,
        agent_id=wanted.agent,
        conversation_id=wanted.conversation and stitching_of(request).our_name(wanted.conversation),
        queue_id=wanted.queue,
        severity=wanted.severity,
        only_agent=caller.agent_id,
        only_queues=caller.queues,
    )
    if desk.is_full:
        raise HTTPException(503, "too many listeners")

    async def is_welcome() -> bool:
        """Whether the caller may still listen: its key may be gone, its session over, its queues others."""
        try:
            return await caller_of(request) == caller
        except (HTTPException, VaultUnavailable):
            return False

    return EventSourceResponse(
        desk.listen(view, last_event_id or wanted.since, is_welcome),
        ping=HEARTBEAT_SECONDS,
        send_timeout=SEND_SECONDS,
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )
