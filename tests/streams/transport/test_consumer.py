"""One contract a override: each fails when the override is taken out, or when an upgrade changes what it leans on."""

import asyncio
import time
from types import SimpleNamespace
from typing import Any

import pytest
from faust.transport.drivers import aiokafka as driver
from faust.types.tuples import TP
from mode.services import ServiceTask

from streams.transport import BatchConsumer
from streams.transport import consumer as module
from streams.transport.consumer import MAX_BATCH_BYTES, MAX_BATCH_RECORDS, batches
from tests.streams.transport.conftest import PARTITION
from tests.streams.transport.consumer_parts import Record, records

OVERRIDDEN = (
    "_drain_messages",
    "_filter_tps_with_pending_acks",
    "_new_offset",
    "perform_seek",
    "_new_consumer_thread",
    "seek_to_committed",
    "_commit",
    "_should_commit",
    "force_commit",
    "commit_and_end_transactions",
    "wait_empty",
    "on_partitions_revoked",
    "on_partitions_assigned",
)


@pytest.mark.parametrize("name", OVERRIDDEN)
def test_stock_faust_still_has_what_is_overridden(name: str) -> None:
    assert hasattr(driver.Consumer, name)
    assert getattr(BatchConsumer, name) is not getattr(driver.Consumer, name)


async def test_one_event_holds_a_fetched_batch_and_has_its_last_offset(
    consumer: BatchConsumer, handed_out: list[Any]
) -> None:
    await consumer._hand_out({PARTITION: records(5, 6, 7)}, consumer._epoch, generation=1)

    assert [(event.offset, len(event.value)) for event in handed_out] == [(7, 3)]


async def test_records_below_the_position_are_skipped(consumer: BatchConsumer, handed_out: list[Any]) -> None:
    consumer._read_offset[PARTITION] = 7

    await consumer._hand_out({PARTITION: records(5, 6, 7)}, consumer._epoch, generation=1)

    assert [record.offset for record in handed_out[0].value] == [7]


async def test_nothing_of_an_earlier_epoch_is_handed_out(consumer: BatchConsumer, handed_out: list[Any]) -> None:
    await consumer._hand_out({PARTITION: records(5)}, consumer._epoch - 1, generation=1)

    assert handed_out == []


async def test_nothing_is_handed_out_while_the_flow_is_stopped(consumer: BatchConsumer, handed_out: list[Any]) -> None:
    consumer.flow_active = False

    await consumer._hand_out({PARTITION: records(5)}, consumer._epoch, generation=1)

    assert handed_out == []


class Coordinator:
    """Answers whether the client is a member: yes, from the second question on where it ``hesitates``."""

    def __init__(self, *, hesitates: bool = False) -> None:
        self.asked = 0
        self._hesitates = hesitates

    async def is_member(self) -> bool:
        self.asked += 1
        return not (self._hesitates and self.asked == 1)


@pytest.fixture
def coordinator(consumer: BatchConsumer, monkeypatch: pytest.MonkeyPatch) -> Coordinator:
    double = Coordinator()
    monkeypatch.setattr(consumer._thread, "is_member", double.is_member)
    return double


async def test_a_process_that_slept_hands_out_nothing_that_others_own_by_now(
    consumer: BatchConsumer, handed_out: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refused() -> bool:
        consumer._epoch += 1  # the group takes the partitions
        return False

    monkeypatch.setattr(consumer._thread, "is_member", refused)
    monkeypatch.setattr(module, "DOUBT_SECONDS", 0.001)
    consumer._awake -= consumer.app.conf.broker_session_timeout

    await consumer._hand_out({PARTITION: records(5)}, consumer._epoch, generation=1)

    assert handed_out == []


@pytest.mark.parametrize("hesitates", [False, True])
async def test_a_process_that_slept_and_is_still_a_member_goes_on(
    consumer: BatchConsumer, handed_out: list[Any], monkeypatch: pytest.MonkeyPatch, *, hesitates: bool
) -> None:
    double = Coordinator(hesitates=hesitates)
    monkeypatch.setattr(consumer._thread, "is_member", double.is_member)
    monkeypatch.setattr(module, "DOUBT_SECONDS", 0.001)
    consumer._awake -= consumer.app.conf.broker_session_timeout

    await consumer._hand_out({PARTITION: records(5)}, consumer._epoch, generation=1)
    await consumer._hand_out({PARTITION: records(6)}, consumer._epoch, generation=1)

    assert [event.offset for event in handed_out] == [5, 6]
    assert double.asked == 1 + hesitates


async def test_a_process_that_runs_asks_nobody(
    consumer: BatchConsumer, handed_out: list[Any], coordinator: Coordinator
) -> None:
    await consumer._hand_out({PARTITION: records(5)}, consumer._epoch, generation=1)

    assert (len(handed_out), coordinator.asked) == (1, 0)


async def test_records_are_looked_for_again_soon_while_a_partition_is_held_back(
    consumer: BatchConsumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = []

    async def look(seconds: float) -> Any:
        looks.append(seconds)
        if len(looks) == 2:
            raise asyncio.CancelledError
        consumer._active_partitions = {TP("messages.inbound", 1)}
        consumer._buffered_partitions.add(PARTITION)  # as a full queue does
        return {}, set()

    monkeypatch.setattr(consumer, "_wait_next_records", look)
    with pytest.raises(asyncio.CancelledError):
        await consumer._drain_messages(SimpleNamespace(should_stop=False))  # type: ignore[arg-type]  # all it is asked

    assert looks == [module.FETCH_SECONDS, module.HELD_BACK_SECONDS]


async def test_where_all_partitions_are_held_back_it_looks_again_soon(consumer: BatchConsumer) -> None:
    consumer._active_partitions = set()
    consumer._buffered_partitions.add(PARTITION)

    began = time.monotonic()
    assert await consumer._look() == {}

    assert time.monotonic() - began < 0.5


def test_a_batch_is_bounded_in_records_and_in_bytes() -> None:
    many = list(batches(records(*range(MAX_BATCH_RECORDS + 1))))
    large = list(batches([Record(n, bytes(MAX_BATCH_BYTES - 100)) for n in range(3)]))

    assert [len(batch) for batch in many] == [MAX_BATCH_RECORDS, 1]
    assert [len(batch) for batch in large] == [1, 1, 1]


def test_the_group_is_probed_for_fatal_errors() -> None:
    assert isinstance(BatchConsumer.__dict__["_probe"], ServiceTask)
