"""Reading ranges of a topic outside every group: no more than was asked for, and no less."""

from collections.abc import AsyncIterator

import pytest
from aiokafka import TopicPartition

import streams.reading
from streams.producer import EventProducer
from streams.reading import BrokerSilentError, TopicReader, tails
from streams.settings import KafkaSettings
from streams.topics import Topic
from tests.streams.conftest import PARTITIONS


@pytest.fixture
async def topic(memory_kafka: KafkaSettings, memory_prefix: str) -> str:
    """Five records in the first partition, one in the second."""
    producer = EventProducer(memory_kafka, memory_prefix)
    await producer.start()
    for value in (b"0", b"1", b"2", b"3", b"4"):
        await producer.publish(Topic.ALERTS, None, value, partition=0)
    await producer.publish(Topic.ALERTS, None, b"other", partition=1)
    await producer.stop()
    return f"{memory_prefix}{Topic.ALERTS}"


@pytest.fixture
async def reader(memory_kafka: KafkaSettings, topic: str) -> AsyncIterator[TopicReader]:
    async with TopicReader.open(memory_kafka, topic) as reader:
        yield reader


async def test_a_topic_has_its_partitions_and_each_its_bounds(reader: TopicReader, topic: str) -> None:
    assert await reader.partitions() == list(range(PARTITIONS))
    assert await reader.bounds(0) == (0, 5)
    assert await reader.bounds_of(topic) == {0: (0, 5), 1: (0, 1), 2: (0, 0), 3: (0, 0)}


async def test_one_that_there_is_not_has_none(reader: TopicReader) -> None:
    assert await reader.bounds_of("nothing") == {}


@pytest.mark.parametrize(
    ("begin", "end", "values"),
    [(0, 5, [b"0", b"1", b"2", b"3", b"4"]), (1, 3, [b"1", b"2"]), (4, 5, [b"4"]), (2, 2, []), (3, 2, [])],
)
async def test_a_range_is_read_from_its_begin_to_before_its_end(
    reader: TopicReader, begin: int, end: int, values: list[bytes]
) -> None:
    assert [record.value async for record in reader.records(0, begin, end)] == values


async def test_a_broker_that_gives_nothing_though_there_is_something_is_told(
    reader: TopicReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams.reading, "SILENT_POLLS", 2)
    monkeypatch.setattr(streams.reading, "POLL_MILLISECONDS", 1)

    with pytest.raises(BrokerSilentError):
        _ = [record async for record in reader.records(2, 0, 3)]


@pytest.mark.parametrize(("count", "values"), [(2, [b"2", b"3"]), (100, [b"0", b"1", b"2", b"3"])])
async def test_the_last_records_before_an_offset_are_read_of_many_partitions_at_once(
    memory_kafka: KafkaSettings, topic: str, count: int, values: list[bytes]
) -> None:
    ends = {TopicPartition(topic, 0): 4, TopicPartition(topic, 1): 1, TopicPartition(topic, 2): 0}

    found = [record async for record in tails(memory_kafka, ends, count)]

    assert [record.value for record in found if record.partition == 0] == values
    assert [record.value for record in found if record.partition == 1] == [b"other"]
