"""Puts a batch into the read model, in one transaction with the places that it was read to.

However many gateways read the topics, every record counts once: a batch is stored only if nobody has moved its
partitions' places since they were read.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Table, bindparam, case, select
from sqlalchemy.dialects import postgresql, sqlite

from detection import Engine
from gateway.console import tables
from gateway.console.fitting import LARGEST, fitted
from gateway.console.rows import Gathered, Row
from streams.following import Places

_DEAD: Final = tables.dead_letters.c
_RESOLVE: Final = (
    tables.dead_letters.update()
    .where(_DEAD.partition == bindparam("of_partition"), _DEAD.offset == bindparam("of_offset"))
    .values(resolution=bindparam("to"))
)
_TIMES: Final = {
    tables.violations: "detected_ms",
    tables.alerts: "occurred_ms",
    tables.receipts: "occurred_ms",
    tables.audit: "occurred_ms",
    tables.dead_letters: "put_aside_ms",
    tables.conversations: "seen_ms",
    tables.traffic: "hour_ms",
    tables.policies: "last_ms",
}
_EXPIRING: Final = (tables.sessions, tables.links)


class PlacesMovedError(Exception):
    """Another gateway has stored these records."""


def load_places(connection: Connection) -> Places:
    """Where reading goes on."""
    rows = connection.execute(select(tables.places))
    return {(row.topic, row.partition): row.next_offset for row in rows}


def store(connection: Connection, batch: Gathered, known: Places, reached: Places) -> None:
    """Keep a batch. ``known`` are the places as they were loaded. Raises ``PlacesMovedError`` and keeps nothing."""
    _advance(connection, known, reached)
    for table, rows in (
        (tables.violations, batch.violations),
        (tables.alerts, batch.alerts),
        (tables.receipts, batch.receipts),
        (tables.audit, batch.audit),
        (tables.dead_letters, batch.dead_letters),
    ):
        if rows:
            fitting = [fitted(table, row) for row in rows]
            connection.execute(_insert(connection, table).on_conflict_do_nothing(), fitting)
    if resolutions := [row for row in batch.resolutions if row["of_offset"] <= LARGEST]:
        connection.execute(_RESOLVE, resolutions)
    if batch.conversations:
        rows = [fitted(tables.conversations, row) for row in batch.conversations.values()]
        _upsert(connection, tables.conversations, rows, ("queue_id", "seen_ms"))
    _count_traffic(connection, batch.traffic)
    for version, (first, last) in batch.policies.items():
        _note_policy(connection, {"version": version, "first_ms": first, "last_ms": last})


def note_engine(connection: Connection, engine: Engine, now_ms: int) -> None:
    """Record the policy that this gateway has loaded, with what each rule does."""
    rules = {rule.name: [rule.severity.value, rule.action.value] for rule in engine.policy.rules}
    row = {"version": engine.policy_version, "first_ms": now_ms, "last_ms": now_ms}
    _note_policy(connection, row)
    policies = tables.policies
    connection.execute(
        policies.update()
        .where(policies.c.version == engine.policy_version)
        .values(rules=len(rules), actions=json.dumps(rules))
    )


def purge(connection: Connection, before_ms: int, now_ms: int) -> int:
    """Forget what is older than retention allows, and sessions and links that have ended; how many rows."""
    gone = 0
    for table, column in _TIMES.items():
        gone += connection.execute(table.delete().where(table.c[column] < before_ms)).rowcount
    for table in _EXPIRING:
        gone += connection.execute(table.delete().where(table.c.expires_ms < now_ms)).rowcount
    return gone


def _advance(connection: Connection, known: Places, reached: Places) -> None:
    places = tables.places
    for (topic, partition), offset in sorted(reached.items()):
        before = known.get((topic, partition))
        if before is None:
            row = {"topic": topic, "partition": partition, "next_offset": offset}
            moved = connection.execute(_insert(connection, places).on_conflict_do_nothing(), row).rowcount
        else:
            place = (places.c.topic == topic, places.c.partition == partition, places.c.next_offset == before)
            moved = connection.execute(places.update().where(*place).values(next_offset=offset)).rowcount
        if moved != 1:
            raise PlacesMovedError


def _count_traffic(connection: Connection, traffic: Mapping[tuple[int, str, str], Sequence[int]]) -> None:
    table = tables.traffic
    for (hour, channel, direction), (messages, redacted) in traffic.items():
        insert = _insert(connection, table)
        more = {"messages": table.c.messages + messages, "redacted": table.c.redacted + redacted}
        row = {"hour_ms": hour, "channel": channel, "direction": direction, "messages": messages, "redacted": redacted}
        row = fitted(table, row)
        connection.execute(insert.on_conflict_do_update(index_elements=list(table.primary_key), set_=more), row)


def _note_policy(connection: Connection, row: Row) -> None:
    insert, known = _insert(connection, tables.policies), tables.policies.c
    first = case((known.first_ms < insert.excluded.first_ms, known.first_ms), else_=insert.excluded.first_ms)
    last = case((known.last_ms > insert.excluded.last_ms, known.last_ms), else_=insert.excluded.last_ms)
    connection.execute(
        insert.on_conflict_do_update(index_elements=[known.version], set_={"first_ms": first, "last_ms": last}),
        fitted(tables.policies, row),
    )


def _upsert(connection: Connection, table: Table, rows: list[Row], columns: Sequence[str]) -> None:
    insert = _insert(connection, table)
    fresh = {name: insert.excluded[name] for name in columns}
    connection.execute(insert.on_conflict_do_update(index_elements=list(table.primary_key), set_=fresh), rows)


def _insert(connection: Connection, table: Table) -> Any:
    """The dialect's own insert, which knows what to do about a row that is there already."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    return dialect.insert(table)
