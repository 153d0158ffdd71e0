"""The vault as a stream stage sees it: tokens for a batch of values, within a time, or none."""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Final

from vault.errors import RefusedValue, VaultError
from vault.formats import TokenFormat
from vault.requests import DEFAULT_TENANT, Access, Scope, TokenRequest
from vault.vault import Vault

REST_SECONDS: Final = 5.0
"""After a failure the vault is left alone this long, so that messages do not queue up behind its timeouts."""
TIMEOUT_SECONDS: Final = 1.0
"""How long a message waits for its tokens before its values are redacted instead."""


class Tokenizer:
    """Asks for tokens and never raises: where there is no token, the caller redacts.

    Within a conversation equal values get equal tokens, so a message that is replayed gets the tokens it had.
    """

    def __init__(
        self,
        vault: Vault,
        *,
        actor: str = "critical",
        token_format: TokenFormat = TokenFormat.OPAQUE,
        scope: Scope = Scope.CONVERSATION,
        tenant: str = DEFAULT_TENANT,
        timeout_seconds: float = TIMEOUT_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._vault = vault
        self._actor = actor
        self._format = token_format
        self._scope = scope
        self._tenant = tenant
        self._timeout = timeout_seconds
        self._clock = clock
        self._rests_until = 0.0

    async def tokens_for(self, values: Sequence[tuple[str, str]], *, conversation_id: str) -> list[str | None]:
        """As the protocol says."""
        if not values:
            return []
        if self._clock() < self._rests_until:
            for _ in values:
                self._vault.observer.fallback("unavailable")
            return [None] * len(values)
        access = Access(actor=self._actor, purpose="tokenize", conversation_id=conversation_id, tenant=self._tenant)
        tasks = [asyncio.ensure_future(self._token(entity, value, access)) for entity, value in values]
        done, late = await asyncio.wait(tasks, timeout=self._timeout)
        for task in late:
            task.cancel()
            self._vault.observer.fallback("timeout")
        if late:
            self._rest()
        return [task.result() if task in done else None for task in tasks]

    def _rest(self) -> None:
        self._rests_until = self._clock() + REST_SECONDS

    async def _token(self, entity: str, value: str, access: Access) -> str | None:
        request = TokenRequest(
            entity=entity,
            value=value,
            format=self._format,
            scope=self._scope,
            conversation_id=access.conversation_id,
        )
        try:
            return (await self._vault.tokenize(request, access)).token
        except RefusedValue:
            self._vault.observer.fallback("refused")
        except VaultError:
            self._vault.observer.fallback("unavailable")
            self._rest()
        except Exception:  # noqa: BLE001  (fail closed: whatever it is, the value is redacted)
            self._vault.observer.fallback("failed")
        return None
