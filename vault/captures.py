"""Captures: a value is collected outside the chat, once, and only its token comes back.

A capture is bound to a conversation and a list of entities. Its link carries a secret in the fragment, which no
server log ever sees; the database holds only the secret's hash. What the customer types is encrypted in the
browser for this one capture and opened here, in memory, on its way into the vault.
"""

import hashlib
import hmac
import json
import re
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from schemas.vault import ENTITY_NAME
from vault import capture_cipher, capture_upkeep, tables
from vault.audit import AuditEntry
from vault.capture_states import (
    LANGUAGES,
    LIVE,
    CaptureClosed,
    CaptureForm,
    CaptureLink,
    CaptureState,
    CaptureStatus,
    CaptureStep,
    CustomerAddress,
    FlowForm,
    NewCapture,
)
from vault.capture_upkeep import ended, status_of
from vault.envelope import Sealer
from vault.errors import RefusedValue, VaultUnavailable
from vault.formats import TokenFormat
from vault.keyring import Keyring
from vault.policy import NEVER_KEPT, VOLATILE
from vault.requests import Access, Scope, TokenRequest
from vault.vault import Vault
from vault.volatile import VolatileValues

_ENTITY: Final = re.compile(ENTITY_NAME)
"""A misspelt ``card_security_code`` must not be kept for its spelling."""
MAX_FIELDS: Final = 8
MAX_ATTEMPTS: Final = 5
"""Wrong secrets and broken submissions after which a capture closes for good."""
Verify = Callable[[str, str], bool]
"""Whether a value of an entity passes its check; True for an entity without one."""


