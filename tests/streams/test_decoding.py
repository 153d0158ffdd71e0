"""Where bytes become a message: what is none is told by a reason of the closed list, and never quoted."""

import json
import traceback
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from schemas import DeadLetterReason, MessageEvent, Receipt
from streams.deadletters import REPLAYED, PoisonError
from streams.decoding import event_id_of, message_of, opened, readable_bytes, record_of, taken_at
from streams.sealing import SealingCodec
from streams.topics import Topic
from vault.envelope import Sealer
from vault.keyring import Keyring

PREFIX = "acme."
CARD = "4539 1488 0343 6467"


@dataclass(frozen=True)
class Record:
    """As much of a Kafka record as is read here."""

    value: bytes | None = None
    headers: tuple[tuple[str, bytes], ...] = ()
    topic: str = f"{PREFIX}{Topic.INBOUND}"
    partition: int = 3
    offset: int = 42
    timestamp: int = 1_769_817_600_000
    key: bytes | None = None


@pytest.fixture
def codec(tmp_path: Path) -> SealingCodec:
    return SealingCodec(Sealer(Keyring.create(tmp_path / "keyring.json")))


def event(**fields: object) -> bytes:
    return json.dumps({"conversation_id": "c", "direction": "INBOUND", "text": "hello", **fields}).encode()


def poison(value: bytes, limit: int = 65_536) -> tuple[DeadLetterReason, str | None]:
    with pytest.raises(PoisonError) as caught:
        message_of(value, max_text_bytes=limit)
    assert CARD not in "".join(traceback.format_exception(caught.value))
    return caught.value.reason, caught.value.detail


class TestOpening:
    def test_a_value_in_clear_is_taken_as_it_is(self, codec: SealingCodec) -> None:
        assert opened(Record(b"{}"), codec, PREFIX) == b"{}"

    def test_a_sealed_one_is_opened_for_the_topic_without_the_prefix(self, codec: SealingCodec) -> None:
        value, headers = codec.seal(Topic.INBOUND, b"{}")

        assert opened(Record(value, tuple(headers)), codec, PREFIX) == b"{}"

    def test_nothing_at_all_is_poison(self, codec: SealingCodec) -> None:
        with pytest.raises(PoisonError) as caught:
            opened(Record(None), codec, PREFIX)

        assert caught.value.reason is DeadLetterReason.EMPTY_VALUE

    def test_so_is_what_does_not_open(self, codec: SealingCodec) -> None:
        value, headers = codec.seal(Topic.OUTBOUND, b"{}")

        with pytest.raises(PoisonError) as caught:
            opened(Record(value, tuple(headers)), codec, PREFIX)

        assert caught.value.reason is DeadLetterReason.UNSEALABLE


class TestReading:
    @pytest.mark.parametrize("fields", [{}, {"parts": ["a caption"]}, {"metadata": {"a": 1}}])
    def test_a_message_is_read_plain_or_not(self, fields: dict[str, object]) -> None:
        message = message_of(event(**fields), max_text_bytes=65_536)

        assert (message.conversation_id, message.text) == ("c", "hello")

    @pytest.mark.parametrize("value", [b"", b"hello", b"\xff", b'{"text": "4539 1488 0343 6467', b"[" * 5_000])
    def test_what_is_no_json_is_malformed(self, value: bytes) -> None:
        assert poison(value) == (DeadLetterReason.MALFORMED_JSON, None)

    @pytest.mark.parametrize(
        ("value", "field"),
        [
            (event(text=None), "text"),
            (event(direction=CARD), "direction"),
            (event(parts=[{"kind": CARD, "text": 7}]), "parts"),
            (event(metadata=CARD), "metadata"),
            (event(conversation_id=""), "conversation_id"),
            (event(occurred_at="0001-01-01T00:00:00+14:00"), "occurred_at"),
            (event(occurred_at="9999-12-31T23:59:59-14:00"), "occurred_at"),
            (b'{"direction": "INBOUND", "text": ""}', "conversation_id"),
            (b"[]", None),
        ],
    )
    def test_what_is_no_event_names_the_field_alone(self, value: bytes, field: str | None) -> None:
        assert poison(value) == (DeadLetterReason.INVALID_EVENT, field)

    def test_more_text_than_may_be_scanned_is_too_large(self) -> None:
        assert poison(event(text="x" * 101), limit=100) == (DeadLetterReason.TOO_LARGE, None)
        assert poison(event(parts=["x" * 60], metadata={"a": "x" * 60}), limit=100)[0] is DeadLetterReason.TOO_LARGE

    def test_what_is_not_read_by_people_does_not_count(self) -> None:
        message = message_of(event(text="x" * 100, sender="s" * 300), max_text_bytes=100)

        assert message.text == "x" * 100

    @pytest.mark.parametrize(
        ("fields", "size"),
        [
            ({"text": "é🙂"}, 6),
            ({"text": "", "parts": ["ab", {"kind": "image", "text": "cd"}]}, 4),
            ({"text": "", "metadata": {"a": "b"}}, 10),
        ],
    )
    def test_what_counts_are_bytes_of_every_string_that_is_scanned(self, fields: dict[str, object], size: int) -> None:
        assert readable_bytes(MessageEvent.model_validate_json(event(**fields))) == size


class TestRecordsOfOurStages:
    def test_are_read_by_their_model(self) -> None:
        with pytest.raises(PoisonError) as caught:
            record_of(Record(b"{}"), Receipt)
        assert caught.value.reason is DeadLetterReason.INVALID_EVENT

        with pytest.raises(PoisonError) as caught:
            record_of(Record(None), Receipt)
        assert caught.value.reason is DeadLetterReason.EMPTY_VALUE


class TestTheIdOfAMessage:
    def test_is_the_channels_own(self) -> None:
        assert event_id_of(message_of(event(event_id="wamid.1"), max_text_bytes=100), Record(), PREFIX) == "wamid.1"

    def test_is_else_its_place(self) -> None:
        assert event_id_of(message_of(event(), max_text_bytes=100), Record(), PREFIX) == "messages.inbound-3-42"

    @pytest.mark.parametrize(
        ("header", "event_id"), [(b"messages.inbound-1-7", "messages.inbound-1-7"), (b"\xff", "\ufffd")]
    )
    def test_is_after_a_replay_that_of_its_first_place(self, header: bytes, event_id: str) -> None:
        record = Record(headers=(("trace", b"1"), (REPLAYED, header)))

        assert event_id_of(message_of(event(), max_text_bytes=100), record, PREFIX) == event_id


class TestTheTimeOfARecord:
    def test_is_kafkas(self) -> None:
        assert taken_at(Record()) == datetime(2026, 1, 31, tzinfo=UTC)

    @pytest.mark.parametrize("milliseconds", [10**15, 2**63 - 1, -(2**63)])
    def test_that_no_calendar_has_is_poison_for_a_producer_may_write_any(self, milliseconds: int) -> None:
        with pytest.raises(PoisonError) as caught:
            taken_at(Record(timestamp=milliseconds))

        assert (caught.value.reason, caught.value.detail) == (DeadLetterReason.INVALID_EVENT, "timestamp")
