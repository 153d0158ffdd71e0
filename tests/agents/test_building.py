"""How a worker's stages come out of its settings, and what its log says of it before the first message."""

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from agents import build_stages
from detection import Engine, load_policy
from streams.settings import WorkerSettings
from vault.keyring import Keyring

Start = Callable[..., list[str]]
TOKENIZES = "packs: [payments]\noverrides: [{rules: [CreditCard], set: {action: tokenize}}]\n"
REDACTS = "packs: [payments]\n"


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Start:
    """Builds the critical stage under a policy; the lines of the log."""
    monkeypatch.setenv("CORDON_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9")
    keyring = Keyring.create(tmp_path / "keyring.json")

    def started(policy: str, **settings: str) -> list[str]:
        (tmp_path / "policy.yaml").write_text(policy)
        with caplog.at_level(logging.INFO):
            build_stages(
                ["critical"],
                WorkerSettings.load(
                    keyring_file=keyring.path, data_dir=tmp_path, policy_file=tmp_path / "policy.yaml", **settings
                ),
            )
        return [record.getMessage() for record in caplog.records if record.name == "agents.building"]

    return started


def test_the_log_names_the_policy_and_its_version(start: Start, tmp_path: Path) -> None:
    (told,) = start(REDACTS)

    version = Engine(load_policy(tmp_path / "policy.yaml")).policy_version
    assert told == f"policy {tmp_path / 'policy.yaml'}, version {version}"


def test_tokens_that_another_data_folder_cannot_resolve_are_warned_of(start: Start, tmp_path: Path) -> None:
    _, told = start(TOKENIZES)

    assert told.startswith("CORDON_DATABASE_URL is not set")
    assert str(tmp_path) in told


def test_so_are_offered_forms_that_the_gateway_cannot_show(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORDON_VAULT_CAPTURE_OFFER", "payment_card")
    monkeypatch.setenv("CORDON_VAULT_CAPTURE_BASE_URL", "https://capture.example.com")

    _, told = start(REDACTS)

    assert told.startswith("CORDON_DATABASE_URL is not set")


def test_a_shared_database_is_not_warned_of(start: Start, tmp_path: Path) -> None:
    assert len(start(TOKENIZES, database_url=f"sqlite:///{tmp_path / 'cordon.db'}")) == 1


def test_a_policy_that_tokenizes_nothing_is_not_warned_of(start: Start) -> None:
    assert len(start(REDACTS)) == 1
