"""One contract a override: each fails when the override is taken out, or when an upgrade changes what it leans on."""

import asyncio
import time
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from faust.transport.drivers import aiokafka as driver
from faust.types.tuples import TP
from mode.services import ServiceTask

from streams.transport import BatchConsumer, StreamApp
from streams.transport import consumer as module
from streams.transport.consumer import MAX_BATCH_BYTES, MAX_BATCH_RECORDS, batches
from tests.streams.transport.conftest import PARTITION

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


@dataclass
class Record:
    offset: int
    value: bytes = b"0123456789"
    key: bytes | None = b"ab"
    timestamp: int = 1_700_000_000_000
    timestamp_type: int = 0


def records(*offsets: int) -> list[Any]:
    return [Record(offset) for offset in offsets]


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


async def test_a_commit_stops_before_the_first_unsettled_event(consumer: BatchConsumer, handed_out: list[Any]) -> None:
    await consumer._hand_out({PARTITION: records(5, 6)}, consumer._epoch, generation=1)
    await consumer._hand_out({PARTITION: records(7, 8)}, consumer._epoch, generation=1)
    handed_out[1].acked = True

    assert consumer._new_offset(PARTITION) is None

    handed_out[0].acked = True
    assert consumer._new_offset(PARTITION) == 9


async def test_partitions_with_work_in_hand_are_asked_for_their_offsets(consumer: BatchConsumer) -> None:
    await consumer._hand_out({PARTITION: records(5)}, consumer._epoch, generation=1)
    consumer._acked.clear()  # as stock does before the last commit of a revocation

    assert consumer._filter_tps_with_pending_acks() == [PARTITION]


