"""From values to tokens, a group at a time: one transaction writes the tokens and their audit records."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, bindparam, select

from vault import tables
from vault.audit import AuditChain, AuditEntry
from vault.cells import seal_cell
from vault.errors import RefusedValue, VaultUnavailable
from vault.fingerprints import Fingerprints
from vault.formats import TokenFormat, UnfitValue, canonical, lay_out, mint
from vault.keys import DataKey
from vault.requests import Access, IssuedToken, TokenRequest, last_four, masked

_MINT_ATTEMPTS = 20

# Built once: making a statement costs more than running it.
_KEYS_ALIVE = select(tables.data_keys.c.key_id).where(
    tables.data_keys.c.key_id.in_(bindparam("ids", expanding=True)), tables.data_keys.c.state != "destroyed"
)
_KNOWN = select(
    tables.tokens.c.token, tables.tokens.c.fingerprint, tables.tokens.c.created_at, tables.tokens.c.expires_at
).where(tables.tokens.c.fingerprint.in_(bindparam("fingerprints", expanding=True)))
_TAKEN = select(tables.tokens.c.token).where(tables.tokens.c.token == bindparam("candidate"))
_INSERT = tables.tokens.insert()


@dataclass(slots=True)
class Order:
    """One request on its way through the transaction."""

    request: TokenRequest
    access: Access
    expires_at: float
    fingerprint: bytes | None = field(repr=False)


class DestroyedKey(VaultUnavailable):
    """The data key was destroyed by another process: take the next one."""


def token_key(token: str) -> str:
    """The form in which a token is stored and looked up: without the layout that it was handed out in."""
    token = token.strip()
    if token.startswith("tok_"):
        return token
    return token.lower() if "@" in token else canonical(token)


class Issuing:
    """The transaction that creates tokens."""

    def __init__(self, chain: AuditChain, fingerprints: Fingerprints) -> None:
        self._chain = chain
        self._fingerprints = fingerprints

    def run(
        self, connection: Connection, orders: list[Order], keys: dict[str, DataKey], now: float
    ) -> list[IssuedToken | Exception]:
        """A token an order, or the reason why not; ``keys`` by tenant."""
        _check_keys(connection, keys)
        known = self._known(connection, orders, now)
        results: list[IssuedToken | Exception] = []
        rows: list[dict[str, Any]] = []
        minted: set[str] = set()
        for order in orders:
            row = known.get(order.fingerprint) if order.fingerprint else None
            is_duplicate = row is not None
            if row is None:
                try:
                    row = self._new_row(connection, order, keys[order.access.tenant], now, minted)
                except UnfitValue as error:
                    results.append(RefusedValue(str(error)))
                    continue
                rows.append(row)
                if order.fingerprint:
                    known[order.fingerprint] = row
            results.append(self._issued(order.request, row, is_duplicate=is_duplicate))
        if rows:
            connection.execute(_INSERT, rows)
        self._chain.append(connection, [*map(_entry, orders, results)])
        return results

    def _known(self, connection: Connection, orders: list[Order], now: float) -> dict[bytes, dict[str, Any]]:
        """Live tokens of equal values. Expired ones let go of their fingerprint, so that a new token can take it."""
        wanted = {order.fingerprint for order in orders if order.fingerprint}
        if not wanted:
            return {}
        rows = connection.execute(_KNOWN, {"fingerprints": list(wanted)}).all()
        stale = [row.token for row in rows if row.expires_at <= now]
        if stale:
            forget = tables.tokens.update().where(tables.tokens.c.token.in_(stale))
            connection.execute(forget.values(fingerprint=None))
        return {row.fingerprint: dict(row._mapping) for row in rows if row.expires_at > now}  # noqa: SLF001  (SQLAlchemy's public name)

    def _new_row(
        self, connection: Connection, order: Order, key: DataKey, now: float, minted: set[str]
    ) -> dict[str, Any]:
        request, access = order.request, order.access
        token = _unused(connection, request, minted)
        minted.add(token)
        subject = self._fingerprints.of_subject(access.tenant, request.subject) if request.subject else None
        return {
            "token": token,
            "tenant": access.tenant,
            "entity": request.entity,
            "format": str(request.format),
            "state": "active",
            "is_canary": request.is_canary,
            "key_id": key.key_id,
            "sealed": seal_cell(key, request.value.strip(), tenant=access.tenant, entity=request.entity, token=token),
            "fingerprint": order.fingerprint,
            "conversation_id": request.conversation_id,
            "subject": subject,
            "created_at": now,
            "created_by": access.actor,
            "expires_at": order.expires_at,
        }

    def _issued(self, request: TokenRequest, row: dict[str, Any], *, is_duplicate: bool) -> IssuedToken:
        token = row["token"]
        preserving = request.format is TokenFormat.FORMAT_PRESERVING and "@" not in token
        return IssuedToken(
            token=lay_out(token, request.value) if preserving else token,
            entity=request.entity,
            format=request.format,
            mask=masked(request.entity, request.value.strip()),
            last4=last_four(request.entity, request.value),
            fingerprint=self._fingerprints.shown(request.entity, request.value),
            created_at=row["created_at"],
            expires_at=row["expires_at"],
            is_duplicate=is_duplicate,
        )


def _check_keys(connection: Connection, keys: dict[str, DataKey]) -> None:
    """No value is sealed under a key that was destroyed while we held it in memory."""
    ids = {key.key_id for key in keys.values()}
    if len(connection.execute(_KEYS_ALIVE, {"ids": list(ids)}).all()) != len(ids):
        raise DestroyedKey("the data key has been destroyed meanwhile")


def _unused(connection: Connection, request: TokenRequest, minted: set[str]) -> str:
    """A token that stands for nothing else. Only a format-preserving one can collide."""
    for _ in range(_MINT_ATTEMPTS):
        token = token_key(mint(request.entity, request.value, request.format))
        if request.format is TokenFormat.OPAQUE:
            return token
        if token not in minted and connection.execute(_TAKEN, {"candidate": token}).first() is None:
            return token
    raise UnfitValue("the tokens of this format are used up: ask for an opaque one")


def _entry(order: Order, result: IssuedToken | Exception) -> AuditEntry:
    issued = isinstance(result, IssuedToken)
    return AuditEntry(
        actor=order.access.actor,
        action="token.create",
        subject=token_key(result.token) if isinstance(result, IssuedToken) else order.request.entity,
        outcome="allowed" if issued else "denied",
        purpose=order.access.purpose,
        reason=order.access.reason,
        conversation_id=order.request.conversation_id or order.access.conversation_id,
    )
