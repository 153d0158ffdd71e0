"""What the vault's routes share: the vault, the captures, and the work that goes on beside the requests."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Final

from fastapi import HTTPException, Request

from gateway.background import running
from gateway.canary_alerts import canary_alert
from gateway.capture_news import CaptureTelling
from gateway.data_actions_verifiers import is_right
from gateway.parts import parts_of
from gateway.vault_publishing import Publish, Publishing
from streams.metrics import Metrics
from streams.settings import ProcessSettings
from streams.settings.vault import VaultSettings
from streams.topics import Topic, key_of
from streams.vaults import open_vault
from vault.captures import Captures
from vault.errors import AuditBroken, Refusal, RefusedValue, TokenRefused, VaultUnavailable
from vault.formats import TokenFormat
from vault.keyring import Keyring
from vault.tokenizer import Tokenizer
from vault.vault import Vault
from vault.volatile import VolatileValues

PURGE_SECONDS: Final = 60.0
RELAY_SECONDS: Final = 1.0
RELAY_PAGE: Final = 200
STATUS: Final = {
    Refusal.UNKNOWN: 404,
    Refusal.GONE: 410,
    Refusal.DISABLED: 409,
    Refusal.DENIED: 403,
    Refusal.RATE_LIMITED: 429,
    Refusal.APPROVAL_REQUIRED: 403,
}

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class VaultDesk:
    """The vault as the routes use it."""

    vault: Vault
    captures: Captures
    volatile: VolatileValues | None
    """What is never kept, for a single use; None where the settings allow none."""
    telling: CaptureTelling
    settings: VaultSettings
    metrics: Metrics
    clean: Callable[[str], str]
    """Takes sensitive values out of a caller's free words, such as a reason, before they are recorded."""

    def tokenizer(self, actor: str) -> Tokenizer:
        """The vault as a part of the gateway sees it that puts tokens into messages itself."""
        return Tokenizer(
            self.vault,
            actor=actor,
            token_format=TokenFormat(self.settings.token_format),
            tenant=self.settings.tenant,
            timeout_seconds=self.settings.timeout_seconds,
        )


@asynccontextmanager
async def vault_desk(
    process: ProcessSettings, keyring: Keyring, publishing: Publishing, clean: Callable[[str], str], metrics: Metrics
) -> AsyncIterator[VaultDesk]:
    """Open the vault, keep it tidy, and carry its audit records to the topic, for as long as the gateway runs."""
    settings = VaultSettings.load()
    vault = await open_vault(process, settings, keyring, metrics)
    seconds = settings.security_code_seconds
    volatile = VolatileValues(vault, seconds) if seconds else None
    captures = Captures(vault, keyring, is_right, volatile=volatile)
    telling = CaptureTelling(captures, settings, publishing, metrics)
    desk = VaultDesk(vault, captures, volatile, telling, settings, metrics, clean)
    try:
        async with running(_purge(desk), _relay(vault, publishing.publish, metrics), telling.run()):
            yield desk
    finally:
        await telling.close()
        await vault.close()


async def check_vault(process: ProcessSettings, keyring: Keyring) -> None:
    """Open the vault once, so that a start that cannot succeed ends with one line.

    Raises WrongSettingError, ``WrongDatabase`` or ``VaultError``.
    """
    vault = await open_vault(process, VaultSettings.load(), keyring)
    await vault.close()


def desk_of(request: Request) -> VaultDesk:
    """The desk of the application that serves this request."""
    return parts_of(request).vault_desk


@contextmanager
def vault_errors() -> Iterator[None]:
    """Turn the vault's errors into HTTP answers. None of them quotes a value."""
    try:
        yield
    except RefusedValue as error:
        raise HTTPException(422, str(error)) from None
    except TokenRefused as error:
        raise HTTPException(STATUS[error.refusal], f"the token is {error.refusal}") from None
    except (VaultUnavailable, AuditBroken):
        raise HTTPException(503, "the vault is away") from None


async def relay_once(vault: Vault, publish: Publish, metrics: Metrics) -> int:
    """Publish the oldest records that the topic lacks, then note it; how many. A crash in between repeats them.

    A record of a canary becomes an alert too.
    """
    chain, rows = await vault.database.run(lambda c: vault.chain.unrelayed(c, RELAY_PAGE))
    for _, record in rows:
        await publish(Topic.AUDIT, chain.encode(), record.encode())
        if (alert := canary_alert(record)) is not None:
            await publish(Topic.ALERTS, key_of(alert.conversation_id), alert.model_dump_json().encode())
    if rows:
        last = rows[-1][0]
        await vault.database.run(lambda c: vault.chain.relayed(c, chain, last))
        metrics.count("dlp_audit_relayed_total", len(rows))
    return len(rows)


async def _relay(vault: Vault, publish: Publish, metrics: Metrics) -> None:
    while True:
        count = 0
        try:
            count = await relay_once(vault, publish, metrics)
        except Exception as error:  # noqa: BLE001  (records wait in the database)
            log.warning("audit records wait: %s", type(error).__name__)
        if count < RELAY_PAGE:
            await asyncio.sleep(RELAY_SECONDS)


async def _purge(desk: VaultDesk) -> None:
    while True:
        if desk.volatile is not None:
            desk.volatile.forget()
        try:
            await desk.vault.purge()
        except Exception as error:  # noqa: BLE001  (retention must not end with one failure)
            log.warning("what has expired is not erased yet: %s", type(error).__name__)
        await asyncio.sleep(PURGE_SECONDS)
