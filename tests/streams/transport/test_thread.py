from typing import Any

import aiokafka
import pytest
from aiokafka.consumer import fetcher
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.record.memory_records import MemoryRecords
from faust.transport.drivers import aiokafka as driver

from streams.transport import BatchConsumer
from streams.transport.records import FetchedRecords
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


async def test_records_are_read_whatever_their_headers_are_called(
    consumer: BatchConsumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetcher, "MemoryRecords", MemoryRecords)
    await made(consumer, driver.AIOKafkaConsumerThread)
    assert fetcher.MemoryRecords is MemoryRecords

    await made(consumer, ClientThread)
    assert fetcher.MemoryRecords is FetchedRecords


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
