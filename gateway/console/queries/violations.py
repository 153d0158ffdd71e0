"""Violations one by one: the list, the export, and the story of one."""

import json
from typing import Any, Final

from sqlalchemy import Connection, select, tuple_

from gateway.console import tables
from gateway.console.queries.filters import Filters, within

PAGE: Final = 50
_SHOWN: Final = (
    "violation_id",
    "event_id",
    "conversation_id",
    "rule",
    "entity",
    "severity",
    "action",
    "direction",
    "channel",
    "agent_id",
    "stage",
    "policy_version",
    "match_count",
    "masked_preview",
    "occurred_ms",
    "detected_ms",
)
COLUMNS: Final = _SHOWN
"""Of the export, in order."""
_MOST_RELATED: Final = 100


def page(
    connection: Connection, filters: Filters, after: tuple[int, str] | None, limit: int = PAGE
) -> list[dict[str, Any]]:
    """The newest first, after the one that ``after`` names by its time and id."""
    columns = tables.violations.c
    statement = select(*(columns[name] for name in _SHOWN)).where(*filters.where())
    if after is not None:
        statement = statement.where(tuple_(columns.detected_ms, columns.violation_id) < tuple_(*after))
    statement = statement.order_by(columns.detected_ms.desc(), columns.violation_id.desc()).limit(limit)
    return [dict(row) for row in connection.execute(statement).mappings()]


def story(connection: Connection, violation_id: str, queues: frozenset[str] | None) -> dict[str, Any] | None:
    """All that is known about one violation; None when there is none that this person may see."""
    columns = tables.violations.c
    found = (
        connection.execute(
            select(tables.violations).where(columns.violation_id == violation_id, *within(tables.violations, queues))
        )
        .mappings()
        .first()
    )
    if found is None:
        return None
    violation = dict(found)
    violation["matches"] = json.loads(violation["matches"])
    event, conversation = violation["event_id"], violation["conversation_id"]
    same_event = select(*(columns[name] for name in _SHOWN)).where(
        columns.event_id == event, columns.violation_id != violation_id
    )
    alerts = select(tables.alerts).where(tables.alerts.c.event_id == event).order_by(tables.alerts.c.occurred_ms)
    receipts = select(tables.receipts).where(tables.receipts.c.event_id == event)
    audit = tables.audit.c
    looks = select(tables.audit).where(audit.conversation_id == conversation).order_by(audit.occurred_ms.desc())
    return {
        "violation": violation,
        "beside": _rows(connection, same_event.limit(_MOST_RELATED)),
        "alerts": _rows(connection, alerts.limit(_MOST_RELATED)),
        "receipts": _rows(connection, receipts.order_by(tables.receipts.c.occurred_ms).limit(_MOST_RELATED)),
        "audit": _rows(connection, looks.limit(_MOST_RELATED)),
        "queue_id": connection.execute(
            select(tables.conversations.c.queue_id).where(tables.conversations.c.conversation_id == conversation)
        ).scalar(),
    }


def of_conversation(
    connection: Connection, conversation_id: str, queues: frozenset[str] | None, agent_id: str | None
) -> list[dict[str, Any]]:
    """A conversation's violations, the newest first; for an agent, the customer's and their own."""
    columns = tables.violations.c
    conditions = [columns.conversation_id == conversation_id, *within(tables.violations, queues)]
    if agent_id is not None:
        conditions.append((columns.direction == "INBOUND") | (columns.agent_id == agent_id))
    statement = select(*(columns[name] for name in _SHOWN)).where(*conditions)
    return _rows(connection, statement.order_by(columns.detected_ms.desc()).limit(PAGE))


def _rows(connection: Connection, statement: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(statement).mappings()]
