"""The vault as the settings say: where it lies, what it keeps for how long, who wraps its keys, and what is counted."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from streams.metrics import Metrics
from streams.settings import ProcessSettings
from streams.settings.vault import VaultSettings
from streams.vaults import _provider, database_url, open_vault
from vault.errors import Refusal, TokenRefused
from vault.keyring import Keyring
from vault.kms import AwsKeyProvider
from vault.policy import DAY
from vault.requests import Access, TokenRequest, View
from vault.vault import Vault

WRITER = Access(actor="key-writer", reason="test")


@pytest.fixture
def process(tmp_path: Path) -> ProcessSettings:
    return ProcessSettings(keyring_file=Keyring.create(tmp_path / "keyring.json").path, data_dir=tmp_path / "data")


@pytest.fixture
async def opened(process: ProcessSettings) -> AsyncIterator[tuple[Vault, Metrics]]:
    settings = VaultSettings.load(
        ttl_seconds=10 * DAY, retention="br_cpf=3600,password=7200", reveal_per_hour=1, four_eyes="us_ssn"
    )
    metrics = Metrics()
    vault = await open_vault(process, settings, Keyring.load(process.keyring_file), metrics)
    yield vault, metrics
    await vault.close()


def test_without_an_address_it_lies_in_the_data_folder(process: ProcessSettings) -> None:
    assert database_url(process) == f"sqlite:///{process.data_dir}/cordon.db"
    assert database_url(process, "console.db") == f"sqlite:///{process.data_dir}/console.db"
    set_one = process.model_copy(update={"database_url": "postgresql://db.test/cordon"})
    assert database_url(set_one, "console.db") == "postgresql://db.test/cordon"


@pytest.mark.parametrize(
    ("entity", "seconds"),
    [
        ("email_address", 10 * DAY),  # the longest that anything is kept
        ("br_cpf", 3600.0),  # as set
        ("password", 7200.0),  # as set, in place of ours
        ("payment_card", 7 * DAY),  # ours
    ],
)
async def test_a_value_lives_as_long_as_the_settings_say(
    opened: tuple[Vault, Metrics], entity: str, seconds: float
) -> None:
    assert opened[0].retention.seconds(entity, None) == seconds


async def test_what_it_does_is_counted_and_who_reveals_too_much_is_refused(opened: tuple[Vault, Metrics]) -> None:
    vault, metrics = opened
    assert b"dlp_vault_canaries_total 0.0" in metrics.exposition()  # there before the first attempt
    kept = await vault.tokenize(TokenRequest(entity="email_address", value="ana@example.com"), WRITER)
    await vault.reveal(kept.token, View.PLAIN, WRITER)
    with pytest.raises(TokenRefused) as refused:
        await vault.reveal(kept.token, View.PLAIN, WRITER)

    assert refused.value.refusal is Refusal.RATE_LIMITED
    for operation, outcome in (("create", "allowed"), ("reveal", "allowed"), ("reveal", "denied")):
        assert metrics.value("dlp_vault_operations_total", operation=operation, outcome=outcome) == 1


async def test_an_entity_of_four_eyes_waits_for_the_second(opened: tuple[Vault, Metrics]) -> None:
    vault, _ = opened
    kept = await vault.tokenize(TokenRequest(entity="us_ssn", value="536-22-8817"), WRITER)
    with pytest.raises(TokenRefused) as refused:
        await vault.reveal(kept.token, View.PLAIN, WRITER)
    assert refused.value.refusal is Refusal.APPROVAL_REQUIRED


def test_data_keys_are_wrapped_by_the_keyring_unless_a_kms_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    assert _provider(VaultSettings.load()) is None
    named = _provider(VaultSettings.load(kms_key_id="alias/cordon", kms_endpoint_url="http://127.0.0.1:4599"))
    assert isinstance(named, AwsKeyProvider)
    assert named.name == "aws-kms:alias/cordon"
