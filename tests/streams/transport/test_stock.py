"""Why there are overrides: what stock Faust does without them. One that fails here is no longer needed."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.consumer.fetcher import Fetcher
from faust.transport.drivers import aiokafka as driver
from faust.types.tuples import TP

from streams.transport import BatchConsumer, DurableProducer, StreamApp
from tests.streams.transport.conftest import PARTITION


async def test_stock_commits_past_an_event_in_flight_at_a_hole_in_the_log(consumer: BatchConsumer) -> None:
    consumer._committed_offset[PARTITION] = 10
    await consumer._add_gap(PARTITION, 11, 12)  # as stock notes that 11 was compacted away; 12 is in flight
    consumer._acked[PARTITION].extend([13])
    consumer._acked_index[PARTITION].add(13)

    assert driver.Consumer._new_offset(consumer, PARTITION) == 14


async def test_the_client_does_not_look_again_at_a_partition_that_is_held_back_no_longer() -> None:
    fetcher = object.__new__(Fetcher)
    fetcher._loop = asyncio.get_running_loop()
    fetcher._subscriptions = SimpleNamespace(reassignment_in_progress=False, is_assigned=lambda _: True)
    fetcher._records, fetcher._fetch_waiters, fetcher._closed = {PARTITION: "records"}, set(), False
    active = {TP("messages.inbound", 1)}

    look = asyncio.create_task(fetcher.fetched_records(active, timeout=0.05))
    await asyncio.sleep(0)
    active.add(PARTITION)

    assert await look == {}


async def test_stock_notes_a_commit_that_was_refused_as_done(
    consumer: BatchConsumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refused(_: Any, __: Any) -> bool:
        return False

    monkeypatch.setattr(driver.Consumer, "_commit", refused)
    consumer._committed_offset[PARTITION] = 20  # as stock's own book says after the refusal

    assert not driver.Consumer._should_commit(consumer, PARTITION, 20)
    assert not await consumer._commit({PARTITION: 20})
    assert consumer._should_commit(PARTITION, 20)


async def test_a_commit_that_was_taken_is_not_asked_for_again(
    consumer: BatchConsumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def taken(_: Any, __: Any) -> bool:
        return True

    monkeypatch.setattr(driver.Consumer, "_commit", taken)
    assert await consumer._commit({PARTITION: 20})

    assert not consumer._should_commit(PARTITION, 20)
    assert consumer._should_commit(PARTITION, 21)


async def test_stock_sends_without_idempotence(producer: DurableProducer) -> None:
    assert not driver.Producer._settings_extra(producer).get("enable_idempotence")


async def test_stock_commits_after_a_crash(consumer: BatchConsumer, app: StreamApp) -> None:
    app._crashed.set()
    commits: list[object] = []
    consumer._commit_tps = lambda *tps, **_: _note(commits, tps)

    await driver.Consumer.force_commit(consumer)
    assert commits
    commits.clear()
    assert not await consumer.force_commit()
    assert not commits


async def _note(commits: list[object], what: object) -> bool:
    commits.append(what)
    return True
