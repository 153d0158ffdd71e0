"""Captures: a value is collected outside the chat, once, and only its token comes back.

A capture is bound to a conversation and a list of entities. Its link carries a secret in the fragment, which no
server log ever sees; the database holds only the secret's hash. What the customer types is encrypted in the
browser for this one capture and opened here, in memory, on its way into the vault.
"""

import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from vault import capture_cipher, tables
from vault.audit import AuditEntry
from vault.envelope import Sealer
from vault.errors import RefusedValue, VaultUnavailable
from vault.formats import TokenFormat
from vault.keyring import Keyring
from vault.policy import NEVER_KEPT
from vault.requests import Access, Scope, TokenRequest
from vault.vault import Vault

MAX_FIELDS: Final = 8
MAX_ATTEMPTS: Final = 5
"""Wrong secrets and broken submissions after which a capture closes for good."""
LANGUAGES: Final = ("en", "pt", "es", "fr")
Verify = Callable[[str, str], bool]
"""Whether a value of an entity passes its check; True for an entity without one."""


class CaptureState(StrEnum):
    """Where a capture stands."""

    OPEN = "open"
    OPENED = "opened"
    """The page was opened by who holds the secret."""
    SUBMITTING = "submitting"
    SUBMITTED = "submitted"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    LOCKED = "locked"
    """Too many wrong attempts."""


class CaptureClosed(Exception):
    """Unknown, wrong secret, used, cancelled, locked or expired: to the outside they look the same."""

    def __init__(self, language: str = "en") -> None:
        super().__init__("closed")
        self.language = language
        """In which to say so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCapture:
    """What is to be collected, for which conversation."""

    conversation_id: str
    fields: tuple[str, ...]
    ttl_seconds: float
    language: str = "en"
    recipient: str | None = None
    """For whom it is collected, as the page shows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureLink:
    """A fresh capture; the only time that its secrets are seen."""

    capture_id: str
    secret: str = field(repr=False)
    flow_token: str = field(repr=False)
    expires_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureForm:
    """What the page needs to show its inputs and to encrypt them."""

    fields: tuple[str, ...]
    language: str
    recipient: str | None
    public_key: str
    """Base64 of an uncompressed P-256 point."""
    expires_at: float


@dataclass(frozen=True, slots=True)
class FlowForm:
    """What a WhatsApp Flow needs to show its inputs."""

    fields: tuple[str, ...]
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureStatus:
    """What the agent may see: states and tokens, never a character that was typed."""

    capture_id: str
    conversation_id: str
    state: CaptureState
    progress: Mapping[str, str]
    results: Mapping[str, Mapping[str, Any]]
    """Field to ``token``, ``last4`` (of a card) and ``is_valid``."""
    expires_at: float


