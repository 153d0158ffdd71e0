"""Opens the vault as the settings say: the same for worker, gateway and commands."""

from pathlib import Path

from streams.metrics import Metrics
from streams.settings.vault import VaultSettings
from streams.settings.worker import ProcessSettings
from vault.keyring import Keyring
from vault.keys import KeyProvider
from vault.observer import Fallback, Operation, Outcome
from vault.policy import SHORT_LIVED, Retention, RevealPolicy
from vault.vault import Vault


def database_url(process: ProcessSettings, file: str = "cordon.db") -> str:
    """The address of the database: as set, or SQLite in a file of the data folder."""
    return process.database_url or f"sqlite:///{Path(process.data_dir).absolute() / file}"


class VaultMeter:
    """Counts and times the vault's operations."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        metrics.count("dlp_vault_canaries_total", 0)  # there from the start, so that the first attempt is a rise

    def operation(self, name: Operation, outcome: Outcome, seconds: float) -> None:
        """One call ended after so many seconds."""
        self._metrics.count("dlp_vault_operations_total", operation=name, outcome=outcome)
        self._metrics.observe("dlp_vault_seconds", seconds, operation=name)

    def fallback(self, reason: Fallback) -> None:
        """One value is redacted because there was no token."""
        self._metrics.count("dlp_vault_fallbacks_total", reason=reason)

    def canary(self) -> None:
        """Somebody tried to resolve a canary."""
        self._metrics.count("dlp_vault_canaries_total")


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
        observer=VaultMeter(metrics) if metrics else None,
    )


def _provider(settings: VaultSettings) -> KeyProvider | None:
    if settings.kms_key_id is None:
        return None
    from vault.kms import AwsKeyProvider  # noqa: PLC0415  (an extra: imported only where it is asked for)

    return AwsKeyProvider(settings.kms_key_id, endpoint_url=settings.kms_endpoint_url)
