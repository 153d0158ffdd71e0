"""What happens to tokens after they were issued: stop, start, erase, expire, count."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, func, select

from vault import tables
from vault.audit import AuditChain, AuditEntry
from vault.requests import Access

TOMBSTONE_SECONDS: Final = 90 * 86_400.0
"""How long after its expiry a token is still known to be gone rather than unknown."""
_ERASED: Final = {"state": "erased", "sealed": None, "fingerprint": None, "subject": None}
_KEPT: Final = ("active", "disabled")
"""States that hold a value. Named one by one: their index finds what equals them, and nothing that differs."""
_PURGE_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class Stats:
    """Counts, for an operator."""

    tokens: dict[str, dict[str, int]]
    """Entity to state to number."""
    data_keys: dict[str, int]
    """State to number."""
    audit_records: int


def find(connection: Connection, tenant: str, token: str) -> Row[Any] | None:
    """A token's row; None when unknown or another tenant's."""
    columns = tables.tokens.c
    return connection.execute(select(tables.tokens).where(columns.token == token, columns.tenant == tenant)).first()


def set_state(connection: Connection, chain: AuditChain, token: str, state: str, access: Access) -> Row[Any] | None:
    """Disable or enable a token that is not erased; its row as it was, or None when unknown."""
    row = find(connection, access.tenant, token)
    is_allowed = row is not None and row.state != "erased"
    if is_allowed:
        connection.execute(tables.tokens.update().where(tables.tokens.c.token == token).values(state=state))
    action = "token.disable" if state == "disabled" else "token.enable"
    subject = token if row is not None else "unknown"
    chain.append(connection, [AuditEntry.of(access, action, subject, is_allowed=is_allowed)])
    return row


def erase_where(
    connection: Connection, chain: AuditChain, what: str, condition: ColumnElement[bool], access: Access
) -> int:
    """Erase the values of every matching token; how many. The tokens stay known as gone.

    ``what`` names the selection in the audit record: each erased token has a record of its own.
    """
    columns = tables.tokens.c
    matching = condition & (columns.tenant == access.tenant) & (columns.state != "erased")
    names = connection.execute(select(columns.token).where(matching)).scalars().all()
    connection.execute(tables.tokens.update().where(matching).values(**_ERASED))
    summary = AuditEntry.of(access, f"vault.erase.{what}", f"{len(names)} tokens")
    chain.append(connection, [summary, *(AuditEntry.of(access, "token.erase", name) for name in names)])
    return len(names)


def destroy_period(connection: Connection, chain: AuditChain, period: str, access: Access) -> int:
    """Crypto-shred: destroy the period's data keys, so that no copy of the rows can ever be opened; tokens hit."""
    keys = tables.data_keys
    of_period = (keys.c.tenant == access.tenant) & (keys.c.period == period)
    ids = connection.execute(select(keys.c.key_id).where(of_period)).scalars().all()
    connection.execute(keys.update().where(of_period).values(wrapped=None, state="destroyed"))
    return erase_where(connection, chain, f"period.{period}", tables.tokens.c.key_id.in_(ids), access)


def purge(connection: Connection, chain: AuditChain, now: float) -> int:
    """Erase what has expired, a page at a time, and forget old tombstones; how many were erased."""
    columns = tables.tokens.c
    expired = (
        connection.execute(
            select(columns.token).where(columns.state.in_(_KEPT), columns.expires_at <= now).limit(_PURGE_PAGE)
        )
        .scalars()
        .all()
    )
    if expired:
        connection.execute(tables.tokens.update().where(columns.token.in_(expired)).values(**_ERASED))
        chain.append(connection, [_expired(token) for token in expired])
    connection.execute(
        tables.tokens.delete().where(columns.state == "erased", columns.expires_at <= now - TOMBSTONE_SECONDS)
    )
    connection.execute(tables.approvals.delete().where(tables.approvals.c.expires_at <= now))
    return len(expired)


def stats(connection: Connection, now: float) -> Stats:
    """Count what there is; tokens past their expiry count as expired even before they are purged."""
    columns = tables.tokens.c
    tokens: dict[str, dict[str, int]] = {}
    for is_past in (False, True):
        past = columns.expires_at <= now if is_past else columns.expires_at > now
        for entity, state, number in connection.execute(
            select(columns.entity, columns.state, func.count()).where(past).group_by(columns.entity, columns.state)
        ):
            shown = "expired" if is_past and state != "erased" else state
            states = tokens.setdefault(entity, {})
            states[shown] = states.get(shown, 0) + number
    keys = tables.data_keys.c
    by_state = connection.execute(select(keys.state, func.count()).group_by(keys.state))
    audited = connection.execute(select(func.count()).select_from(tables.audit)).scalar_one()
    return Stats(tokens, {row[0]: row[1] for row in by_state}, audited)


def _expired(token: str) -> AuditEntry:
    return AuditEntry(actor="retention", action="token.expire", subject=token)
