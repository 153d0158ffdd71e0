"""Following topics outside every group: from a place to their ends, and on."""

from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from streams.following import Places, TopicFollower
from streams.producer import EventProducer
from streams.settings import KafkaSettings
from streams.topics import Topic
from tests.streams.conftest import PARTITIONS


@pytest.fixture
def kafka(memory_kafka: KafkaSettings) -> KafkaSettings:
    return memory_kafka


@pytest.fixture
def alerts(memory_prefix: str) -> str:
    return f"{memory_prefix}{Topic.ALERTS}"


@pytest.fixture
async def producer(memory_kafka: KafkaSettings) -> AsyncIterator[EventProducer]:
    producer = EventProducer(memory_kafka, "")
    await producer.start()
    yield producer
    await producer.stop()


async def followed(follower: TopicFollower, count: int) -> list[bytes]:
    """So many values; what was told first, that the topics are reached, is left out."""
    values: list[bytes] = []
    async with aclosing(follower.batches()) as batches:
        async for batch in batches:
            values += [record.value or b"" for record in batch]
            if len(values) >= count:
                break
    return values


async def test_topics_are_followed_from_their_first_records_on(
    kafka: KafkaSettings, producer: EventProducer, alerts: str, memory_prefix: str
) -> None:
    violations = f"{memory_prefix}{Topic.VIOLATIONS}"
    await producer.publish(alerts, None, b"a", partition=0)
    await producer.publish(violations, None, b"v", partition=1)
    follower = TopicFollower(kafka, [alerts, violations], {})

    assert sorted(await followed(follower, 2)) == [b"a", b"v"]
    assert follower.ends[alerts, 0] == 1
    assert follower.ends[violations, 0] == 0
    assert not follower.is_connected


async def test_that_they_are_reached_is_told_before_anything_is_read(
    kafka: KafkaSettings, producer: EventProducer, alerts: str
) -> None:
    await producer.publish(alerts, None, b"a", partition=0)
    follower = TopicFollower(kafka, [alerts], {})

    async with aclosing(follower.batches()) as batches:
        assert await anext(batches) == []
        assert follower.is_connected
        assert set(follower.places) == {(alerts, partition) for partition in range(PARTITIONS)}
        assert set(follower.places.values()) == {0}


async def test_a_place_moves_on_when_the_next_batch_is_asked_for(
    kafka: KafkaSettings, producer: EventProducer, alerts: str
) -> None:
    await producer.publish(alerts, None, b"a", partition=0)
    follower = TopicFollower(kafka, [alerts], {})

    async with aclosing(follower.batches()) as batches:
        assert await anext(batches) == []
        (record,) = await anext(batches)
        assert (record.value, follower.places[alerts, 0]) == (b"a", 0)

        await producer.publish(alerts, None, b"b", partition=0)
        (record,) = await anext(batches)
        assert (record.value, follower.places[alerts, 0]) == (b"b", 1)


@pytest.mark.parametrize(
    ("place", "values"),
    [(1, [b"b", b"c"]), (2, [b"c"]), (9, [b"a", b"b", b"c"])],
    ids=["within", "later", "that the topic has not"],
)
async def test_a_reader_goes_on_from_its_place(
    kafka: KafkaSettings, producer: EventProducer, alerts: str, place: int, values: list[bytes]
) -> None:
    for value in (b"a", b"b", b"c"):
        await producer.publish(alerts, None, value, partition=0)
    places: Places = {(alerts, 0): place}

    assert await followed(TopicFollower(kafka, [alerts], places), len(values)) == values