async def test_a_seek_begins_a_new_epoch_and_empties_the_books(
    consumer: BatchConsumer, handed_out: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stock(_: Any) -> None:
        pass

    monkeypatch.setattr(driver.Consumer, "perform_seek", stock)
    await consumer._hand_out({PARTITION: records(5)}, consumer._epoch, generation=1)
    before = consumer._epoch

    await consumer.perform_seek()
    handed_out[0].acked = True

    assert consumer._epoch > before
    assert consumer._new_offset(PARTITION) is None


async def test_nothing_is_committed_after_a_crash(consumer: BatchConsumer, monkeypatch: pytest.MonkeyPatch) -> None:
    async def stock(*_: Any, **__: Any) -> bool:
        return True

    monkeypatch.setattr(driver.Consumer, "force_commit", stock)
    assert await consumer.force_commit() is True

    consumer.app._crashed.set()
    assert await consumer.force_commit() is False


async def test_the_wait_for_work_in_hand_is_bounded_and_abandons_it_unacknowledged(
    consumer: BatchConsumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SETTLE_SECONDS", 0.05)

    async def commit() -> None:
        pass

    monkeypatch.setattr(consumer, "commit_and_end_transactions", commit)
    await consumer._hand_out({PARTITION: records(5)}, consumer._epoch, generation=1)
    (event,) = consumer.watermarks._handed[PARTITION]
    consumer.hand.take(event, 1)

    began = time.monotonic()
    await consumer.wait_empty()

    assert time.monotonic() - began < 1
    assert consumer._new_offset(PARTITION) is None


async def test_a_last_commit_that_does_not_come_through_does_not_hold_the_end(
    consumer: BatchConsumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "COMMIT_SECONDS", 0.05)
    monkeypatch.setattr(consumer, "commit_and_end_transactions", asyncio.Event().wait)

    await asyncio.wait_for(consumer.wait_empty(), 1)


async def test_a_commit_that_is_running_is_followed_by_one_of_the_present_watermark(
    consumer: BatchConsumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    commits = []

    async def commit(*, start_new_transaction: bool) -> None:
        commits.append(start_new_transaction)

    async def finish() -> None:
        consumer._commit_fut = None

    consumer._commit_fut = asyncio.get_running_loop().create_future()
    monkeypatch.setattr(consumer, "commit", commit)
    monkeypatch.setattr(consumer, "maybe_wait_for_commit_to_finish", finish)

    await consumer.commit_and_end_transactions()

    assert commits == [False]


async def test_partitions_that_go_while_the_worker_stops_are_still_committed(
    consumer: BatchConsumer, app: StreamApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited = []

    async def wait_empty() -> None:
        waited.append(True)

    monkeypatch.setattr(consumer, "wait_empty", wait_empty)
    app._stopped.set()

    await consumer.on_partitions_revoked({PARTITION})

    assert waited == [True]


def test_the_group_is_probed_for_fatal_errors() -> None:
    assert isinstance(BatchConsumer.__dict__["_probe"], ServiceTask)


async def test_what_was_settled_and_could_not_be_committed_is_not_repeated(
    consumer: BatchConsumer, handed_out: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    async def seek(settled: dict[Any, int]) -> dict[Any, int]:
        asked.append(settled)
        return {PARTITION: max(5, settled.get(PARTITION, 0))}  # 5 is committed

    monkeypatch.setattr(consumer._thread, "seek_to_committed", seek)
    await consumer._hand_out({PARTITION: records(5, 6, 7)}, consumer._epoch, generation=1)
    await consumer._hand_out({PARTITION: records(8)}, consumer._epoch, generation=1)
    handed_out[0].acked = True

    await consumer.perform_seek()

    assert asked == [{PARTITION: 8}]
    assert consumer._read_offset[PARTITION] == 8
    assert consumer._new_offset(PARTITION) == 8  # and it is committed, though no new record came
    assert consumer._filter_tps_with_pending_acks() == [PARTITION]


async def test_a_watermark_does_not_outlive_its_ownership_for_ever(
    consumer: BatchConsumer, handed_out: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def seek(settled: dict[Any, int]) -> dict[Any, int]:
        assert settled == {}
        return {PARTITION: 5}

    monkeypatch.setattr(module, "REMEMBERED_SECONDS", 0.0)
    monkeypatch.setattr(consumer._thread, "seek_to_committed", seek)
    await consumer._hand_out({PARTITION: records(5)}, consumer._epoch, generation=1)
    handed_out[0].acked = True

    await consumer.perform_seek()
    assert consumer._new_offset(PARTITION) is None


class Looks:
    """What the client fetches, look by look, and where it then stands; after the last the fetcher stops."""

    def __init__(self, consumer: BatchConsumer, *looks: tuple[list[Any], int], revoked: bool = False) -> None:
        self._consumer = consumer
        self._looks = list(looks)
        self._position = 0
        self._revoked = revoked

    @property
    def should_stop(self) -> bool:
        return not self._looks

    async def look(self) -> dict[TP, list[Any]]:
        self._consumer._epoch += self._revoked
        found, self._position = self._looks.pop(0)
        return {PARTITION: found} if found else {}

    def positions(self) -> dict[TP, int]:
        return {PARTITION: self._position}

    async def drain(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(self._consumer, "_look", self.look)
        monkeypatch.setattr(self._consumer._thread, "positions", self.positions)
        await self._consumer._drain_messages(self)  # type: ignore[arg-type]  # all it is asked is whether to stop


async def test_a_transaction_s_marker_at_the_end_of_a_log_is_no_lag(
    consumer: BatchConsumer, handed_out: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    consumer.ends = {PARTITION: (8, 8)}
    await Looks(consumer, (records(5, 6), 7), ([], 8)).drain(monkeypatch)
    handed_out[0].acked = True
    assert consumer.lag() == {PARTITION: 1}  # the marker was passed before the records were settled: not yet

    await Looks(consumer, ([], 8)).drain(monkeypatch)

    assert consumer.lag() == {PARTITION: 0}
    assert consumer._new_offset(PARTITION) == 8


async def test_what_was_aborted_is_passed_where_nothing_else_ever_came(
    consumer: BatchConsumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await Looks(consumer, ([], 40)).drain(monkeypatch)

    assert consumer._new_offset(PARTITION) == 40


async def test_nothing_is_passed_while_a_record_is_unfinished(
    consumer: BatchConsumer, handed_out: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    await Looks(consumer, (records(5, 6), 7), ([], 8)).drain(monkeypatch)

    assert len(handed_out) == 1
    assert consumer._new_offset(PARTITION) is None


async def test_a_partition_that_only_was_sought_is_not_committed_anew(
    consumer: BatchConsumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    consumer._read_offset[PARTITION] = 40
    await Looks(consumer, ([], 40)).drain(monkeypatch)

    assert consumer._new_offset(PARTITION) is None


async def test_where_a_rebalance_began_meanwhile_nothing_is_passed(
    consumer: BatchConsumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await Looks(consumer, ([], 40), revoked=True).drain(monkeypatch)

    assert consumer._new_offset(PARTITION) is None


class Clock:
    """Seconds that pass when the test says so."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(module.time, "monotonic", made)
    return made


def settled(consumer: BatchConsumer, offset: int) -> None:
    event = SimpleNamespace(offset=offset, value=records(offset), acked=True)
    consumer.watermarks.hand_out(PARTITION, event)


def test_the_age_of_commits_is_how_long_the_same_work_has_not_been_committed(
    consumer: BatchConsumer, clock: Clock
) -> None:
    settled(consumer, 5)
    assert consumer.commit_age() == 0.0

    for offset in (6, 7, 8):  # more is settled, and nothing committed
        clock.now += 10
        settled(consumer, offset)
        consumer.commit_age()
    assert consumer.commit_age() == 30.0

    consumer._confirmed[PARTITION] = 9
    assert consumer.commit_age() == 0.0


def test_commits_that_follow_steady_traffic_are_not_old(consumer: BatchConsumer, clock: Clock) -> None:
    for offset in range(5, 25):  # whenever it is looked at, the latest record is not committed yet
        settled(consumer, offset)
        assert consumer.commit_age() <= 1.0
        consumer._confirmed[PARTITION] = offset
        clock.now += 1


async def test_what_went_to_another_worker_is_not_waited_for(consumer: BatchConsumer, clock: Clock) -> None:
    settled(consumer, 5)
    consumer.commit_age()
    consumer._forget()
    clock.now += 10

    assert consumer.commit_age() == 0.0
