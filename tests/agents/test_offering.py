from pathlib import Path

import pytest

from agents.offering import Offering
from detection import Engine, load_policy
from detection.inspection import inspect
from schemas import Direction, MessageEvent, Tier
from streams.deadletters import DeadLetters
from streams.metrics import Metrics
from streams.sealing import SealingCodec
from streams.settings import ProcessSettings, WrongSettingError
from streams.settings.vault import VaultSettings
from streams.stage import Output, StageTools
from streams.topics import Topic
from streams.vault_tokens import LazyVault
from vault.envelope import Sealer
from vault.keyring import Keyring

CARD = "4539 1488 0343 6467"
ENGINE = Engine(load_policy(None))
SETTINGS = VaultSettings(
    capture_offer="payment_card, iban", capture_base_url="https://capture.bank.example", capture_language="pt"
)


@pytest.fixture
def tools(tmp_path: Path) -> StageTools:
    codec = SealingCodec(Sealer(Keyring.create(tmp_path / "keyring.json")))
    return StageTools(codec, DeadLetters(codec, ""), Metrics(), "")


def offering_with(tools: StageTools, folder: Path, settings: VaultSettings = SETTINGS) -> Offering:
    keyring = Keyring.load(folder / "keyring.json")
    process = ProcessSettings(keyring_file=keyring.path, data_dir=folder)
    return Offering(LazyVault(process, settings, keyring, tools.metrics), keyring, settings, tools)


def message(text: str = f"my card is {CARD}", **more: object) -> MessageEvent:
    said = {
        "event_id": "wamid.1",
        "conversation_id": "c-1",
        "direction": Direction.INBOUND,
        "channel": "whatsapp",
        "sender": "5511999990000",
        "recipient": "5511300000000",
        "text": text,
    }
    return MessageEvent.model_validate({**said, **more})


async def offered(offering: Offering, event: MessageEvent) -> list[Output]:
    return await offering.offers(event, inspect(ENGINE, event, tier=Tier.BLOCKING))


async def test_a_caught_card_offers_a_form_in_the_same_conversation(tools: StageTools, tmp_path: Path) -> None:
    (output,) = await offered(offering_with(tools, tmp_path), message())

    event = MessageEvent.model_validate_json(tools.codec.open(Topic.OUTBOUND, output.value, output.headers))
    assert (output.topic, output.key) == (Topic.OUTBOUND, b"c-1")
    assert (event.direction, event.channel, event.recipient) == (Direction.OUTBOUND, "whatsapp", "5511999990000")
    assert "https://capture.bank.example/c/" in event.text
    assert event.text.startswith("Por favor")
    assert b"capture.bank.example" not in output.value  # sealed like every raw message
    assert inspect(ENGINE, event, tier=Tier.BLOCKING).is_clean


async def test_a_conversation_has_one_open_link(tools: StageTools, tmp_path: Path) -> None:
    offering = offering_with(tools, tmp_path)

    counts = [len(await offered(offering, message())) for _ in range(3)]

    assert counts == [1, 0, 0]
    assert len(await offered(offering, message(conversation_id="c-2"))) == 1


@pytest.mark.parametrize(
    "event",
    [
        message("nothing here"),
        message("my e-mail is ana@example.com"),
        message(direction=Direction.OUTBOUND),
        message(sender=None),
    ],
)
async def test_nothing_else_is_answered_with_a_form(tools: StageTools, tmp_path: Path, event: MessageEvent) -> None:
    assert await offered(offering_with(tools, tmp_path), event) == []
    assert not (tmp_path / "cordon.db").exists()  # the vault was not even opened


async def test_a_vault_that_is_away_only_costs_the_offer(tools: StageTools, tmp_path: Path) -> None:
    (tmp_path / "cordon.db").mkdir()

    assert await offered(offering_with(tools, tmp_path), message()) == []


@pytest.mark.parametrize(
    ("variables", "complaint"),
    [
        ({"CORDON_VAULT_CAPTURE_OFFER": "iban"}, "CAPTURE_BASE_URL has to be set"),
        (
            {
                "CORDON_VAULT_CAPTURE_OFFER": "card_pin",
                "CORDON_VAULT_CAPTURE_BASE_URL": "https://capture.bank.example",
            },
            "card_pin is never kept",
        ),
    ],
)
def test_an_offer_that_leads_nowhere_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], complaint: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(WrongSettingError, match=complaint):
        VaultSettings.load()
