"""What a destination has already taken, recalled from its receipts."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

import streams.delivered
from schemas import DeliveryStatus, Direction, Receipt
from streams.delivered import Delivered
from streams.producer import EventProducer
from streams.settings import KafkaSettings
from streams.topics import Topic

NOW = datetime(2026, 1, 31, tzinfo=UTC)


@pytest.fixture
async def producer(memory_kafka: KafkaSettings, memory_prefix: str) -> AsyncIterator[EventProducer]:
    producer = EventProducer(memory_kafka, memory_prefix)
    await producer.start()
    yield producer
    await producer.stop()


@pytest.fixture
def delivered(memory_kafka: KafkaSettings, memory_prefix: str) -> Delivered:
    return Delivered(memory_kafka, memory_prefix, Direction.OUTBOUND)


def receipt(event_id: str, direction: Direction = Direction.OUTBOUND) -> bytes:
    return (
        Receipt(
            receipt_id=f"r-{event_id}",
            event_id=event_id,
            conversation_id="c",
            direction=direction,
            channel="open",
            status=DeliveryStatus.SENT,
            occurred_at=NOW,
        )
        .model_dump_json()
        .encode()
    )


async def told(producer: EventProducer, *values: bytes, partition: int = 0) -> None:
    await asyncio.gather(*[producer.publish(Topic.RECEIPTS, b"c", value, partition=partition) for value in values])


async def test_what_receipts_name_was_delivered(delivered: Delivered, producer: EventProducer) -> None:
    await told(producer, receipt("a"), receipt("b"))
    await told(producer, receipt("c"), partition=1)
    await delivered.recall(0, 0)

    assert delivered.has(0, "a")
    assert delivered.has(0, "b")
    assert not delivered.has(0, "c")
    assert not delivered.has(1, "c")


async def test_receipts_of_the_other_direction_and_of_other_programs_name_nothing(
    delivered: Delivered, producer: EventProducer
) -> None:
    await told(producer, receipt("a", Direction.INBOUND), b"hello", b"", receipt("b"))
    await delivered.recall(0, 0)

    assert [delivered.has(0, event_id) for event_id in ("a", "b")] == [False, True]


async def test_a_partition_that_comes_back_is_learnt_anew(delivered: Delivered) -> None:
    delivered.add(0, "a")

    await delivered.recall(0, 0)

    assert not delivered.has(0, "a")


def test_the_oldest_are_forgotten_first(delivered: Delivered, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams.delivered, "REMEMBERED", 2)
    for event_id in ("a", "b", "c"):
        delivered.add(0, event_id)

    assert [delivered.has(0, event_id) for event_id in ("a", "b", "c")] == [False, True, True]


async def test_a_broker_that_does_not_answer_in_time_is_told(
    delivered: Delivered, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams.delivered, "RECALL_SECONDS", 0.0)

    with pytest.raises(TimeoutError):
        await delivered.recall(0, 0)
