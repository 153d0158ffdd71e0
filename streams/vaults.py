"""Opens the vault as the settings say: the same for worker, gateway and commands."""

import asyncio
import logging
import time
from collections.abc import Sequence
from pathlib import Path

from streams.metrics import Metrics
from streams.settings.vault import VaultSettings
from streams.settings.worker import ProcessSettings
from vault.formats import TokenFormat
from vault.keyring import Keyring
from vault.keys import KeyProvider
from vault.observer import Fallback, Operation, Outcome
from vault.policy import SHORT_LIVED, Retention, RevealPolicy
from vault.tokenizer import REST_SECONDS, Tokenizer
from vault.vault import Vault

log = logging.getLogger(__name__)


def database_url(process: ProcessSettings, file: str = "cordon.db") -> str:
    """The address of the database: as set, or SQLite in a file of the data folder."""
    return process.database_url or f"sqlite:///{Path(process.data_dir).absolute() / file}"


class MeteredVault:
    """Counts and times the vault's operations."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def operation(self, name: Operation, outcome: Outcome, seconds: float) -> None:
        """One call ended after so many seconds."""
        self._metrics.count("dlp_vault_operations_total", operation=name, outcome=outcome)
        self._metrics.observe("dlp_vault_seconds", seconds, operation=name)

    def fallback(self, reason: Fallback) -> None:
        """One value is redacted because there was no token."""
        self._metrics.count("dlp_vault_fallbacks_total", reason=reason)


async def open_vault(
    process: ProcessSettings, settings: VaultSettings, keyring: Keyring, metrics: Metrics | None = None
) -> Vault:
    """Open it. Raises ``WrongDatabase`` for a wrong address, ``VaultUnavailable`` when the database is away."""
    return await Vault.open(
        database_url(process),
        keyring,
        provider=_provider(settings),
        retention=Retention(settings.ttl_seconds, {**SHORT_LIVED, **settings.retention_by_entity}),
        policy=RevealPolicy(plain_per_hour=settings.reveal_per_hour, four_eyes=settings.four_eyes_entities),
        observer=MeteredVault(metrics) if metrics else None,
    )


class VaultTokens:
    """The vault as the critical stage sees it: opened when the first token is wanted, and again after a failure.

    A worker whose policy tokenizes nothing never touches the database; one whose vault is away starts all the same
    and redacts.
    """

    def __init__(self, process: ProcessSettings, settings: VaultSettings, keyring: Keyring, metrics: Metrics) -> None:
        self._process = process
        self._settings = settings
        self._keyring = keyring
        self._metrics = metrics
        self._tokenizer: Tokenizer | None = None
        self._opening: asyncio.Task[Tokenizer] | None = None
        self._rests_until = 0.0

    async def tokens_for(self, values: Sequence[tuple[str, str]], *, conversation_id: str) -> list[str | None]:
        """A token for each ``(entity, value)``, in order; None where the value is to be redacted. Never raises."""
        tokenizer = self._tokenizer or await self._opened()
        if tokenizer is None:
            self._metrics.count("dlp_vault_fallbacks_total", len(values), reason="unavailable")
            return [None] * len(values)
        return await tokenizer.tokens_for(values, conversation_id=conversation_id)

    async def _opened(self) -> Tokenizer | None:
        """Wait for the vault as long as a message may wait; the opening itself goes on."""
        if self._opening is None:
            if time.monotonic() < self._rests_until:
                return None
            self._opening = asyncio.create_task(self._open())
        try:
            self._tokenizer = await asyncio.wait_for(asyncio.shield(self._opening), self._settings.timeout_seconds)
        except TimeoutError:
            return None
        except Exception as error:  # noqa: BLE001  (fail closed: whatever it is, the values are redacted)
            log.warning("the vault cannot be opened, values are redacted: %s", type(error).__name__)
            self._opening = None
            self._rests_until = time.monotonic() + REST_SECONDS
            return None
        return self._tokenizer

    async def _open(self) -> Tokenizer:
        vault = await open_vault(self._process, self._settings, self._keyring, self._metrics)
        return Tokenizer(
            vault,
            token_format=TokenFormat(self._settings.token_format),
            timeout_seconds=self._settings.timeout_seconds,
        )


def _provider(settings: VaultSettings) -> KeyProvider | None:
    if settings.kms_key_id is None:
        return None
    from vault.kms import AwsKeyProvider  # noqa: PLC0415  (an extra: imported only where it is asked for)

    return AwsKeyProvider(settings.kms_key_id, endpoint_url=settings.kms_endpoint_url)
