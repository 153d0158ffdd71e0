"""A dead letter keeps the record whole and sealed, byte for byte, and says where it came from."""

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from schemas import DeadLetterHeaders, DeadLetterReason, Stage
from streams.deadletters import REPLAYED, DeadLetters, Original, PoisonError, is_replay
from streams.sealing import SealingCodec, Unsealable
from streams.topics import Topic
from vault.envelope import Sealer
from vault.keyring import Keyring

PREFIX = "acme."
CARD = b"4539 1488 0343 6467"


@dataclass(frozen=True)
class Record:
    """As much of a Kafka record as is kept."""

    value: bytes | None = CARD
    key: bytes | None = b"conversation"
    headers: tuple[tuple[str, bytes], ...] = (("trace", b"\xff\x00"),)
    topic: str = f"{PREFIX}{Topic.INBOUND}"
    partition: int = 3
    offset: int = 42
    timestamp: int = 1_769_817_600_000


@pytest.fixture
def codec(tmp_path: Path) -> SealingCodec:
    return SealingCodec(Sealer(Keyring.create(tmp_path / "keyring.json")))


@pytest.fixture
def dead_letters(codec: SealingCodec) -> DeadLetters:
    return DeadLetters(codec, PREFIX)


def written_and_opened(dead_letters: DeadLetters, record: Record) -> Original:
    return dead_letters.open(*dead_letters.write(record, Stage.CRITICAL, DeadLetterReason.SCAN_FAILED))


@pytest.mark.parametrize("value", [CARD, b"", None, bytes(range(256)) * 40, b"\x00\x00\x00\x04null"])
@pytest.mark.parametrize("key", [b"conversation", b"", None, b"\xff"])
def test_a_record_comes_out_as_it_went_in(dead_letters: DeadLetters, value: bytes | None, key: bytes | None) -> None:
    record = Record(value, key)

    assert written_and_opened(dead_letters, record) == Original(
        Topic.INBOUND, 3, 42, record.timestamp, key, value, record.headers
    )


def test_nothing_of_it_stands_in_clear(dead_letters: DeadLetters) -> None:
    value, headers = dead_letters.write(
        Record(headers=(("card", CARD),)), Stage.CRITICAL, DeadLetterReason.SCAN_FAILED, detail="text"
    )

    assert CARD not in value
    assert all(CARD not in content for _, content in headers)


def test_its_headers_name_the_origin_as_kafka_knows_it(dead_letters: DeadLetters) -> None:
    _, headers = dead_letters.write(
        Record(), Stage.CRITICAL, DeadLetterReason.INVALID_EVENT, event_id="e", detail="text"
    )

    assert DeadLetterHeaders.decode(headers) == DeadLetterHeaders(
        "acme.messages.inbound", 3, 42, Stage.CRITICAL, DeadLetterReason.INVALID_EVENT, "e", "text"
    )


def test_a_large_record_is_compressed_so_that_it_fits(dead_letters: DeadLetters) -> None:
    value, _ = dead_letters.write(Record(b"hello there " * 75_000), Stage.CRITICAL, DeadLetterReason.TOO_LARGE)

    assert len(value) < 100_000


def test_what_was_itself_sealed_comes_out_as_its_producer_meant_it(
    codec: SealingCodec, dead_letters: DeadLetters
) -> None:
    value, headers = codec.seal(Topic.INBOUND, CARD)

    assert written_and_opened(dead_letters, Record(value, headers=tuple(headers))).value == CARD


def test_what_did_not_open_is_kept_as_it_was(codec: SealingCodec, dead_letters: DeadLetters) -> None:
    value, headers = codec.seal(Topic.OUTBOUND, CARD)

    assert written_and_opened(dead_letters, Record(value, headers=tuple(headers))).value == value


@pytest.mark.parametrize(
    "packed", [b"", b"\x00\x00", b"\x00\x00\x00\x09not json!", b"\x00\x00\x00\x02{}", b"\x00\x00\x00\x02[]"]
)
def test_what_is_no_dead_letter_does_not_open(codec: SealingCodec, dead_letters: DeadLetters, packed: bytes) -> None:
    value, headers = codec.seal(Topic.DEAD_LETTERS, packed)

    with pytest.raises(Unsealable):
        dead_letters.open(value, headers)


def test_a_record_that_was_sent_on_its_way_again_says_so() -> None:
    assert is_replay([("trace", b"1"), (REPLAYED, b"messages.inbound-3-42")])
    assert not is_replay([("trace", b"1")])


def test_no_trace_shows_a_value(dead_letters: DeadLetters) -> None:
    original = written_and_opened(dead_letters, replace(Record(), key=CARD))

    assert repr(original) == "<Original messages.inbound[3]@42>"
    assert str(PoisonError(DeadLetterReason.INVALID_EVENT, "text")) == "invalid_event"
