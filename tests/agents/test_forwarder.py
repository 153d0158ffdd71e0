"""The forwarder's decisions: delivered once, refused with a reason, held while the outside system is away."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from agents.forwarder import ForwarderStage
from agents.media import Judged, MediaDesk
from connectors.destination import Refusal, Taken
from connectors.failures import DestinationAway, DestinationBusy, RefusedForGood
from schemas import DeliveryStatus, Direction, ForwardMessage, MessagePart, Receipt
from streams.deadletters import REPLAYED, DeadLetters, PoisonError
from streams.delivered import Delivered
from streams.lanes import LaneLimits, RetryLater
from streams.metrics import Metrics
from streams.sealing import SealingCodec
from streams.settings import KafkaSettings
from streams.stage import Decision, StageTools
from streams.topics import Topic
from tests.connectors.connector_parts import AT, forwarded
from vault.envelope import Sealer
from vault.keyring import Keyring


@dataclass
class Outside:
    """A destination that answers as it is told."""

    name: str = "outside"
    direction: Direction = Direction.OUTBOUND
    answers: list[Taken | Exception] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def takes(self, message: ForwardMessage) -> bool:
        return message.direction is self.direction

    def wants(self, receipt: Receipt) -> bool:
        return receipt.direction is not self.direction

    async def send_message(self, message: ForwardMessage) -> Taken:
        answer = self.answers.pop(0) if self.answers else Taken("theirs", "their-conversation")
        if isinstance(answer, Exception):
            raise answer
        self.sent.append(message.event_id)
        return answer

    async def send_receipt(self, receipt: Receipt) -> None:
        if self.answers and isinstance(answer := self.answers.pop(0), Exception):
            raise answer
        self.told.append(receipt.receipt_id)

    def explain(self, refused: RefusedForGood) -> Refusal:
        return Refusal("MessageExpired", "Too late.", is_explained=refused.code == "131047")

    async def close(self) -> None:
        pass


@dataclass(frozen=True)
class Record:
    topic: str
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()
    offset: int = 0
    partition: int = 0
    timestamp: int = 0
    key: bytes | None = b"conversation"


class NoFiles(MediaDesk):
    """Looks into nothing."""

    def __init__(self, judged: Judged | None = None) -> None:
        self._judgement = judged

    async def judged(self, message: ForwardMessage) -> Judged:
        assert self._judgement is not None
        return self._judgement


@pytest.fixture
def outside() -> Outside:
    return Outside()


MakeStage = Callable[..., ForwarderStage]


@pytest.fixture
def make_stage(tmp_path: Path, outside: Outside) -> MakeStage:
    def make(files: MediaDesk | None = None) -> ForwarderStage:
        codec = SealingCodec(Sealer(Keyring.create(tmp_path / "keyring.json")))
        tools = StageTools(codec, DeadLetters(codec, ""), Metrics(), "")
        delivered = Delivered(KafkaSettings(bootstrap_servers="127.0.0.1:9"), "", outside.direction)
        return ForwarderStage(tools, LaneLimits(), outside, delivered, files or NoFiles())

    return make


@pytest.fixture
def stage(make_stage: MakeStage) -> ForwarderStage:
    return make_stage()


def record(message: ForwardMessage, **more: Any) -> Record:
    return Record(Topic.FORWARD, message.model_dump_json().encode(), **more)


def receipts(decision: Decision) -> list[Receipt]:
    found = [output for output in decision.outputs if output.topic is Topic.RECEIPTS]
    return [Receipt.model_validate_json(output.value) for output in found]


async def test_a_message_is_delivered_and_its_receipt_has_the_names_that_were_given(stage: ForwarderStage) -> None:
    decision = await stage.deliver(record(forwarded("Hello")))

    (receipt,) = receipts(decision)
    assert (decision.outcome, receipt.status) == ("delivered", DeliveryStatus.SENT)
    assert (receipt.external_id, receipt.external_conversation_id) == ("theirs", "their-conversation")


async def test_what_was_delivered_is_not_sent_again_unless_an_operator_wants_it(
    stage: ForwarderStage, outside: Outside
) -> None:
    message = record(forwarded("Hello"))
    await stage.deliver(message)

    again = await stage.deliver(message)
    replayed = await stage.deliver(record(forwarded("Hello"), headers=((REPLAYED, b"x"),)))

    assert (again.outcome, again.outputs, replayed.outcome) == ("duplicate", (), "delivered")
    assert len(outside.sent) == 2


async def test_a_withheld_message_of_an_agent_goes_nowhere_and_says_why(
    stage: ForwarderStage, outside: Outside
) -> None:
    decision = await stage.deliver(record(forwarded("", is_blocked=True, is_redacted=True)))

    (receipt,) = receipts(decision)
    assert (receipt.status, receipt.reason_code) == (DeliveryStatus.FAILED, "DataFiltered")
    assert not outside.sent


async def test_a_refusal_that_explains_itself_is_no_operators_business(stage: ForwarderStage, outside: Outside) -> None:
    outside.answers = [RefusedForGood("131047", status=400)]

    decision = await stage.deliver(record(forwarded("Hello")))

    assert [output.topic for output in decision.outputs] == [Topic.RECEIPTS]
    assert receipts(decision)[0].reason_code == "MessageExpired"
    assert (await stage.deliver(record(forwarded("Hello")))).outcome == "duplicate"


async def test_another_refusal_is_a_dead_letter_with_the_outside_systems_code(
    stage: ForwarderStage, outside: Outside
) -> None:
    outside.answers = [RefusedForGood("bad.request", status=400)]

    decision = await stage.deliver(record(forwarded("my secret words")))

    letter, failed = decision.outputs
    headers = dict(letter.headers)
    assert (letter.topic, failed.topic) == (Topic.DEAD_LETTERS, Topic.RECEIPTS)
    assert (headers["cordon.reason"], headers["cordon.detail"]) == (b"refused", b"bad.request")
    assert b"my secret words" not in letter.value


@pytest.mark.parametrize(
    ("away", "pause"), [(DestinationAway("503"), None), (DestinationBusy("429", retry_after=7.0), 7.0)]
)
async def test_while_the_outside_system_is_away_the_message_waits(
    stage: ForwarderStage, outside: Outside, away: DestinationAway, pause: float | None
) -> None:
    outside.answers = [away]

    with pytest.raises(RetryLater) as later:
        await stage.deliver(record(forwarded("Hello")))

    assert later.value.retry_after == pause
    assert (await stage.deliver(record(forwarded("Hello")))).outcome == "delivered"


def reached(status: DeliveryStatus) -> Record:
    receipt = Receipt(
        receipt_id=f"c327-{status}",
        event_id="c327",
        conversation_id="conversation",
        direction=Direction.INBOUND,
        channel="whatsapp",
        status=status,
        occurred_at=AT,
    )
    return Record(Topic.RECEIPTS, receipt.model_dump_json().encode())


async def test_a_state_is_told_once_and_in_its_order(stage: ForwarderStage, outside: Outside) -> None:
    for status in (DeliveryStatus.SENT, DeliveryStatus.DELIVERED, DeliveryStatus.DELIVERED, DeliveryStatus.READ):
        await stage.deliver(reached(status))

    assert outside.told == ["c327-sent", "c327-delivered", "c327-read"]


async def test_a_state_that_could_not_be_told_is_told_later(stage: ForwarderStage, outside: Outside) -> None:
    outside.answers = [DestinationAway("503")]

    with pytest.raises(RetryLater):
        await stage.deliver(reached(DeliveryStatus.SENT))
    await stage.deliver(reached(DeliveryStatus.SENT))

    assert outside.told == ["c327-sent"]


async def test_an_agents_file_that_is_withheld_alone_is_a_failure(make_stage: MakeStage, outside: Outside) -> None:
    message = forwarded("", MessagePart(kind="url", text="https://x", ref="content.0.attachment.url"))
    stage, with_file = make_stage(NoFiles(Judged(message, is_empty=True))), record(message)

    await stage.prepare(with_file)
    decision = await stage.deliver(with_file)

    assert receipts(decision)[0].reason_code == "MediaTypeNotAllowed"
    assert not outside.sent


async def test_no_producer_makes_series_of_metrics_by_its_channels(stage: ForwarderStage) -> None:
    for number in range(100):
        message = forwarded("Hello", channel=f"sms-{number:016}", event_id=f"e{number}")
        await stage.deliver(record(message))
    text = stage.tools.metrics.exposition().decode()
    assert text.count("dlp_end_to_end_seconds_count{") == 1
    assert 'channel="other"' in text


async def test_what_was_looked_into_is_let_go_when_its_partition_comes_again(
    make_stage: MakeStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(*_: object) -> None:
        pass

    message = forwarded("", MessagePart(kind="url", text="https://x", ref="content.0.attachment.url"))
    stage = make_stage(NoFiles(Judged(message)))
    monkeypatch.setattr(stage._delivered, "recall", nothing)
    await stage.prepare(record(message, partition=1))
    await stage.prepare(record(message, partition=2))

    await stage.recall(record(forwarded("Hello"), partition=1))

    assert list(stage._judged) == [(2, 0)]


@pytest.mark.parametrize("value", [None, b"", b"{", b"{}"])
async def test_what_is_no_message_is_poison(stage: ForwarderStage, value: bytes | None) -> None:
    with pytest.raises(PoisonError):
        await stage.deliver(Record(Topic.FORWARD, value))
