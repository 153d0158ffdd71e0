"""From values to tokens, a group at a time: one transaction writes the tokens and their audit records."""

from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, Select, bindparam, select

from vault import tables
from vault.audit import AuditChain, AuditEntry
from vault.cells import seal_cell
from vault.errors import RefusedValue, VaultUnavailable
from vault.fingerprints import Fingerprints
from vault.formats import TokenFormat, UnfitValue, canonical, lay_out, mint
from vault.keys import DataKey
from vault.requests import Access, IssuedToken, TokenRequest, last_four, masked
from vault.statements import Prepared, PreparedLists, one_of

_MINT_ATTEMPTS = 20

_COLUMNS: Final = tables.tokens.c


def _alive(size: int) -> Select[Any]:
    keys = tables.data_keys.c
    return select(keys.key_id).where(one_of(keys.key_id, "ids", size), keys.state != "destroyed")


def _known(size: int) -> Select[Any]:
    return select(_COLUMNS.token, _COLUMNS.fingerprint, _COLUMNS.created_at, _COLUMNS.expires_at).where(
        one_of(_COLUMNS.fingerprint, "fingerprints", size) | one_of(_COLUMNS.token, "candidates", size)
    )


_KEYS_ALIVE: Final = PreparedLists(_alive)
_KNOWN: Final = PreparedLists(_known)
_TAKEN: Final = Prepared(select(_COLUMNS.token).where(_COLUMNS.token == bindparam("candidate")))
_INSERT: Final = Prepared(tables.tokens.insert())


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
        candidates = [_candidate(order.request) for order in orders]
        known, taken = self._look_up(connection, orders, candidates, now)
        results: list[IssuedToken | Exception] = []
        rows: list[dict[str, Any]] = []
        for order, candidate in zip(orders, candidates, strict=True):
            row = known.get(order.fingerprint) if order.fingerprint else None
            is_duplicate = row is not None
            if row is None:
                try:
                    token = _unused(connection, order.request, candidate, taken)
                except UnfitValue as error:
                    results.append(RefusedValue(str(error)))
                    continue
                taken.add(token)
                row = self._new_row(order, token, keys[order.access.tenant], now)
                rows.append(row)
                if order.fingerprint:
                    known[order.fingerprint] = row
            results.append(self._issued(order.request, row, is_duplicate=is_duplicate))
        if rows:
            rows.sort(key=lambda row: row["fingerprint"] or b"")  # in one order everywhere, so that none wait in a ring
            _INSERT.run(connection, rows)
        self._chain.append(connection, [*map(_entry, orders, results)])
        return results

    def _look_up(
        self, connection: Connection, orders: list[Order], candidates: list[str | UnfitValue], now: float
    ) -> tuple[dict[bytes, dict[str, Any]], set[str]]:
        """Live tokens of equal values by fingerprint, and which candidates stand for something already.

        One query for the whole group. Expired tokens let go of their fingerprint, so that a new one can take it.
        """
        wanted = {order.fingerprint for order in orders if order.fingerprint}
        asked = {
            candidate for candidate in candidates if isinstance(candidate, str) and not candidate.startswith("tok_")
        }
        if not wanted and not asked:
            return {}, set()
        rows = _KNOWN.rows(connection, fingerprints=list(wanted), candidates=list(asked))
        found = [row for row in rows if row.fingerprint in wanted]
        stale = [row.token for row in found if row.expires_at <= now]
        if stale:
            forget = tables.tokens.update().where(tables.tokens.c.token.in_(stale))
            connection.execute(forget.values(fingerprint=None))
        known = {row.fingerprint: row._asdict() for row in found if row.expires_at > now}
        return known, {row.token for row in rows}

    def _new_row(self, order: Order, token: str, key: DataKey, now: float) -> dict[str, Any]:
        request, access = order.request, order.access
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
    if len(_KEYS_ALIVE.rows(connection, ids=list(ids))) != len(ids):
        raise DestroyedKey("the data key has been destroyed meanwhile")


def _candidate(request: TokenRequest) -> str | UnfitValue:
    try:
        return token_key(mint(request.entity, request.value, request.format))
    except UnfitValue as error:
        return error


def _unused(connection: Connection, request: TokenRequest, candidate: str | UnfitValue, taken: set[str]) -> str:
    """A token that stands for nothing else: the candidate, or another. Only a format-preserving one can collide."""
    for _ in range(_MINT_ATTEMPTS):
        if isinstance(candidate, UnfitValue):
            raise candidate
        if candidate not in taken:
            return candidate
        candidate = _candidate(request)
        if isinstance(candidate, str) and _TAKEN.rows(connection, {"candidate": candidate}):
            taken.add(candidate)
    raise UnfitValue("the tokens of this format are used up: ask for an opaque one")


def _entry(order: Order, result: IssuedToken | Exception) -> AuditEntry:
    issued = isinstance(result, IssuedToken)
    subject = token_key(result.token) if isinstance(result, IssuedToken) else order.request.entity
    conversation_id = order.request.conversation_id
    return AuditEntry.of(order.access, "token.create", subject, is_allowed=issued, conversation_id=conversation_id)
