"""The vault: values in, tokens out, and back for those who may."""

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Self

from sqlalchemy import ColumnElement, Connection, Row

from vault import revealing, tables, upkeep
from vault.audit import AuditChain, AuditEntry, ChainReport
from vault.cells import open_cell
from vault.database import Database, open_database
from vault.errors import Refusal, RefusedValue, TokenRefused, VaultError
from vault.fingerprints import Fingerprints
from vault.formats import TokenFormat
from vault.group_commit import GroupCommit
from vault.issuing import DestroyedKey, Issuing, Order, token_key
from vault.keyring import Keyring
from vault.keys import DataKeys, KeyProvider, LocalKeyProvider
from vault.observer import NoObserver, Observer, Outcome
from vault.policy import Retention, RevealPolicy
from vault.requests import Access, IssuedToken, TokenInfo, TokenRequest, View, masked
from vault.revealing import Revealed, Revealing, Wish


class Vault:
    """Keeps values, gives tokens. Every call is recorded in the audit chain, in the transaction of its effect.

    Calls that come at the same time share a transaction. Methods raise ``VaultUnavailable`` when the database or
    the key provider is away; then nothing was kept and nothing is revealed.
    """

    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        *,
        provider: KeyProvider | None = None,
        retention: Retention | None = None,
        policy: RevealPolicy | None = None,
        observer: Observer | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.database = database
        self.chain = AuditChain(keyring.derive("vault.audit"))
        self.retention = retention or Retention()
        self.observer = observer or NoObserver()
        self._clock = clock
        self._keys = DataKeys(database, provider or LocalKeyProvider(keyring))
        self._policy = policy or RevealPolicy()
        self._fingerprints = Fingerprints(keyring)
        self._issuing = Issuing(self.chain, self._fingerprints)
        self._revealing = Revealing(self.chain, self._policy, self._fingerprints, self.observer)
        self._creations = GroupCommit[Order, IssuedToken](self._create_group)
        self._reveals = GroupCommit[Wish, Revealed](self._reveal_group)

    @classmethod
    async def open(
        cls,
        url: str,
        keyring: Keyring,
        *,
        provider: KeyProvider | None = None,
        retention: Retention | None = None,
        policy: RevealPolicy | None = None,
        observer: Observer | None = None,
        clock: Callable[[], float] = time.time,
    ) -> Self:
        """Open the database, bring it up to date, and check that its audit chain ends under our seal."""
        database = await open_database(url)
        vault = cls(
            database, keyring, provider=provider, retention=retention, policy=policy, observer=observer, clock=clock
        )
        try:
            await database.run(vault.chain.begin)
        except BaseException:
            await database.close()
            raise
        return vault

    async def close(self) -> None:
        """Give the database back."""
        await self.database.close()

    async def tokenize(self, request: TokenRequest, access: Access) -> IssuedToken:
        """Keep a value and give its token: a fresh one, or within its scope the one that an equal value has.

        Raises ``RefusedValue`` for an entity that is never kept or a value that does not fit the format.
        """
        started = time.perf_counter()
        outcome: Outcome = "failed"
        try:
            self.retention.admit(request.entity, request.value)
            expires_at = self._clock() + self.retention.seconds(request.entity, request.ttl_seconds)
            fingerprint = self._fingerprints.of_request(access.tenant, request)
            issued = await self._creations.submit(Order(request, access, expires_at, fingerprint))
            outcome = "allowed"
        except RefusedValue:
            outcome = "denied"
            raise
        finally:
            self.observer.operation("create", outcome, time.perf_counter() - started)
        return issued

    async def reveal(self, token: str, view: View, access: Access) -> Revealed:
        """The value of a token. Raises ``TokenRefused``; the refusal is recorded like a success."""
        started = time.perf_counter()
        outcome: Outcome = "failed"
        refusal = self._policy.refusal(access.actor, access.reason, view)
        try:
            revealed = await self._reveals.submit(Wish(token, view, access, refusal))
            outcome = "allowed"
        except TokenRefused:
            outcome = "denied"
            raise
        finally:
            self.observer.operation("reveal", outcome, time.perf_counter() - started)
        return revealed

    async def approve(self, approval_id: str, access: Access) -> bool:
        """As the second person, let another's reveal pass once; False when it cannot be."""
        now = self._clock()
        return await self.database.run(lambda c: revealing.approve(c, self.chain, approval_id, access, now))

    async def describe(self, token: str, access: Access) -> TokenInfo:
        """A token without its value. Raises ``TokenRefused`` with ``UNKNOWN``."""
        row = await self.database.run(lambda c: self._noted_find(c, token_key(token), access))
        if row is None:
            raise TokenRefused(Refusal.UNKNOWN)
        return await self._info(row)

    async def lookup(self, request: TokenRequest, access: Access) -> TokenInfo:
        """The token that an equal value has already, within the request's scope. Raises ``TokenRefused``."""
        # Without a scope there is no fingerprint, and none is what every token has that must not be found.
        fingerprint = self._fingerprints.of_request(access.tenant, request) or b""
        columns = tables.tokens.c

        def find(connection: Connection) -> Row[Any] | None:
            row = connection.execute(
                tables.tokens.select().where(columns.fingerprint == fingerprint, columns.expires_at > self._clock())
            ).first()
            subject = row.token if row is not None else request.entity
            self.chain.append(connection, [AuditEntry.of(access, "token.lookup", subject)])
            return row

        row = await self.database.run(find)
        if row is None:
            raise TokenRefused(Refusal.UNKNOWN)
        return await self._info(row)

    async def disable(self, token: str, access: Access) -> None:
        """Stop a token for the time being. Raises ``TokenRefused`` when it is unknown or gone."""
        await self._set_state(token, "disabled", access)

    async def enable(self, token: str, access: Access) -> None:
        """Let a stopped token work again. Raises ``TokenRefused`` when it is unknown or gone."""
        await self._set_state(token, "active", access)

    async def erase(self, token: str, access: Access) -> None:
        """Destroy a token's value for good. Raises ``TokenRefused`` when it is unknown; a second time is no error."""
        key = token_key(token)
        if await self.database.run(lambda c: upkeep.find(c, access.tenant, key)) is None:
            raise TokenRefused(Refusal.UNKNOWN)
        await self._erase("token", tables.tokens.c.token == key, access)

    async def erase_conversation(self, conversation_id: str, access: Access) -> int:
        """Destroy every value of a conversation; how many."""
        return await self._erase("conversation", tables.tokens.c.conversation_id == conversation_id, access)

    async def erase_subject(self, subject: str, access: Access) -> int:
        """Destroy every value of a data subject; how many."""
        hashed = self._fingerprints.of_subject(access.tenant, subject)
        return await self._erase("subject", tables.tokens.c.subject == hashed, access)

    async def destroy_period(self, period: str, access: Access) -> int:
        """Crypto-shred a month: destroy its data keys and with them every value they sealed; how many."""
        count = await self.database.run(lambda c: upkeep.destroy_period(c, self.chain, period, access))
        self._keys.forget()
        return count

    async def purge(self) -> int:
        """Erase what has expired; how many values."""
        total = 0
        while count := await self.database.run(lambda c: upkeep.purge(c, self.chain, self._clock())):
            total += count
        return total

    async def rotate(self, access: Access) -> int:
        """Take fresh data keys and wrap the older ones under the provider's current key; how many were wrapped."""
        count = await self._keys.rotate(self._clock())
        await self.record(AuditEntry.of(access, "vault.rotate", f"{count} data keys"))
        return count

    async def stats(self) -> upkeep.Stats:
        """Counts, for an operator."""
        return await self.database.run(lambda c: upkeep.stats(c, self._clock()))

    async def record(self, entry: AuditEntry) -> None:
        """Leave an audit record of something done elsewhere, such as a dead letter that was opened."""
        await self.database.run(lambda c: self.chain.append(c, [entry]))

    async def verify_audit(self) -> ChainReport:
        """Walk the audit chain from its first record to its seal."""
        report = ChainReport()
        while await self.database.run(lambda c: self.chain.verify_on(c, report)):
            pass
        return report

    async def _create_group(self, orders: list[Order]) -> list[IssuedToken | Exception]:
        now = self._clock()
        with suppress(DestroyedKey):
            return await self._create(orders, now)
        self._keys.forget()
        return await self._create(orders, now)

    async def _create(self, orders: list[Order], now: float) -> list[IssuedToken | Exception]:
        keys = {tenant: await self._keys.current(tenant, now) for tenant in {order.access.tenant for order in orders}}
        return await self.database.run(lambda c: self._issuing.run(c, orders, keys, now))

    async def _reveal_group(self, wishes: list[Wish]) -> list[Revealed | Exception]:
        now = self._clock()
        decided = await self.database.run(lambda c: self._revealing.decide(c, wishes, now))
        keys = await self._keys.by_id([row.key_id for row in decided if not isinstance(row, TokenRefused)])
        revealed: list[Revealed | Exception] = []
        for wish, row in zip(wishes, decided, strict=True):
            try:
                revealed.append(row if isinstance(row, TokenRefused) else revealing.show(wish, row, keys))
            except VaultError as error:
                revealed.append(error)
        return revealed

    async def _set_state(self, token: str, state: str, access: Access) -> None:
        key = token_key(token)
        row = await self.database.run(lambda c: upkeep.set_state(c, self.chain, key, state, access))
        if row is None:
            raise TokenRefused(Refusal.UNKNOWN)
        if row.state == "erased" or row.expires_at <= self._clock():
            raise TokenRefused(Refusal.GONE)

    async def _erase(self, what: str, condition: ColumnElement[bool], access: Access) -> int:
        return await self.database.run(lambda c: upkeep.erase_where(c, self.chain, what, condition, access))

    def _noted_find(self, connection: Connection, token: str, access: Access) -> Row[Any] | None:
        row = upkeep.find(connection, access.tenant, token)
        if row is not None and row.is_canary:  # looks like any unknown token, as when it is resolved
            self.observer.canary()
            self.chain.append(connection, [AuditEntry.of(access, revealing.CANARY, token, is_allowed=False)])
            return None
        subject = token if row is not None else "unknown"
        self.chain.append(connection, [AuditEntry.of(access, "token.describe", subject)])
        return row

    async def _info(self, row: Row[Any]) -> TokenInfo:
        is_past = row.expires_at <= self._clock()
        mask = None
        if row.sealed is not None and not is_past:
            keys = await self._keys.by_id([row.key_id])
            if row.key_id in keys:
                cell = open_cell(keys[row.key_id], row.sealed, tenant=row.tenant, entity=row.entity, token=row.token)
                mask = masked(row.entity, cell)
        return TokenInfo(
            token=row.token,
            entity=row.entity,
            format=TokenFormat(row.format),
            state="expired" if is_past and row.state != "erased" else row.state,
            mask=mask,
            conversation_id=row.conversation_id,
            created_at=row.created_at,
            created_by=row.created_by,
            expires_at=row.expires_at,
        )
