"""Whether coaching works: who repeats what they were told of, and what people do at a blocking notice."""

from typing import Any, Final

from sqlalchemy import Connection, case, func, select

from gateway.console import tables
from gateway.console.queries.filters import DAY_MS, Filters

DECISION_PREFIX: Final = "widget."
"""Of the audit actions that record what an agent did at a notice."""


def coaching(connection: Connection, filters: Filters) -> dict[str, Any]:
    """Repeat rate by team, decisions at notices, and agents' violations a thousand messages, day by day."""
    return {
        "teams": _teams(connection, filters),
        "decisions": _decisions(connection, filters),
        "days": _days(connection, filters),
    }


def _teams(connection: Connection, filters: Filters) -> list[dict[str, Any]]:
    """A team is a queue. An agent and a rule are a pair: coached once it happened, repeated when it happened again."""
    columns, queues = tables.violations.c, tables.conversations.c
    team = func.coalesce(func.max(queues.queue_id), "").label("team")
    times = func.count(func.distinct(columns.event_id)).label("times")
    pairs = (
        select(columns.agent_id, columns.rule, team, times)
        .select_from(
            tables.violations.outerjoin(tables.conversations, columns.conversation_id == queues.conversation_id)
        )
        .where(*filters.where(), columns.direction == "OUTBOUND", columns.agent_id.is_not(None))
        .group_by(columns.agent_id, columns.rule)
        .subquery()
    )
    rows = connection.execute(
        select(
            pairs.c.team,
            func.count(func.distinct(pairs.c.agent_id)),
            func.count(),
            func.sum(case((pairs.c.times > 1, 1), else_=0)),
            func.sum(pairs.c.times),
        )
        .group_by(pairs.c.team)
        .order_by(pairs.c.team)
    )
    return [
        {
            "team": row[0] or None,
            "agents": row[1],
            "coached": row[2],
            "repeated": int(row[3]),
            "violations": int(row[4]),
        }
        for row in rows
    ]


def _decisions(connection: Connection, filters: Filters) -> list[dict[str, Any]]:
    audit = tables.audit.c
    rows = connection.execute(
        select(audit.action, func.count())
        .where(
            audit.action.startswith(DECISION_PREFIX, autoescape=True),
            audit.occurred_ms >= filters.since_ms,
            audit.occurred_ms < filters.until_ms,
        )
        .group_by(audit.action)
        .order_by(audit.action)
    )
    return [{"decision": action.removeprefix(DECISION_PREFIX), "count": count} for action, count in rows]


def _days(connection: Connection, filters: Filters) -> list[dict[str, Any]]:
    columns, counted = tables.violations.c, tables.traffic.c
    day = columns.detected_ms - columns.detected_ms % DAY_MS
    violations = connection.execute(
        select(day, func.count()).where(*filters.where(), columns.direction == "OUTBOUND").group_by(day)
    ).all()
    sent_day = counted.hour_ms - counted.hour_ms % DAY_MS
    begin = filters.since_ms - filters.since_ms % DAY_MS
    sent = connection.execute(
        select(sent_day, func.sum(counted.messages))
        .where(counted.direction == "OUTBOUND", counted.hour_ms >= begin, counted.hour_ms < filters.until_ms)
        .group_by(sent_day)
    ).all()
    found = {int(start): int(count) for start, count in violations}
    messages = {int(start): int(count) for start, count in sent}
    return [
        {"start_ms": start, "violations": found.get(start, 0), "messages": messages.get(start, 0)}
        for start in range(begin, filters.until_ms, DAY_MS)
    ]
