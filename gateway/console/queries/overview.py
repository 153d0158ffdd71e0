"""How much was found, of what, where and when."""

from typing import Any, Final

from sqlalchemy import Connection, func, select

from gateway.console import tables
from gateway.console.queries.filters import DAY_MS, Filters

TOP: Final = 10
"""Bars of a chart: a person reads no more."""
_BUCKETS_MS: Final = (60_000, 300_000, 900_000, 3_600_000, 3 * 3_600_000, 6 * 3_600_000, DAY_MS, 7 * DAY_MS)
_MOST_BUCKETS: Final = 48
_DIMENSIONS: Final = {
    "rule": "rule",
    "severity": "severity",
    "channel": "channel",
    "direction": "direction",
    "action": "action",
    "agent": "agent_id",
}


def overview(connection: Connection, filters: Filters) -> dict[str, Any]:
    """Totals beside those of the period before, the violations by each dimension, and over time."""
    return {
        "since_ms": filters.since_ms,
        "until_ms": filters.until_ms,
        "totals": _totals(connection, filters),
        "before": _totals(connection, filters.before()),
        "by": {name: _by(connection, filters, column) for name, column in _DIMENSIONS.items()},
        "over_time": _over_time(connection, filters),
    }


def _totals(connection: Connection, filters: Filters) -> dict[str, int]:
    columns = tables.violations.c
    row = connection.execute(
        select(
            func.count(),
            func.coalesce(func.sum(columns.match_count), 0),
            func.count(func.distinct(columns.conversation_id)),
        ).where(*filters.where())
    ).one()
    counted = tables.traffic.c
    conditions = [
        counted.hour_ms >= filters.since_ms - filters.since_ms % 3_600_000,
        counted.hour_ms < filters.until_ms,
    ]
    conditions += [counted.channel == filters.channel] if filters.channel else []
    conditions += [counted.direction == filters.direction] if filters.direction else []
    sums = select(func.coalesce(func.sum(counted.messages), 0), func.coalesce(func.sum(counted.redacted), 0))
    messages, redacted = connection.execute(sums.where(*conditions)).one()
    return {
        "violations": int(row[0]),
        "values": int(row[1]),
        "conversations": int(row[2]),
        "messages": int(messages),
        "redacted": int(redacted),
    }


def _by(connection: Connection, filters: Filters, column: str) -> list[dict[str, Any]]:
    named = tables.violations.c[column]
    number = func.count().label("number")
    rows = connection.execute(
        select(named, number).where(*filters.where(), named.is_not(None)).group_by(named).order_by(number.desc(), named)
    ).all()
    bars = [{"name": name, "count": count} for name, count in rows[:TOP]]
    if rest := sum(count for _, count in rows[TOP:]):
        bars.append({"name": None, "count": rest, "others": len(rows) - TOP})
    return bars


def _over_time(connection: Connection, filters: Filters) -> dict[str, Any]:
    """Counts a bucket and severity; every bucket of the period is there, an empty one too."""
    length = filters.until_ms - filters.since_ms
    bucket = next((size for size in _BUCKETS_MS if length / size <= _MOST_BUCKETS), _BUCKETS_MS[-1])
    columns = tables.violations.c
    number = columns.detected_ms - columns.detected_ms % bucket
    rows = connection.execute(
        select(number, columns.severity, func.count()).where(*filters.where()).group_by(number, columns.severity)
    )
    begin = filters.since_ms - filters.since_ms % bucket
    found: dict[int, dict[str, int]] = {start: {} for start in range(begin, filters.until_ms, bucket)}
    for start, severity, count in rows:
        found.setdefault(int(start), {})[severity] = count
    return {"bucket_ms": bucket, "buckets": [{"start_ms": start, **counts} for start, counts in sorted(found.items())]}
