"""The vault as the critical stage sees it. Its database, and the libraries for that, come with the first token."""

import asyncio
import logging
import time
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from streams.metrics import Metrics
from streams.settings.vault import VaultSettings
from streams.settings.worker import ProcessSettings
from vault.keyring import Keyring

if TYPE_CHECKING:
    from vault.tokenizer import Tokenizer
    from vault.vault import Vault

REOPEN_SECONDS = 5.0
"""After a failure the vault is left alone for so long."""

log = logging.getLogger(__name__)


class LazyVault:
    """Opened when it is first wanted, and again after a failure.

    A worker whose policy wants nothing of it never touches the database; one whose vault is away starts all the same.
    """

    def __init__(self, process: ProcessSettings, settings: VaultSettings, keyring: Keyring, metrics: Metrics) -> None:
        self._process = process
        self._settings = settings
        self._keyring = keyring
        self._metrics = metrics
        self._vault: Vault | None = None
        self._opening: asyncio.Task[Vault] | None = None
        self._rests_until = 0.0

    async def opened(self) -> "Vault | None":
        """The vault, or None while it is away. Waits as long as a message may wait; the opening itself goes on."""
        if self._vault is not None:
            return self._vault
        if self._opening is None:
            if time.monotonic() < self._rests_until:
                return None
            self._opening = asyncio.create_task(self._open())
        opening = self._opening
        await asyncio.wait([opening], timeout=self._settings.timeout_seconds)
        if not opening.done():
            return None
        if (error := opening.exception()) is None:
            self._vault = opening.result()
        elif self._opening is opening:
            log.warning("the vault cannot be opened, values are redacted: %s", type(error).__name__)
            self._opening = None
            self._rests_until = time.monotonic() + REOPEN_SECONDS
        return self._vault

    async def _open(self) -> "Vault":
        from streams.vaults import open_vault  # noqa: PLC0415  (the database's libraries are a second of a start)

        return await open_vault(self._process, self._settings, self._keyring, self._metrics)


class VaultTokens:
    """A token for each value; none while the vault is away, and then the value is redacted."""

    def __init__(self, process: ProcessSettings, settings: VaultSettings, keyring: Keyring, metrics: Metrics) -> None:
        self.vault = LazyVault(process, settings, keyring, metrics)
        self._settings = settings
        self._metrics = metrics
        self._tokenizer: Tokenizer | None = None

    def preload(self) -> None:
        """Import the database's libraries now: where policy tokenizes, the first message shall not wait for them."""
        import_module("streams.vaults")
        import_module("vault.tokenizer")

    async def tokens_for(self, values: Sequence[tuple[str, str]], *, conversation_id: str) -> list[str | None]:
        """A token for each ``(entity, value)``, in order; None where the value is to be redacted. Never raises."""
        tokenizer = self._tokenizer or await self._opened()
        if tokenizer is None:
            self._metrics.count("dlp_vault_fallbacks_total", len(values), reason="unavailable")
            return [None] * len(values)
        return await tokenizer.tokens_for(values, conversation_id=conversation_id)

    async def _opened(self) -> "Tokenizer | None":
        from vault.formats import TokenFormat  # noqa: PLC0415  (as above)
        from vault.tokenizer import Tokenizer  # noqa: PLC0415  (as above)

        if (vault := await self.vault.opened()) is not None:
            self._tokenizer = Tokenizer(
                vault,
                token_format=TokenFormat(self._settings.token_format),
                tenant=self._settings.tenant,
                timeout_seconds=self._settings.timeout_seconds,
            )
        return self._tokenizer
