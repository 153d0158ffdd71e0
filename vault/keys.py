"""Data keys: one a tenant and period, wrapped by a key provider, kept wrapped in the database."""

import asyncio
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, Row, func, select

from vault import tables
from vault.database import Database, Transaction, take_turns
from vault.envelope import Sealer, Unsealable
from vault.errors import VaultUnavailable
from vault.keyring import KEY_BYTES, Keyring


class KeyProvider(Protocol):
    """Holds key-encryption keys and wraps data keys with them. Calls may block: they run in a thread.

    A provider raises ``VaultUnavailable`` when it cannot answer. ``context`` binds a wrapped key to its tenant and
    period: unwrapping with another context fails.
    """

    @property
    def name(self) -> str:
        """Which key wraps now, as an operator knows it: ``keyring:1a2b3c4d``, ``aws-kms:<key id>``."""
        ...

    def wrap(self, data_key: bytes, context: bytes) -> bytes:
        """Encrypt a data key under the current key-encryption key."""
        ...

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Decrypt what ``wrap`` gave, also under an earlier key."""
        ...


class LocalKeyProvider:
    """The keyring file as key provider."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    @property
    def name(self) -> str:
        """As the protocol says."""
        return f"keyring:{self._keyring.active_id}"

    def wrap(self, data_key: bytes, context: bytes) -> bytes:
        """As the protocol says."""
        self._keyring.refresh()
        return Sealer(self._keyring).seal(data_key, context=b"vault.datakey\0" + context)

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """As the protocol says."""
        try:
            return Sealer(self._keyring).open(wrapped, context=b"vault.datakey\0" + context)
        except Unsealable as error:
            raise VaultUnavailable(f"a data key cannot be unwrapped: {error}") from None


@dataclass(frozen=True, slots=True)
class DataKey:
    """A data key ready for use. ``repr`` shows its id only."""

    key_id: str
    cipher: AESGCM

    def __repr__(self) -> str:
        return f"<DataKey {self.key_id}>"


class DataKeys:
    """Finds, makes and rewraps data keys. Unwrapped ones stay in memory; ``forget`` drops them."""

    def __init__(self, database: Database, provider: KeyProvider) -> None:
        self._database = database
        self._provider = provider
        self._current: dict[tuple[str, str], DataKey] = {}
        self._by_id: dict[str, DataKey] = {}
        self._lock = asyncio.Lock()

    async def current(self, tenant: str, now: float) -> DataKey:
        """The key that seals new values of a tenant in this period."""
        place = (tenant, period_of(now))
        if (known := self._current.get(place)) is not None:
            return known
        async with self._lock:
            if (known := self._current.get(place)) is not None:
                return known
            row = await self._database.run(lambda connection: _newest(connection, *place))
            if row is None:
                await self._make(*place, only_first=True)
                row = await self._database.run(lambda connection: _newest(connection, *place))
            if row is None:  # destroyed between two statements
                raise VaultUnavailable("the data key of this period has been destroyed meanwhile")
            self._current[place] = await self._unwrap(row)
            return self._current[place]

    async def by_id(self, key_ids: Sequence[str]) -> dict[str, DataKey]:
        """The keys of these ids that still exist."""
        missing = {key_id for key_id in key_ids if key_id not in self._by_id}
        if missing:
            keys = tables.data_keys
            rows = await self._database.run(
                lambda connection: connection.execute(
                    select(keys).where(keys.c.key_id.in_(missing), keys.c.wrapped.is_not(None))
                ).all()
            )
            for row in rows:
                await self._unwrap(row)
        return {key_id: self._by_id[key_id] for key_id in key_ids if key_id in self._by_id}

    async def rotate(self, now: float) -> int:
        """Retire the keys in use and wrap every key again under the provider's current one; how many there are.

        Goes on under load: values sealed by a retired key still open, and a rewrapped key is the same key.
        """
        keys = tables.data_keys
        rows = await self._database.run(
            lambda connection: connection.execute(select(keys).where(keys.c.wrapped.is_not(None))).all()
        )
        for tenant in {row.tenant for row in rows}:  # first: there is an active key at every moment
            await self._make(tenant, period_of(now))
        for row in rows:
            context = _context(row.tenant, row.period)
            data_key = await asyncio.to_thread(self._provider.unwrap, row.wrapped, context)
            wrapped = await asyncio.to_thread(self._provider.wrap, data_key, context)
            await self._database.run(_rewrapped(row, wrapped, self._provider.name))
        self._current.clear()
        return len(rows)

    def forget(self) -> None:
        """Drop what is in memory, after keys were destroyed."""
        self._current.clear()
        self._by_id.clear()

    async def _make(self, tenant: str, period: str, *, only_first: bool = False) -> None:
        """Store a fresh key as the newest generation of its period; ``only_first``: unless another process just did."""
        context = _context(tenant, period)
        wrapped = await asyncio.to_thread(self._provider.wrap, secrets.token_bytes(KEY_BYTES), context)
        name = self._provider.name

        def insert(connection: Connection) -> None:
            take_turns(connection)
            if only_first and _newest(connection, tenant, period) is not None:
                return
            keys = tables.data_keys
            same = (keys.c.tenant == tenant, keys.c.period == period)
            last = connection.execute(select(func.max(keys.c.generation)).where(*same)).scalar()
            connection.execute(
                keys.insert().values(
                    key_id=secrets.token_hex(16),
                    tenant=tenant,
                    period=period,
                    generation=0 if last is None else last + 1,
                    provider=name,
                    wrapped=wrapped,
                    state="active",
                    created_at=time.time(),
                )
            )

        await self._database.run(insert)

    async def _unwrap(self, row: Row[Any]) -> DataKey:
        key_id: str = row.key_id
        if key_id not in self._by_id:
            context = _context(row.tenant, row.period)
            data_key = await asyncio.to_thread(self._provider.unwrap, row.wrapped, context)
            self._by_id[key_id] = DataKey(key_id, AESGCM(data_key))
        return self._by_id[key_id]


def period_of(now: float) -> str:
    """The calendar month, in UTC, as ``2026-11``."""
    moment = datetime.fromtimestamp(now, UTC)
    return f"{moment.year}-{moment.month:02}"


def _newest(connection: Connection, tenant: str, period: str) -> Row[Any] | None:
    keys = tables.data_keys
    return connection.execute(
        select(keys)
        .where(keys.c.tenant == tenant, keys.c.period == period, keys.c.state == "active")
        .order_by(keys.c.generation.desc())
        .limit(1)
    ).first()


def _context(tenant: str, period: str) -> bytes:
    return f"{tenant}\0{period}".encode()


def _rewrapped(row: Row[Any], wrapped: bytes, provider: str) -> Transaction[None]:
    keys = tables.data_keys
    unchanged = keys.c.wrapped == row.wrapped  # nobody destroyed or rewrapped it meanwhile
    statement = keys.update().where(keys.c.key_id == row.key_id, unchanged)

    def run(connection: Connection) -> None:
        connection.execute(statement.values(wrapped=wrapped, provider=provider, state="retired"))

    return run
