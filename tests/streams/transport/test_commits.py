"""What is committed, and when: up to the first record that is not settled, and past what holds none."""

import asyncio
import time
from types import SimpleNamespace
from typing import Any

import pytest
from faust.transport.drivers import aiokafka as driver
from faust.types.tuples import TP

from streams.transport import BatchConsumer, StreamApp
from streams.transport import consumer as module
from tests.streams.transport.conftest import PARTITION
from tests.streams.transport.consumer_parts import records


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