class Captures:
    """Opens, serves and closes captures."""

    def __init__(
        self, vault: Vault, keyring: Keyring, verify: Verify, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._vault = vault
        self._sealer = Sealer(keyring)
        self._verify = verify
        self._clock = clock

    async def create(self, new: NewCapture, access: Access) -> CaptureLink:
        """Make a capture. Raises ``RefusedValue`` for fields that are never kept, repeated or too many."""
        if not 0 < len(new.fields) <= MAX_FIELDS or len(set(new.fields)) != len(new.fields):
            raise RefusedValue(f"a capture has 1 to {MAX_FIELDS} different fields")
        if refused := NEVER_KEPT.intersection(new.fields):
            raise RefusedValue(f"{', '.join(sorted(refused))} is never kept")
        capture_id, now = secrets.token_urlsafe(16), self._clock()
        link = CaptureLink(
            capture_id=capture_id,
            secret=secrets.token_urlsafe(24),
            flow_token=f"cf_{secrets.token_urlsafe(24)}",
            expires_at=now + new.ttl_seconds,
        )
        row = {
            "capture_id": capture_id,
            "tenant": access.tenant,
            "secret_hash": _hash(link.secret),
            "flow_token_hash": _hash(link.flow_token),
            "conversation_id": new.conversation_id,
            "fields": json.dumps(new.fields),
            "language": new.language if new.language in LANGUAGES else "en",
            "recipient": new.recipient,
            "state": CaptureState.OPEN.value,
            "attempts": 0,
            "progress": "{}",
            "private_key": self._sealer.seal(capture_cipher.new_private_key(), context=_context(capture_id)),
            "created_by": access.actor,
            "created_at": now,
            "expires_at": link.expires_at,
        }

        def insert(connection: Connection) -> None:
            connection.execute(tables.captures.insert().values(row))
            self._note(connection, "capture.create", capture_id, access, new.conversation_id)

        await self._vault.database.run(insert)
        return link

    async def open(self, capture_id: str, secret: str) -> CaptureForm:
        """What the page shows. Raises ``CaptureClosed``. Opening twice is no error: a page may be reloaded."""
        row = await self._vault.database.run(lambda c: self._enter(c, capture_id, secret))
        if row is None:
            raise CaptureClosed
        private_key = self._sealer.open(row.private_key, context=_context(capture_id))
        return CaptureForm(
            fields=tuple(json.loads(row.fields)),
            language=row.language,
            recipient=row.recipient,
            public_key=capture_cipher.public_key_of(private_key),
            expires_at=row.expires_at,
        )

    async def progress(self, capture_id: str, secret: str, name: str, state: str) -> None:
        """Note that a field is being typed or is valid. Raises ``CaptureClosed``."""

        def note(connection: Connection) -> bool:
            row = self._enter(connection, capture_id, secret)
            if row is None or name not in json.loads(row.fields) or state not in {"typing", "valid"}:
                return False
            progress = json.loads(row.progress) | {name: state}
            _update(connection, capture_id, progress=json.dumps(progress))
            return True

        if not await self._vault.database.run(note):
            raise CaptureClosed

    async def submit(self, capture_id: str, secret: str, sealed: capture_cipher.SealedForm) -> CaptureStatus:
        """Take the form, once. Raises ``CaptureClosed``, also for a form that does not open."""
        row = await self._vault.database.run(lambda c: self._enter(c, capture_id, secret))
        if row is None:
            raise CaptureClosed
        private_key = self._sealer.open(row.private_key, context=_context(capture_id))
        try:
            values = capture_cipher.open_form(private_key, sealed, capture_id, row.secret_hash)
            complete = _complete(values, json.loads(row.fields))
        except capture_cipher.BrokenForm:
            await self._vault.database.run(lambda c: self._missed(c, row))
            raise CaptureClosed from None
        return await self._keep(row, complete)

    async def flow_form(self, flow_token: str) -> FlowForm:
        """Entities that the Flow collects, in order. Raises ``CaptureClosed`` when it cannot be filled any more."""
        row = await self._flow_row(flow_token)
        if row.state == CaptureState.OPEN:
            await self._vault.database.run(lambda c: _opened(c, row.capture_id))
        return FlowForm(tuple(json.loads(row.fields)), row.language)

    async def submit_flow(self, flow_token: str, values: Mapping[str, str]) -> CaptureStatus:
        """Take the values of a WhatsApp Flow, once. Raises ``CaptureClosed``, or ``RefusedValue`` for a missing one."""
        row = await self._flow_row(flow_token)
        try:
            complete = _complete(values, json.loads(row.fields))
        except capture_cipher.BrokenForm:
            raise RefusedValue("a field is missing") from None
        return await self._keep(row, complete)

    async def status(self, capture_id: str, access: Access) -> CaptureStatus | None:
        """What the agent may see; None when unknown."""
        row = await self._vault.database.run(lambda c: _find(c, capture_id, access.tenant))
        return self._status(row) if row is not None else None

    async def cancel(self, capture_id: str, access: Access) -> bool:
        """Close a capture that is not submitted yet; whether there was one."""

        def close(connection: Connection) -> bool:
            row = _find(connection, capture_id, access.tenant)
            if row is None or row.state not in _LIVE:
                return False
            _update(connection, capture_id, state=CaptureState.CANCELLED.value, private_key=None)
            self._note(connection, "capture.cancel", capture_id, access, row.conversation_id)
            return True

        return await self._vault.database.run(close)

    async def _keep(self, row: Row[Any], values: Mapping[str, str]) -> CaptureStatus:
        """Claim the capture, tokenize, and close it with the tokens. A vault that is away gives the claim back."""
        if not await self._vault.database.run(lambda c: self._claim(c, row)):
            raise CaptureClosed(row.language)
        access = Access(actor="customer", purpose="capture", conversation_id=row.conversation_id, tenant=row.tenant)
        results = {}
        try:
            for entity, value in values.items():
                results[entity] = await self._token(entity, value, access)
        except (RefusedValue, VaultUnavailable):
            await self._vault.database.run(lambda c: _update(c, row.capture_id, state=CaptureState.OPENED.value))
            raise
        closed = {"state": CaptureState.SUBMITTED.value, "results": json.dumps(results), "private_key": None}

        def close(connection: Connection) -> None:
            _update(connection, row.capture_id, **closed)
            self._note(connection, "capture.submit", row.capture_id, access, row.conversation_id)

        await self._vault.database.run(close)
        return CaptureStatus(
            capture_id=row.capture_id,
            conversation_id=row.conversation_id,
            state=CaptureState.SUBMITTED,
            progress=json.loads(row.progress),
            results=results,
            expires_at=row.expires_at,
        )

    async def _token(self, entity: str, value: str, access: Access) -> dict[str, Any]:
        request = TokenRequest(
            entity=entity,
            value=value,
            format=TokenFormat.OPAQUE,
            scope=Scope.CONVERSATION,
            conversation_id=access.conversation_id,
        )
        issued = await self._vault.tokenize(request, access)
        return {"token": issued.token, "last4": issued.last4, "is_valid": self._verify(entity, value)}

    async def _flow_row(self, flow_token: str) -> Row[Any]:
        hashed = _hash(flow_token)
        row = await self._vault.database.run(
            lambda c: c.execute(select(tables.captures).where(tables.captures.c.flow_token_hash == hashed)).first()
        )
        if row is None:
            raise CaptureClosed
        if row.state not in _LIVE or row.expires_at <= self._clock():
            raise CaptureClosed(row.language)
        return row

    def _enter(self, connection: Connection, capture_id: str, secret: str) -> Row[Any] | None:
        """The row, for who holds the secret of a live capture. A wrong secret counts as an attempt."""
        row = connection.execute(
            select(tables.captures).where(tables.captures.c.capture_id == capture_id).with_for_update()
        ).first()
        if row is None or row.state not in _LIVE or row.expires_at <= self._clock():
            return None
        if not hmac.compare_digest(row.secret_hash, _hash(secret)):
            self._missed(connection, row)
            return None
        if row.state == CaptureState.OPEN:
            _update(connection, capture_id, state=CaptureState.OPENED.value)
        return row

    def _missed(self, connection: Connection, row: Row[Any]) -> None:
        """Count a wrong attempt; the last one locks the capture."""
        if row.attempts + 1 < MAX_ATTEMPTS:
            _update(connection, row.capture_id, attempts=row.attempts + 1)
        else:
            _update(connection, row.capture_id, state=CaptureState.LOCKED.value, private_key=None)

    def _claim(self, connection: Connection, row: Row[Any]) -> bool:
        columns = tables.captures.c
        claim = tables.captures.update().where(
            columns.capture_id == row.capture_id, columns.state.in_(_LIVE), columns.expires_at > self._clock()
        )
        return connection.execute(claim.values(state=CaptureState.SUBMITTING.value)).rowcount == 1

    def _status(self, row: Row[Any]) -> CaptureStatus:
        is_past = row.state in _LIVE and row.expires_at <= self._clock()
        return CaptureStatus(
            capture_id=row.capture_id,
            conversation_id=row.conversation_id,
            state=CaptureState.EXPIRED if is_past else CaptureState(row.state),
            progress=json.loads(row.progress),
            results=json.loads(row.results) if row.results else {},
            expires_at=row.expires_at,
        )

    def _note(self, connection: Connection, action: str, capture_id: str, access: Access, conversation_id: str) -> None:
        entry = AuditEntry(
            actor=access.actor,
            action=action,
            subject=capture_id,
            purpose=access.purpose,
            reason=access.reason,
            conversation_id=conversation_id,
        )
        self._vault.chain.append(connection, [entry])


_LIVE: Final = (CaptureState.OPEN.value, CaptureState.OPENED.value)


def _complete(values: Mapping[str, str], fields: Sequence[str]) -> dict[str, str]:
    """The values of just the fields asked for, in their order; none may be missing."""
    complete = {name: values[name].strip() for name in fields if isinstance(values.get(name), str)}
    if len(complete) != len(fields) or not all(complete.values()):
        raise capture_cipher.BrokenForm
    return complete


def _find(connection: Connection, capture_id: str, tenant: str) -> Row[Any] | None:
    columns = tables.captures.c
    return connection.execute(
        select(tables.captures).where(columns.capture_id == capture_id, columns.tenant == tenant)
    ).first()


def _opened(connection: Connection, capture_id: str) -> None:
    """Note that the form was opened, unless it went further meanwhile."""
    columns = tables.captures.c
    fresh = tables.captures.update().where(columns.capture_id == capture_id, columns.state == CaptureState.OPEN.value)
    connection.execute(fresh.values(state=CaptureState.OPENED.value))


def _update(connection: Connection, capture_id: str, **values: object) -> None:
    connection.execute(tables.captures.update().where(tables.captures.c.capture_id == capture_id).values(values))


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _context(capture_id: str) -> bytes:
    return b"vault.capture\0" + capture_id.encode()
