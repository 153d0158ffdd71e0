from pathlib import Path

import pytest

from agents.judging import Judging
from detection import Engine, load_policy
from detection.conversation import NOTHING
from detection.reporting import Reporter
from schemas import Direction, MessageEvent, Stage
from schemas.token import find_tokens
from streams.metrics import Metrics
from streams.settings.vault import VaultSettings
from streams.settings.worker import ProcessSettings
from streams.vault_tokens import VaultTokens
from vault.keyring import Keyring

CARD = "4111 1111 1111 1111"
EVENT = MessageEvent(
    conversation_id="c-1", direction=Direction.INBOUND, text=f"My card is {CARD}, please", metadata={"note": CARD}
)


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def judging(tmp_path: Path, metrics: Metrics) -> Judging:
    (tmp_path / "policy.yaml").write_text(POLICY)
    engine = Engine(load_policy(tmp_path / "policy.yaml"))
    keyring = Keyring.create(tmp_path / "keyring.json")
    process = ProcessSettings(keyring_file=keyring.path, data_dir=tmp_path)
    tokens = VaultTokens(process, VaultSettings(), keyring, metrics)
    tokens.preload()
    assert engine.policy.tokenizes
    return Judging(engine, Reporter(Stage.CRITICAL, engine.policy_version, keyring.fingerprint_key), tokens)


POLICY = """
overrides:
  - rules: [CreditCard]
    set: {action: tokenize}
"""


async def test_a_value_that_policy_tokenizes_is_replaced_by_its_token_everywhere(judging: Judging) -> None:
    inspection = await judging.inspected(EVENT, NOTHING)

    (span,) = find_tokens(inspection.text)
    assert CARD not in inspection.text
    assert inspection.metadata["note"] == inspection.text[slice(*span)]
    assert inspection.removed == 2


async def test_a_vault_that_is_away_means_redaction(judging: Judging, tmp_path: Path, metrics: Metrics) -> None:
    (tmp_path / "cordon.db").mkdir()  # no database can be opened there

    inspection = await judging.inspected(EVENT, NOTHING)

    assert inspection.text == "My card is [CREDIT CARD REDACTED], please"
    assert metrics.value("dlp_vault_fallbacks_total", reason="unavailable") == 2
