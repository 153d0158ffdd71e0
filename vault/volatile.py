"""Values that are never kept: in this process's memory for minutes, given out once, then gone.

A card's security code may be asked for to make one payment, and must not be stored (PCI DSS 3.3.1). It has a token
like any value, but no row: whatever ends the process, and every restart, ends the code with it, and only the process
that took it can use it. The audit says that a code was taken and used, never which.
"""

import os
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vault.audit import AuditEntry
from vault.errors import Refusal, RefusedValue, TokenRefused, VaultUnavailable
from vault.formats import TokenFormat, mint
from vault.policy import VOLATILE
from vault.requests import Access
from vault.vault import Vault

MAX_HELD: Final = 10_000
"""Codes in memory at a time. One more is refused: making room would take another customer's."""
MAX_CHARACTERS: Final = 32
_NONCE_BYTES: Final = 12


@dataclass(slots=True)
class _Held:
    """One value, encrypted under a key that this process alone has, so that no dump of a ``repr`` shows it."""

    tenant: str
    until: float
    sealed: bytes | None = field(repr=False)
    """None once it was used."""


class VolatileValues:
    """Takes values for a single use."""

    def __init__(
        self,
        vault: Vault,
        seconds: float,
        *,
        max_held: int = MAX_HELD,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._vault = vault
        self._seconds = seconds
        self._max_held = max_held
        self._clock = clock
        self._cipher = AESGCM(secrets.token_bytes(32))
        self._held: dict[str, _Held] = {}

    async def keep(self, entity: str, value: str, access: Access) -> str:
        """Take a value; its token. Raises ``RefusedValue`` for one that is to be kept or too long.

        Raises ``VaultUnavailable`` when nothing can be recorded, or too many are held.
        """
        if entity not in VOLATILE or not 0 < len(value) <= MAX_CHARACTERS:
            raise RefusedValue(f"{entity} is not taken for a single use")
        self.forget()
        if len(self._held) >= self._max_held:
            raise VaultUnavailable("too many values wait for their single use")
        token = mint(entity, value, TokenFormat.OPAQUE)
        await self._vault.record(AuditEntry.of(access, "volatile.create", token))
        nonce = os.urandom(_NONCE_BYTES)
        sealed = nonce + self._cipher.encrypt(nonce, value.encode(), token.encode())
        self._held[token] = _Held(access.tenant, self._clock() + self._seconds, sealed)
        return token

    async def use(self, token: str, access: Access) -> str | None:
        """The value, this once; None for a token that is none of ours, or another tenant's.

        Raises ``TokenRefused`` for one that was used or is past, ``VaultUnavailable`` when the use cannot be recorded:
        then it was not used.
        """
        held = self._held.get(token.strip())
        if held is None or held.tenant != access.tenant:
            return None
        sealed, held.sealed = held.sealed, None  # at once: nobody else gets it while the record is written
        if sealed is None or held.until <= self._clock():
            await self._vault.record(AuditEntry.of(access, "volatile.use", token.strip(), is_allowed=False))
            raise TokenRefused(Refusal.GONE)
        try:
            await self._vault.record(AuditEntry.of(access, "volatile.use", token.strip()))
        except BaseException:
            held.sealed = sealed
            raise
        return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], token.strip().encode()).decode()

    def forget(self) -> None:
        """Let go of what is past."""
        now = self._clock()
        for token in [token for token, held in self._held.items() if held.until <= now]:
            del self._held[token]
