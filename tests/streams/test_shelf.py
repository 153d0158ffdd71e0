"""The shelf of dead letters: what lies there, what was done about each, and the way back."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from schemas import DeadLetterHeaders, DeadLetterReason, Stage
from schemas.deadletter import Resolution
from streams.deadletters import REPLAYED, DeadLetters
from streams.producer import EventProducer
from streams.reading import TopicReader
from streams.record import KafkaRecord
from streams.sealing import SEALED, SealingCodec
from streams.settings import KafkaSettings
from streams.shelf import MAX_SUBJECT, Letter, NoSuchLetterError, Shelf, subject_of
from streams.topics import Topic
from vault.envelope import Sealer
from vault.keyring import Keyring

CARD = b'{"text": "4539 1488 0343 6467"}'


@dataclass(frozen=True)
class Record:
    """A record that was put aside."""

    value: bytes | None = CARD
    key: bytes | None = b"conversation"
    headers: tuple[tuple[str, bytes], ...] = (("trace", b"1"),)
    topic: str = Topic.INBOUND
    partition: int = 1
    offset: int = 42
    timestamp: int = 1_769_817_600_000


@dataclass
class World:
    """A broker, and the shelf on it."""

    kafka: KafkaSettings
    prefix: str
    codec: SealingCodec
    producer: EventProducer
    shelf: Shelf = field(init=False)

    def __post_init__(self) -> None:
        self.shelf = Shelf(self.kafka, self.prefix, self.codec)

    async def put_aside(self, record: Record, *, partition: int = 0, stage: Stage = Stage.CRITICAL) -> None:
        letters = DeadLetters(self.codec, self.prefix)
        record = replace(record, topic=f"{self.prefix}{record.topic}")
        value, headers = letters.write(record, stage, DeadLetterReason.SCAN_FAILED, event_id="e", detail="text")
        await self.producer.publish(Topic.DEAD_LETTERS, record.key, value, headers, partition=partition)

    async def read(self, topic: Topic) -> list[KafkaRecord]:
        found: list[KafkaRecord] = []
        async with TopicReader.open(self.kafka, f"{self.prefix}{topic}") as reader:
            for partition in await reader.partitions():
                found += [record async for record in reader.records(partition, *await reader.bounds(partition))]
        return found


@pytest.fixture
async def world(memory_kafka: KafkaSettings, memory_prefix: str, tmp_path: Path) -> AsyncIterator[World]:
    producer = EventProducer(memory_kafka, memory_prefix)
    await producer.start()
    codec = SealingCodec(Sealer(Keyring.create(tmp_path / "keyring.json")))
    yield World(memory_kafka, memory_prefix, codec, producer)
    await producer.stop()


def places(letters: list[Letter]) -> list[tuple[int, int]]:
    return [(letter.partition, letter.offset) for letter in letters]


async def test_letters_are_listed_in_order_with_their_origin_and_nothing_of_what_they_hold(world: World) -> None:
    await world.put_aside(Record(), partition=1)
    await world.put_aside(Record(), partition=0)
    await world.put_aside(Record(), partition=1)

    letters = await world.shelf.letters()

    assert places(letters) == [(0, 0), (1, 0), (1, 1)]
    told = letters[0].as_json()
    assert told["origin"] == {"topic": "messages.inbound", "partition": 1, "offset": 42}
    assert (told["stage"], told["reason"], told["detail"]) == ("critical", "scan_failed", "text")
    assert told["resolution"] is None
    assert "4539" not in str(told)


async def test_only_those_that_are_wanted(world: World) -> None:
    await world.put_aside(Record(), stage=Stage.CRITICAL)
    await world.put_aside(Record(), stage=Stage.MEDIUM)

    assert places(await world.shelf.letters(lambda letter: letter.origin.stage is Stage.MEDIUM)) == [(0, 1)]


async def test_what_else_stands_on_the_topic_is_no_letter(world: World) -> None:
    await world.producer.publish(Topic.DEAD_LETTERS, None, b"hello", partition=0)

    assert await world.shelf.letters() == []
    with pytest.raises(NoSuchLetterError):
        await world.shelf.open(0, 0)


async def test_a_letter_opens_byte_for_byte(world: World) -> None:
    await world.put_aside(Record(bytes(range(256))))

    assert await world.shelf.open(0, 0) == bytes(range(256))


@pytest.mark.parametrize("place", [(0, 1), (1, 0), (7, 0)])
async def test_there_is_none_where_there_is_none(world: World, place: tuple[int, int]) -> None:
    await world.put_aside(Record())

    with pytest.raises(NoSuchLetterError):
        await world.shelf.open(*place)


async def test_one_that_was_dropped_stays_and_says_so(world: World) -> None:
    await world.put_aside(Record())
    await world.put_aside(Record())

    assert await world.shelf.resolve((await world.shelf.letters())[:1], Resolution.DROPPED, world.producer) == 1

    assert [letter.resolution for letter in await world.shelf.letters()] == [Resolution.DROPPED, None]
    assert await world.shelf.open(0, 0) == CARD
    assert await world.read(Topic.INBOUND) == []


async def test_one_that_is_replayed_goes_to_where_it_came_from_sealed_and_with_its_first_place(world: World) -> None:
    await world.put_aside(Record())

    await world.shelf.resolve(await world.shelf.letters(), Resolution.REPLAYED, world.producer)

    (record,) = await world.read(Topic.INBOUND)
    headers = dict(record.headers)
    assert record.key == b"conversation"
    assert record.value is not None
    assert b"4539" not in record.value
    assert world.codec.open(Topic.INBOUND, record.value, record.headers) == CARD
    assert (headers["trace"], headers[REPLAYED]) == (b"1", b"messages.inbound-1-42")
    assert [letter.resolution for letter in await world.shelf.letters()] == [Resolution.REPLAYED]


async def test_one_that_comes_back_again_keeps_its_first_place_and_is_sealed_once(world: World) -> None:
    value, marks = world.codec.seal(Topic.INBOUND, CARD)
    headers = (*marks, (REPLAYED, b"messages.inbound-0-7"))
    await world.put_aside(Record(value, headers=headers))

    await world.shelf.resolve(await world.shelf.letters(), Resolution.REPLAYED, world.producer)

    (record,) = await world.read(Topic.INBOUND)
    assert [name for name, _ in record.headers] == [SEALED, REPLAYED]
    assert dict(record.headers)[REPLAYED] == b"messages.inbound-0-7"
    assert world.codec.open(Topic.INBOUND, record.value or b"", record.headers) == CARD


async def test_what_another_operator_resolved_meanwhile_is_left_alone(world: World) -> None:
    await world.put_aside(Record())
    chosen = await world.shelf.letters()

    done = [await world.shelf.resolve(chosen, Resolution.REPLAYED, world.producer) for _ in range(2)]

    assert done == [1, 0]
    assert len(await world.read(Topic.INBOUND)) == 1


async def test_what_was_clean_goes_back_as_it_was(world: World) -> None:
    await world.put_aside(Record(b'{"text": "hello"}', topic=Topic.FORWARD))

    await world.shelf.resolve(await world.shelf.letters(), Resolution.REPLAYED, world.producer)

    (record,) = await world.read(Topic.FORWARD)
    assert record.value == b'{"text": "hello"}'


def lying(count: int) -> list[Letter]:
    origin = DeadLetterHeaders("messages.inbound", 1, 42, Stage.CRITICAL, DeadLetterReason.SCAN_FAILED)
    return [Letter(2, offset, datetime(2026, 1, 31, tzinfo=UTC), 9, origin, None) for offset in range(count)]


def test_an_audit_record_names_each_letter_by_its_place() -> None:
    assert subject_of(lying(3), "--stage critical") == "2@0 2@1 2@2"


def test_of_too_many_letters_it_names_the_first_and_last_their_number_and_how_they_were_chosen() -> None:
    subject = subject_of(lying(5_000), "--stage critical")

    assert subject.startswith("5000 dead letters: 2@0 2@1 ")
    assert subject.endswith(" 2@4998 2@4999; chosen by --stage critical")
    assert len(subject_of(lying(5_000), "--topic " + "t" * 9_000)) == MAX_SUBJECT
