"""What happens to captures by themselves: they expire, their ends are told until somebody heard, old ones go."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from vault import tables
from vault.capture_states import LIVE, CaptureState, CaptureStatus, CustomerAddress

CLAIM_SECONDS: Final = 60.0
"""A submission that took longer was cut off: the customer may try again."""
FIRST_PAUSE: Final = 15.0
LONGEST_PAUSE: Final = 3600.0
"""Seconds between attempts to tell of an end; they double from the first to the longest."""
TELL_SECONDS: Final = 2 * 86_400.0
"""How long after its expiry a capture's end is still told."""
FORGET_SECONDS: Final = 90 * 86_400.0
"""How long after its expiry a capture is known at all."""


def ended(state: CaptureState, now: float) -> dict[str, Any]:
    """Columns of a capture that has come to its end: its key is gone, and its end is to be told."""
    return {"state": state.value, "private_key": None, "tell_at": now}


def status_of(row: Row[Any], now: float) -> CaptureStatus:
    """What the agent may see of a row."""
    is_past = row.state in LIVE and row.expires_at <= now
    return CaptureStatus(
        capture_id=row.capture_id,
        conversation_id=row.conversation_id,
        state=CaptureState.EXPIRED if is_past else CaptureState(row.state),
        progress=json.loads(row.progress),
        results=json.loads(row.results) if row.results else {},
        expires_at=row.expires_at,
        agent_id=row.agent_id,
    )


def tidy(connection: Connection, now: float) -> int:
    """Expire, give back and forget; how many expired."""
    captures, columns = tables.captures, tables.captures.c
    cut_off = captures.update().where(
        columns.state == CaptureState.SUBMITTING.value, columns.claimed_at <= now - CLAIM_SECONDS
    )
    connection.execute(cut_off.values(state=CaptureState.OPENED.value, claimed_at=None))
    expired = captures.update().where(columns.state.in_(LIVE), columns.expires_at <= now)
    count = connection.execute(expired.values(**ended(CaptureState.EXPIRED, now))).rowcount
    old = captures.delete().where(columns.state.in_(list(CaptureState)), columns.expires_at <= now - FORGET_SECONDS)
    connection.execute(old)  # every state is named, for the index begins with it
    return count


def take_news(
    connection: Connection, now: float, limit: int, address_of: Callable[[Row[Any]], CustomerAddress | None]
) -> list[CaptureStatus]:
    """Captures whose end is to be told now, each taken so that no other process tells it at the same time."""
    captures, columns = tables.captures, tables.captures.c
    due = select(captures).where(columns.tell_at <= now).order_by(columns.tell_at).limit(limit)
    taken = []
    for row in connection.execute(due.with_for_update(skip_locked=True)).all():
        pause = min(FIRST_PAUSE * 2.0**row.tell_attempts, LONGEST_PAUSE)
        again = None if now > row.expires_at + TELL_SECONDS else now + pause
        mine = captures.update().where(columns.capture_id == row.capture_id)
        connection.execute(mine.values(tell_at=again, tell_attempts=row.tell_attempts + 1))
        taken.append(replace(status_of(row, now), note_to=address_of(row)))
    return taken
