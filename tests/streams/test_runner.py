"""A worker process from its start to its exit code; ``transport`` and ``test_brokers`` have it at work."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sandbox.process import free_port
from streams import runner
from streams.runner import EXIT_FAILED, _Worker
from streams.settings import WrongSettingError
from streams.stage import StreamStage
from streams.topics import ROAD, Topic, TopicsUnfitError
from streams.watchdog import STALLED_SECONDS, Watchdog
from tests.streams.stream_parts import EchoStage, World


class Receiving(StreamStage):
    """Delivers somewhere: it packs nothing."""

    name = EchoStage.name
    inputs = (Topic.VIOLATIONS,)
    closed = 0

    async def run(self, app: Any, stream: Any) -> None:
        raise NotImplementedError

    def reasons(self) -> list[str]:
        return ["holds"]

    async def close(self) -> None:
        self.closed += 1


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World("127.0.0.1:9", "acme.", tmp_path)


@pytest.fixture
def stage(world: World) -> Receiving:
    return Receiving(world.tools)


def worker_of(world: World, *stages: StreamStage) -> _Worker:
    return _Worker(stages, world.kafka, world.settings, world.metrics)


def checks(monkeypatch: pytest.MonkeyPatch, work: Coroutine[Any, Any, None]) -> None:
    monkeypatch.setattr(runner, "check_topics", lambda *_: work)


async def test_told_to_leave_while_it_looks_for_its_topics_it_leaves_with_nothing_on_it(
    world: World, stage: Receiving, monkeypatch: pytest.MonkeyPatch
) -> None:
    checks(monkeypatch, asyncio.sleep(3600))
    worker = worker_of(world, stage)
    life = asyncio.create_task(worker.run())
    await asyncio.sleep(0.05)
    assert worker._reasons() == ["critical is not started", "critical: holds"]
    worker._stop.set()

    assert await asyncio.wait_for(life, 5) == 0
    assert stage.closed == 1


async def test_topics_that_do_not_fit_end_the_start_and_its_stages(
    world: World, stage: Receiving, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unfit() -> None:
        raise TopicsUnfitError("there is no messages.inbound")

    checks(monkeypatch, unfit())
    with pytest.raises(TopicsUnfitError):
        await worker_of(world, stage).run()
    assert stage.closed == 1


async def test_a_port_that_is_taken_is_named_before_anything_begins(world: World, stage: Receiving) -> None:
    port = free_port()
    taken = await asyncio.start_server(lambda *_: None, "127.0.0.1", port)
    world.settings = world.settings.model_copy(update={"metrics_port": port})
    with pytest.raises(WrongSettingError, match=f"CORDON_METRICS_PORT: 127.0.0.1:{port} cannot be used"):
        await worker_of(world, stage).run()
    taken.close()


@pytest.mark.parametrize("crashed", [False, True])
async def test_the_exit_code_tells_a_fail_stop_from_an_end_in_order(
    world: World, stage: Receiving, monkeypatch: pytest.MonkeyPatch, *, crashed: bool
) -> None:
    checks(monkeypatch, asyncio.sleep(0))
    worker = worker_of(world, stage)

    async def start(started: StreamStage) -> None:
        worker._apps[started.group] = app = Stopped(crashed=crashed)
        if not crashed:
            worker._stop.set()
        assert app.stops == 0

    monkeypatch.setattr(worker, "_start", start)

    assert await asyncio.wait_for(worker.run(), 5) == (EXIT_FAILED if crashed else 0)
    assert (worker._apps["critical"].stops, stage.closed) == (1, 1)


def test_a_stage_that_computes_needs_the_whole_road_and_one_that_delivers_its_inputs(
    world: World, stage: Receiving
) -> None:
    assert worker_of(world, stage)._needed() == {Topic.VIOLATIONS}
    assert worker_of(world, stage, EchoStage(world.tools))._needed() == set(ROAD)


@pytest.mark.parametrize(
    ("uncommitted", "standstill", "reason"),
    [
        (STALLED_SECONDS - 1, 0.0, None),
        (STALLED_SECONDS, 0.0, "critical: has not committed for 60 s"),
        (STALLED_SECONDS, STALLED_SECONDS, "critical: has not moved for 60 s"),
    ],
)
def test_one_whose_commits_or_work_stand_still_is_not_ready(
    world: World, stage: Receiving, uncommitted: float, standstill: float, reason: str | None
) -> None:
    worker = worker_of(world, stage)
    consumer = SimpleNamespace(commit_age=lambda: uncommitted)
    app: Any = SimpleNamespace(crashed=False, rebalancing=False, consumer_generation_id=1, consumer=consumer)
    worker._apps["critical"], worker._watchdogs["critical"] = app, Watchdog(0)
    worker._watchdogs["critical"].standstill = standstill

    assert worker._reasons() == [*([reason] if reason else []), "critical: holds"]


class Stopped:
    """As much of an application as the end of a worker sees: one that broke, or lives on until it is stopped."""

    def __init__(self, *, crashed: bool) -> None:
        self.crashed = crashed
        self.stops = 0

    async def wait_until_broken(self) -> None:
        if not self.crashed:
            await asyncio.Event().wait()

    async def stop(self) -> None:
        self.stops += 1
