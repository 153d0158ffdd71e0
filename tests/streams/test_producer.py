"""The producer of processes that are no stage: what it has published the broker has, and it waits for no broker."""

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest

import streams.producer
from sandbox.process import free_port
from streams.producer import MAX_REQUEST_BYTES, BrokerUnavailable, EventProducer
from streams.reading import TopicReader
from streams.record import KafkaRecord
from streams.settings import KafkaSettings
from streams.topics import Topic


@pytest.fixture
async def producer(memory_kafka: KafkaSettings, memory_prefix: str) -> AsyncIterator[EventProducer]:
    producer = EventProducer(memory_kafka, memory_prefix)
    await producer.start()
    yield producer
    await producer.stop()


@pytest.fixture
def nowhere() -> EventProducer:
    return EventProducer(KafkaSettings.load(bootstrap_servers=f"127.0.0.1:{free_port()}"), "")


async def read(kafka: KafkaSettings, topic: str, partition: int) -> list[KafkaRecord]:
    async with TopicReader.open(kafka, topic) as reader:
        return [record async for record in reader.records(partition, *await reader.bounds(partition))]


async def test_what_is_published_the_broker_has(
    producer: EventProducer, memory_kafka: KafkaSettings, memory_prefix: str
) -> None:
    await producer.publish(Topic.ALERTS, b"c", b"value", [("name", b"header")], partition=2)

    (record,) = await read(memory_kafka, f"{memory_prefix}{Topic.ALERTS}", 2)
    assert producer.is_connected
    assert (record.key, record.value, tuple(record.headers)) == (b"c", b"value", (("name", b"header"),))


async def test_without_a_partition_the_key_says_where_it_goes(
    producer: EventProducer, memory_kafka: KafkaSettings, memory_prefix: str
) -> None:
    for number in range(4):
        await producer.publish(Topic.ALERTS, b"conversation", b"%d" % number)

    topic = f"{memory_prefix}{Topic.ALERTS}"
    async with TopicReader.open(memory_kafka, topic) as reader:
        filled = {partition: end for partition, (_, end) in (await reader.bounds_of(topic)).items() if end}
    assert list(filled.values()) == [4]


async def test_one_without_a_broker_starts_at_once_and_says_that_nothing_is_acknowledged(
    nowhere: EventProducer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(streams.producer, "PUBLISH_SECONDS", 0.05)
    with caplog.at_level(logging.WARNING, logger="streams.producer"):
        await nowhere.start()
        with pytest.raises(BrokerUnavailable, match="no acknowledgement: TimeoutError"):
            await nowhere.publish(Topic.ALERTS, None, b"4539 1488 0343 6467")
        await nowhere.stop()

    assert not nowhere.is_connected
    assert "4539" not in caplog.text


async def test_it_connects_when_there_is_a_broker(
    nowhere: EventProducer, memory_kafka: KafkaSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams.producer, "RETRY_SECONDS", 0.001)
    await nowhere.start()
    await asyncio.sleep(0.01)
    assert not nowhere.is_connected

    nowhere._kafka = memory_kafka
    async with asyncio.timeout(5):
        while not nowhere.is_connected:  # noqa: ASYNC110  (what it waits for is no event)
            await asyncio.sleep(0.001)
    await nowhere.stop()


async def test_one_that_was_never_started_publishes_nothing(nowhere: EventProducer) -> None:
    with pytest.raises(BrokerUnavailable, match="not connected"):
        await nowhere.publish(Topic.ALERTS, None, b"value")
    await nowhere.stop()


async def test_what_the_broker_does_not_take_is_told(producer: EventProducer) -> None:
    with pytest.raises(BrokerUnavailable, match="no acknowledgement: MessageSizeTooLargeError"):
        await producer.publish(Topic.ALERTS, None, bytes(MAX_REQUEST_BYTES + 1))


async def test_one_that_was_stopped_publishes_nothing(memory_kafka: KafkaSettings, memory_prefix: str) -> None:
    producer = EventProducer(memory_kafka, memory_prefix)
    await producer.start()
    await producer.publish(Topic.ALERTS, None, b"value")
    await producer.stop()

    with pytest.raises(BrokerUnavailable):
        await producer.publish(Topic.ALERTS, None, b"value")
