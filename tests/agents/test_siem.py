"""The siem stage: what it reads, how it encodes, and what a target's answers become."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from agents.siem import SiemStage
from connectors.failures import DestinationAway
from connectors.siem import Answer, BatchLimits, BatchRefused, BatchTooBig, Misconfigured, SiemRecord
from schemas import DeadLetterReason, Violation
from streams.deadletters import DeadLetters, PoisonError
from streams.lanes import RetryLater
from streams.metrics import Metrics
from streams.parcels import NeedsHands, ParcelRefused, ParcelTooBig
from streams.sealing import SealingCodec
from streams.settings import KafkaSettings
from streams.stage import StageTools
from streams.taken import Taken
from streams.topics import Topic
from tests.connectors.siem_parts import audit, violation
from tests.streams.sink_parts import Record
from vault.envelope import Sealer
from vault.keyring import Keyring


class Target:
    """Takes what it is told to."""

    name = "splunk"
    address = "nowhere"
    limits = BatchLimits(max_record_bytes=1_000)

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.word: Exception | None = None

    def encode(self, record: SiemRecord) -> bytes:
        return record.model_dump_json().encode()

    async def send(self, batch: Sequence[bytes]) -> Answer:
        if self.error is not None:
            raise self.error

        async def confirmed() -> None:
            if self.word is not None:
                raise self.word

        return Answer(again=frozenset({len(batch) - 1}), confirmation=confirmed)

    async def close(self) -> None:
        return


@pytest.fixture
def target() -> Target:
    return Target()


@pytest.fixture
def stage(target: Target, tmp_path: Path) -> SiemStage:
    codec = SealingCodec(Sealer(Keyring.create(tmp_path / "keyring.json")))
    tools = StageTools(codec, DeadLetters(codec, ""), Metrics(), "")
    return SiemStage(tools, target, Taken(KafkaSettings(bootstrap_servers="127.0.0.1:9"), tmp_path, "splunk"))


def test_each_target_has_a_group_of_its_own(stage: SiemStage) -> None:
    assert stage.group == "siem-splunk"


@pytest.mark.parametrize(
    ("topic", "record", "identity"),
    [(Topic.VIOLATIONS, violation(), "violation-1"), (Topic.AUDIT, audit(), "audit-1")],
)
def test_records_of_both_topics_are_read_with_their_ids(
    stage: SiemStage, topic: Topic, record: SiemRecord, identity: str
) -> None:
    encoded = stage.encode(Record(0, record.model_dump_json().encode(), topic=f"prefix.{topic}"))
    assert encoded.identity == identity


def test_a_record_that_is_too_long_goes_without_its_matches(stage: SiemStage) -> None:
    many = violation(matches=violation().matches * 50)
    encoded = stage.encode(Record(0, many.model_dump_json().encode()))
    assert Violation.model_validate_json(encoded.data).matches == ()
    assert stage.encode(Record(0, violation().model_dump_json().encode())).data.count(b'"part"') == 1


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, DeadLetterReason.EMPTY_VALUE),
        (b"{", DeadLetterReason.MALFORMED_JSON),
        (b"{}", DeadLetterReason.INVALID_EVENT),
    ],
)
def test_what_is_no_violation_is_poison(stage: SiemStage, value: bytes | None, reason: DeadLetterReason) -> None:
    with pytest.raises(PoisonError) as poison:
        stage.encode(Record(0, value))
    assert poison.value.reason is reason


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (DestinationAway("http_503", retry_after=7), RetryLater),
        (Misconfigured("hec_4"), NeedsHands),
        (BatchRefused("hec_6", status=400, index=3), ParcelRefused),
        (BatchTooBig(), ParcelTooBig),
    ],
)
async def test_a_targets_answers_become_the_sinks(
    stage: SiemStage, target: Target, error: Exception, meaning: type[Exception]
) -> None:
    assert (await stage.hand_over([b"a", b"b"])).again == {1}
    target.error = error
    with pytest.raises(meaning) as raised:
        await stage.hand_over([b"a"])
    if isinstance(raised.value, RetryLater) and not isinstance(raised.value, NeedsHands):
        assert raised.value.retry_after == 7
    if isinstance(raised.value, ParcelRefused):
        assert raised.value.index == 3


async def test_a_confirmation_that_does_not_come_is_said_in_the_sinks_words(stage: SiemStage, target: Target) -> None:
    target.word = DestinationAway("ack_timeout")
    confirmation = (await stage.hand_over([b"a"])).confirmation
    assert confirmation is not None
    with pytest.raises(RetryLater, match="ack_timeout"):
        await confirmation()
