"""From tokens back to values, a group at a time: the audit record is committed before a value is decrypted."""

import secrets
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from vault import tables
from vault.audit import AuditChain, AuditEntry
from vault.cells import open_cell
from vault.errors import Refusal, TokenRefused
from vault.fingerprints import Fingerprints
from vault.issuing import token_key
from vault.keys import DataKey
from vault.observer import Observer
from vault.policy import RevealPolicy
from vault.requests import Access, View, masked
from vault.statements import PreparedLists, one_of

APPROVAL_SECONDS: Final = 900.0
"""How long a request waits for the second person, and an approval for its use."""
REDACTED: Final = "[REDACTED]"
CANARY: Final = "token.canary"
"""What the audit says of an attempt on a canary."""
_ROWS: Final = PreparedLists(lambda size: select(tables.tokens).where(one_of(tables.tokens.c.token, "wanted", size)))


@dataclass(frozen=True, slots=True)
class Wish:
    """One token that a caller wants to see."""

    token: str
    view: View
    access: Access
    refusal: Refusal | None
    """What policy said before the token was looked up."""


@dataclass(frozen=True, slots=True)
class Revealed:
    """One value, in the view asked for."""

    token: str
    entity: str
    value: str = field(repr=False)


class Revealing:
    """The transaction that decides on tokens, and the decryption after it."""

    def __init__(self, chain: AuditChain, policy: RevealPolicy, fingerprints: Fingerprints, observer: Observer) -> None:
        self._chain = chain
        self._observer = observer
        self._policy = policy
        self._fingerprints = fingerprints

    def decide(self, connection: Connection, wishes: list[Wish], now: float) -> list[Row[Any] | TokenRefused]:
        """The row of each token, or why it is not given. Allowed and denied are recorded alike."""
        wanted = list({token_key(wish.token) for wish in wishes})
        rows = {row.token: row for row in _ROWS.rows(connection, wanted=wanted)}
        decided: list[Row[Any] | TokenRefused] = []
        entries = []
        for wish in wishes:
            row = rows.get(token_key(wish.token))
            refused = self._refused(connection, wish, row, now)
            if row is not None and row.is_canary:
                self._observer.canary()
            entries.append(self._entry(wish, row, refused))
            if refused or row is None:
                decided.append(refused or TokenRefused(Refusal.UNKNOWN))
            else:
                decided.append(row)
        self._chain.append(connection, entries)
        return decided

    def _refused(self, connection: Connection, wish: Wish, row: Row[Any] | None, now: float) -> TokenRefused | None:
        if wish.refusal:
            return TokenRefused(wish.refusal)
        if row is None or row.tenant != wish.access.tenant:
            return TokenRefused(Refusal.UNKNOWN)
        if (refusal := _refusal_by_state(row, now)) is not None:
            return TokenRefused(refusal)
        if self._policy.needs_approval(row.entity, wish.view):
            return _approval(connection, wish, now)
        return None

    def _entry(self, wish: Wish, row: Row[Any] | None, refused: TokenRefused | None) -> AuditEntry:
        # An unknown token may be a value that someone pasted by mistake: only its fingerprint is recorded.
        known = row is not None and row.tenant == wish.access.tenant
        subject = token_key(wish.token) if known else f"unknown:{self._fingerprints.shown('unknown', wish.token)}"
        return AuditEntry.of(wish.access, _action(wish, row), subject, is_allowed=refused is None)


def _refusal_by_state(row: Row[Any], now: float) -> Refusal | None:
    if row.is_canary:  # looks like any unknown token to whoever tries it
        return Refusal.UNKNOWN
    if row.state == "erased" or row.expires_at <= now:
        return Refusal.GONE
    return Refusal.DISABLED if row.state == "disabled" else None


def _action(wish: Wish, row: Row[Any] | None) -> str:
    if row is not None and row.is_canary:
        return CANARY
    return action_of(wish.view)


def action_of(view: View) -> str:
    """What the audit calls a look in this view."""
    return "token.use" if view is View.INTERNAL else f"token.reveal.{view}"


def show(wish: Wish, row: Row[Any], keys: dict[str, DataKey]) -> Revealed:
    """Decrypt what was decided to be given. Raises ``TokenRefused`` when its key was destroyed meanwhile."""
    if wish.view is View.REDACTED:
        return Revealed(wish.token, row.entity, REDACTED)
    key = keys.get(row.key_id)
    if key is None or row.sealed is None:
        raise TokenRefused(Refusal.GONE)
    value = open_cell(key, row.sealed, tenant=row.tenant, entity=row.entity, token=row.token)
    return Revealed(wish.token, row.entity, masked(row.entity, value) if wish.view is View.MASKED else value)


def _approval(connection: Connection, wish: Wish, now: float) -> TokenRefused | None:
    """Use up an approval, or ask for one."""
    approvals, columns = tables.approvals, tables.approvals.c
    mine = connection.execute(
        select(approvals).where(
            columns.token == token_key(wish.token),
            columns.requested_by == wish.access.actor,
            columns.state.in_(("pending", "approved")),
            columns.expires_at > now,
        )
    ).first()
    if mine is not None and mine.state == "pending":
        return TokenRefused(Refusal.APPROVAL_REQUIRED, mine.approval_id)
    if mine is not None and _use_up(connection, mine.approval_id):
        return None
    return TokenRefused(Refusal.APPROVAL_REQUIRED, _ask_for_approval(connection, wish, now))


def _use_up(connection: Connection, approval_id: str) -> bool:
    """Whether the approval was still there to be used: another process may be quicker."""
    columns = tables.approvals.c
    still = tables.approvals.update().where(columns.approval_id == approval_id, columns.state == "approved")
    return connection.execute(still.values(state="used")).rowcount == 1


def _ask_for_approval(connection: Connection, wish: Wish, now: float) -> str:
    approval_id = secrets.token_hex(8)
    connection.execute(
        tables.approvals.insert().values(
            approval_id=approval_id,
            tenant=wish.access.tenant,
            token=token_key(wish.token),
            requested_by=wish.access.actor,
            reason=(wish.access.reason or "")[:500],
            state="pending",
            expires_at=now + APPROVAL_SECONDS,
        )
    )
    return approval_id


def approve(connection: Connection, chain: AuditChain, approval_id: str, access: Access, now: float) -> bool:
    """Let another caller's request pass once; False when it is unknown, past, or the caller's own."""
    approvals, columns = tables.approvals, tables.approvals.c
    row = connection.execute(
        select(approvals).where(
            columns.approval_id == approval_id,
            columns.tenant == access.tenant,
            columns.state == "pending",
            columns.expires_at > now,
        )
    ).first()
    is_allowed = row is not None and row.requested_by != access.actor
    if is_allowed:
        connection.execute(
            approvals.update()
            .where(columns.approval_id == approval_id)
            .values(state="approved", approved_by=access.actor, expires_at=now + APPROVAL_SECONDS)
        )
    subject = row.token if row is not None else "unknown"
    chain.append(connection, [AuditEntry.of(access, "token.approve", subject, is_allowed=is_allowed)])
    return is_allowed
