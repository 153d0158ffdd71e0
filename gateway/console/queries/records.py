"""What else is on record: dead letters, the audit trail, policies, traffic by channel."""

import json
from typing import Any, Final

from sqlalchemy import Connection, func, select

from gateway.console import tables

PAGE: Final = 200


def dead_letters(connection: Connection, *, everything: bool = False) -> list[dict[str, Any]]:
    """The newest first; those that were replayed or dropped only when asked for."""
    table = tables.dead_letters
    statement = select(table).order_by(table.c.put_aside_ms.desc(), table.c.offset.desc()).limit(PAGE)
    if not everything:
        statement = statement.where(table.c.resolution.is_(None))
    return [dict(row) for row in connection.execute(statement).mappings()]


def open_dead_letters(connection: Connection) -> int:
    """How many wait for somebody."""
    table = tables.dead_letters
    return connection.execute(select(func.count()).select_from(table).where(table.c.resolution.is_(None))).scalar_one()


def audit_trail(connection: Connection, since_ms: int, until_ms: int) -> list[dict[str, Any]]:
    """The newest first."""
    table = tables.audit
    statement = select(table).where(table.c.occurred_ms >= since_ms, table.c.occurred_ms < until_ms)
    rows = connection.execute(statement.order_by(table.c.occurred_ms.desc(), table.c.sequence.desc()).limit(PAGE))
    return [dict(row) for row in rows.mappings()]


def policies(connection: Connection) -> list[dict[str, Any]]:
    """Every version that judged something, the newest first."""
    table = tables.policies
    rows = connection.execute(select(table).order_by(table.c.last_ms.desc(), table.c.version))
    return [{**row, "actions": json.loads(row["actions"]) if row["actions"] else None} for row in rows.mappings()]


def audited_actions(connection: Connection, since_ms: int, until_ms: int) -> list[dict[str, Any]]:
    """How often each action was allowed, denied or failed."""
    audit = tables.audit.c
    rows = connection.execute(
        select(audit.action, audit.outcome, func.count())
        .where(audit.occurred_ms >= since_ms, audit.occurred_ms < until_ms)
        .group_by(audit.action, audit.outcome)
        .order_by(audit.action, audit.outcome)
    )
    return [{"action": action, "outcome": outcome, "count": count} for action, outcome, count in rows]


def coverage(connection: Connection, since_ms: int, until_ms: int) -> list[dict[str, Any]]:
    """Messages that were judged and forwarded, by channel and direction."""
    counted = tables.traffic.c
    rows = connection.execute(
        select(counted.channel, counted.direction, func.sum(counted.messages), func.sum(counted.redacted))
        .where(counted.hour_ms >= since_ms, counted.hour_ms < until_ms)
        .group_by(counted.channel, counted.direction)
        .order_by(counted.channel, counted.direction)
    )
    return [
        {"channel": channel, "direction": direction, "messages": int(messages), "redacted": int(redacted)}
        for channel, direction, messages, redacted in rows
    ]