class Captures:
    """Opens, serves and closes captures."""

    def __init__(
        self,
        vault: Vault,
        keyring: Keyring,
        verify: Verify,
        *,
        volatile: VolatileValues | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``volatile`` takes what is never kept; without it such fields are refused."""
        self._vault = vault
        self._volatile = volatile
        self._never = NEVER_KEPT if volatile is None else NEVER_KEPT - VOLATILE
        self._sealer = Sealer(keyring)
        self._verify = verify
        self._clock = clock

    async def create(self, new: NewCapture, access: Access) -> CaptureLink:
        """Make a capture. Raises ``RefusedValue`` for fields that are never kept, repeated or too many."""
        if not 0 < len(new.fields) <= MAX_FIELDS or len(set(new.fields)) != len(new.fields):
            raise RefusedValue(f"a capture has 1 to {MAX_FIELDS} different fields")
        if not all(map(_ENTITY.fullmatch, new.fields)):
            raise RefusedValue("a field is named as an entity is: small letters, digits and underscores")
        if refused := self._never.intersection(new.fields):
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
            "agent_id": new.agent_id,
            "created_at": now,
            "expires_at": link.expires_at,
            "note_to": self._sealed_address(capture_id, new.note_to),
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
            step=_step(row, "opened") if row.state == CaptureState.OPEN else None,
        )

    async def progress(self, capture_id: str, secret: str, name: str, state: str) -> CaptureStep | None:
        """Note that a field is being typed or is valid; None if that was known. Raises ``CaptureClosed``."""

        def note(connection: Connection) -> tuple[Row[Any], bool] | None:
            row = self._enter(connection, capture_id, secret)
            if row is None or name not in json.loads(row.fields) or state not in {"typing", "valid"}:
                return None
            known = json.loads(row.progress)
            if known.get(name) in {state, "valid"}:
                return row, False
            _update(connection, capture_id, progress=json.dumps(known | {name: state}))
            return row, True

        noted = await self._vault.database.run(note)
        if noted is None:
            raise CaptureClosed
        return _step(noted[0], state, name) if noted[1] else None

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
        step = None
        if row.state == CaptureState.OPEN:
            await self._vault.database.run(lambda c: _opened(c, row.capture_id))
            step = _step(row, "opened")
        return FlowForm(tuple(json.loads(row.fields)), row.language, step)

    async def submit_flow(self, flow_token: str, values: Mapping[str, str]) -> CaptureStatus:
        """Take the values of a WhatsApp Flow, once. Raises ``CaptureClosed``, or ``RefusedValue`` for a missing one."""
        row = await self._flow_row(flow_token)
        try:
            complete = _complete(values, json.loads(row.fields))
        except capture_cipher.BrokenForm:
            raise RefusedValue("a field is missing") from None
        return await self._keep(row, complete, note_to=None)  # WhatsApp's reply brings the tokens itself

    async def status(self, capture_id: str, access: Access) -> CaptureStatus | None:
        """What the agent may see; None when unknown."""
        row = await self._vault.database.run(lambda c: _find(c, capture_id, access.tenant))
        return status_of(row, self._clock()) if row is not None else None

    async def is_waiting(self, conversation_id: str, access: Access) -> bool:
        """Whether a link of this conversation can still be filled in."""
        columns = tables.captures.c
        live = select(columns.capture_id).where(
            columns.tenant == access.tenant,
            columns.conversation_id == conversation_id,
            columns.state.in_(LIVE),
            columns.expires_at > self._clock(),
        )
        return await self._vault.database.run(lambda c: c.execute(live).first() is not None)

    async def tidy(self) -> int:
        """Close what has expired, give back what was left half submitted, forget what is old; how many expired."""
        return await self._vault.database.run(lambda c: capture_upkeep.tidy(c, self._clock()))

    async def news(self, limit: int = 20) -> list[CaptureStatus]:
        """Captures that ended and whose end is to be told now. Each is yours for a while: call ``told`` for it."""
        return await self._vault.database.run(
            lambda c: capture_upkeep.take_news(c, self._clock(), limit, self._address_of)
        )

    async def noted(self, capture_id: str) -> None:
        """Note that the conversation has its message."""
        await self._vault.database.run(lambda c: _update(c, capture_id, note_to=None))

    async def told(self, capture_id: str) -> None:
        """Note that everybody heard of a capture's end."""
        await self._vault.database.run(lambda c: _update(c, capture_id, tell_at=None))

    async def cancel(self, capture_id: str, access: Access) -> bool:
        """Close a capture that is not submitted yet; whether there was one."""

        def close(connection: Connection) -> bool:
            row = _find(connection, capture_id, access.tenant)
            if row is None or row.state not in LIVE:
                return False
            _update(connection, capture_id, **ended(CaptureState.CANCELLED, self._clock()))
            self._note(connection, "capture.cancel", capture_id, access, row.conversation_id)
            return True

        return await self._vault.database.run(close)

    async def _keep(self, row: Row[Any], values: Mapping[str, str], **closing: object) -> CaptureStatus:
        """Claim the capture, tokenize, and close it with the tokens. A vault that is away gives the claim back.

        ``closing``: columns that its end changes beside.
        """
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
        closed = {**ended(CaptureState.SUBMITTED, self._clock()), "results": json.dumps(results), **closing}

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
            agent_id=row.agent_id,
        )

    async def _token(self, entity: str, value: str, access: Access) -> dict[str, Any]:
        if self._volatile is not None and entity in VOLATILE:
            token = await self._volatile.keep(entity, value, access)
            return {"token": token, "last4": None, "is_valid": self._verify(entity, value)}
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
        if row.state not in LIVE or row.expires_at <= self._clock():
            raise CaptureClosed(row.language)
        return row

    def _sealed_address(self, capture_id: str, address: CustomerAddress | None) -> bytes | None:
        if address is None:
            return None
        return self._sealer.seal(json.dumps(asdict(address)).encode(), context=_address_context(capture_id))

    def _address_of(self, row: Row[Any]) -> CustomerAddress | None:
        if row.note_to is None:
            return None
        opened = self._sealer.open(row.note_to, context=_address_context(row.capture_id))
        return CustomerAddress(**json.loads(opened))

    def _enter(self, connection: Connection, capture_id: str, secret: str) -> Row[Any] | None:
        """The row, for who holds the secret of a live capture. A wrong secret counts as an attempt."""
        row = connection.execute(
            select(tables.captures).where(tables.captures.c.capture_id == capture_id).with_for_update()
        ).first()
        if row is None or row.state not in LIVE or row.expires_at <= self._clock():
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
            _update(connection, row.capture_id, **ended(CaptureState.LOCKED, self._clock()))

    def _claim(self, connection: Connection, row: Row[Any]) -> bool:
        columns = tables.captures.c
        claim = tables.captures.update().where(
            columns.capture_id == row.capture_id, columns.state.in_(LIVE), columns.expires_at > self._clock()
        )
        claimed = claim.values(state=CaptureState.SUBMITTING.value, claimed_at=self._clock())
        return connection.execute(claimed).rowcount == 1

    def _note(self, connection: Connection, action: str, capture_id: str, access: Access, conversation_id: str) -> None:
        entry = AuditEntry.of(access, action, capture_id, conversation_id=conversation_id)
        self._vault.chain.append(connection, [entry])


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


def _step(row: Row[Any], state: str, name: str | None = None) -> CaptureStep:
    return CaptureStep(
        capture_id=row.capture_id,
        conversation_id=row.conversation_id,
        agent_id=row.agent_id,
        state=state,
        field=name,
    )


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


def _address_context(capture_id: str) -> bytes:
    return b"vault.capture.address\0" + capture_id.encode()
