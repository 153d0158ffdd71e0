from typing import Any

import aiokafka
import pytest
from aiokafka.consumer import fetcher
from aiokafka.consumer.fetcher import PartitionRecords
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.record.memory_records import MemoryRecords
from aiokafka.structs import TopicPartition
from faust.transport.drivers import aiokafka as driver
from faust.types.tuples import TP

from streams.transport import BatchConsumer
from streams.transport.records import FetchedPartition, FetchedRecords
from streams.transport.thread import MAX_FETCH_BYTES, MAX_FETCH_WAIT_MILLISECONDS, ClientThread


async def made(consumer: BatchConsumer, thread: type[driver.AIOKafkaConsumerThread]) -> Any:
    made = object.__new__(thread)
    made.consumer, made.app, made._assignor = consumer, consumer.app, None
    client = made._create_worker_consumer(consumer.transport)
    client._closed = True  # it was never started: nothing to close
    return client


async def test_partitions_of_one_number_go_to_one_worker(consumer: BatchConsumer) -> None:
    client = await made(consumer, ClientThread)

    assert client._partition_assignment_strategy == (RangePartitionAssignor,)
    assert (client._isolation_level, client._fetch_max_bytes) == ("read_committed", MAX_FETCH_BYTES)
    assert client._fetch_max_wait_ms == MAX_FETCH_WAIT_MILLISECONDS


async def test_records_are_read_whatever_their_headers_are_called_and_at_little_cost(
    consumer: BatchConsumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetcher, "MemoryRecords", MemoryRecords)
    monkeypatch.setattr(fetcher, "PartitionRecords", PartitionRecords)
    await made(consumer, driver.AIOKafkaConsumerThread)
    assert (fetcher.MemoryRecords, fetcher.PartitionRecords) == (MemoryRecords, PartitionRecords)

    await made(consumer, ClientThread)
    assert (fetcher.MemoryRecords, fetcher.PartitionRecords) == (FetchedRecords, FetchedPartition)


async def test_stock_faust_still_parts_the_directions_of_a_conversation(consumer: BatchConsumer) -> None:
    client: aiokafka.AIOKafkaConsumer = await made(consumer, driver.AIOKafkaConsumerThread)

    assert RangePartitionAssignor not in client._partition_assignment_strategy
    assert client._isolation_level == "read_uncommitted"
    assert client._fetch_max_wait_ms > MAX_FETCH_WAIT_MILLISECONDS


async def test_the_consumer_runs_in_that_thread(consumer: BatchConsumer) -> None:
    assert isinstance(consumer._thread, ClientThread)


def test_the_group_is_asked_for_errors_and_committed_offsets_here() -> None:
    for name in ("seek_to_committed", "_create_worker_consumer"):
        assert getattr(ClientThread, name) is not getattr(driver.AIOKafkaConsumerThread, name)


async def test_positions_are_those_of_assigned_partitions_that_have_one(consumer: BatchConsumer) -> None:
    thread = consumer._thread
    assert thread.positions() == {}  # not connected yet

    thread._consumer = await made(consumer, ClientThread)
    assert thread.positions() == {}  # nothing subscribed

    subscription = thread._consumer._subscription
    subscription.subscribe({"messages.inbound"})
    assert thread.positions() == {}  # nothing assigned

    begun, fresh = TopicPartition("messages.inbound", 0), TopicPartition("messages.inbound", 1)
    subscription.assign_from_subscribed({begun, fresh})
    subscription.subscription.assignment.state_value(begun).reset_to(7)
    assert thread.positions() == {TP("messages.inbound", 0): 7}
