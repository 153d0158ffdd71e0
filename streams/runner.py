"""Runs the stages of one worker process until a signal or a fault ends it."""

import asyncio
import gc
import logging
import os
import signal
import time
from collections.abc import Coroutine, Sequence
from typing import Any

import uvloop

from streams.computing import BatchStage
from streams.factory import make_app
from streams.goodbye import part_promptly
from streams.health import HealthServer
from streams.metrics import Metrics
from streams.settings import KafkaSettings, WorkerSettings, WrongSettingError
from streams.stage import StreamStage
from streams.topics import ROAD, Topic, check_topics
from streams.transport import StreamApp
from streams.watchdog import STALLED_SECONDS, StandstillError, Watchdog

EXIT_FAILED = 1
WATCH_SECONDS = 1.0
NEW_CONTAINERS = 20_000
"""After which the garbage collector looks for cycles among them."""

log = logging.getLogger(__name__)


def run(stages: Sequence[StreamStage], kafka: KafkaSettings, worker: WorkerSettings, metrics: Metrics) -> int:
    """Run until SIGTERM or SIGINT (exit code 0, everything settled is committed) or a fail-stop (exit code 1).

    At the start it raises KafkaConnectionError where no broker answers, TopicsUnfitError where a topic is missing or
    differs from the others, and WrongSettingError where the port is taken.
    """
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())  # also for the threads in which Faust consumes
    part_promptly()
    return asyncio.run(_Worker(stages, kafka, worker, metrics).run())


class _Worker:
    def __init__(
        self, stages: Sequence[StreamStage], kafka: KafkaSettings, worker: WorkerSettings, metrics: Metrics
    ) -> None:
        self._stages = stages
        self._kafka = kafka
        self._settings = worker
        self._metrics = metrics
        self._apps: dict[str, StreamApp] = {}
        self._watchdogs: dict[str, Watchdog] = {}
        self._stop = asyncio.Event()
        self._health = HealthServer(metrics, self._reasons, before_scrape=self._measure)

    async def run(self) -> int:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        await self._listen()
        try:
            if await self._is_told_before(check_topics(self._kafka, self._settings.topic_prefix, self._needed())):
                return 0
            await asyncio.gather(*map(self._start, self._stages))
            _tame_garbage_collection()
            await self._until_told_or_broken()
        finally:
            await asyncio.gather(*(app.stop() for app in self._apps.values()), return_exceptions=True)
            await asyncio.gather(*(stage.close() for stage in self._stages), return_exceptions=True)
            await self._health.stop()
        return EXIT_FAILED if any(app.crashed for app in self._apps.values()) else 0

    def _needed(self) -> set[Topic]:
        """Topics without which these stages cannot run. One that computes packs its outputs by the whole road."""
        inputs = {topic for stage in self._stages for topic in stage.inputs}
        return inputs | set(ROAD) if any(isinstance(stage, BatchStage) for stage in self._stages) else inputs

    async def _is_told_before(self, work: Coroutine[Any, Any, None]) -> bool:
        """Do some work of the start, unless the process is told to leave meanwhile."""
        doing, told = asyncio.create_task(work), asyncio.create_task(self._stop.wait())
        await asyncio.wait([doing, told], return_when=asyncio.FIRST_COMPLETED)
        if is_told := told.done():
            doing.cancel()
        else:
            told.cancel()
            doing.result()
        return is_told

    async def _listen(self) -> None:
        host, port = self._settings.metrics_host, self._settings.metrics_port
        try:
            await self._health.start(host, port)
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno and error.errno > 0 else "no such address"
            raise WrongSettingError(
                f"CORDON_METRICS_HOST, CORDON_METRICS_PORT: {host}:{port} cannot be used ({reason})"
            ) from None

    async def _start(self, stage: StreamStage) -> None:
        self._settings.data_dir.mkdir(parents=True, exist_ok=True)
        app = self._apps[stage.group] = make_app(stage, self._kafka, self._settings)
        self._watchdogs[stage.group] = Watchdog(time.monotonic())
        app.on_rebalance = lambda: self._metrics.count("dlp_rebalances_total", stage=stage.group)
        app.finalize()
        app.in_worker = True
        app.loop = asyncio.get_running_loop()
        await app.start()
        log.info("stage %s is up", stage.group)

    async def _until_told_or_broken(self) -> None:
        watching = asyncio.create_task(self._watch())
        told = asyncio.create_task(self._stop.wait())
        broken = [asyncio.create_task(app.wait_until_broken()) for app in self._apps.values()]
        await asyncio.wait([watching, told, *broken], return_when=asyncio.FIRST_COMPLETED)
        if watching.done():
            watching.result()  # it never ends but by an error of our own
        for task in (watching, told, *broken):
            task.cancel()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            for stage in self._stages:
                if (app := self._apps.get(stage.group)) is not None and self._look(stage, app):
                    await app.fail_stop(StandstillError())

    def _look(self, stage: StreamStage, app: StreamApp) -> bool:
        """Whether a stage stands still for so long that the process has to end."""
        consumer, watchdog = app.consumer, self._watchdogs[stage.group]
        behind = consumer.commit_age() > 0 or consumer.watermarks.unsettled() > 0 or any(consumer.lag().values())
        watchdog.look(
            time.monotonic(),
            progress=consumer.progress(),
            has_work=behind and not stage.is_waiting() and not app.crashed,
        )
        return watchdog.is_hopeless

    def _reasons(self) -> list[str]:
        missing = [f"{stage.group} is not started" for stage in self._stages if stage.group not in self._apps]
        unready = [f"{name}: {reason}" for name, app in self._apps.items() for reason in self._unready(name, app)]
        held = [f"{stage.group}: {reason}" for stage in self._stages for reason in stage.reasons()]
        return missing + unready + held

    def _unready(self, name: str, app: StreamApp) -> list[str]:
        if self._stop.is_set():
            return ["is stopping"]
        if app.crashed:
            return ["has failed"]
        if app.rebalancing or app.consumer_generation_id <= 0:
            return ["has not joined its group yet"]
        watchdog, uncommitted = self._watchdogs[name], app.consumer.commit_age()
        if watchdog.is_stalled:
            return [f"has not moved for {watchdog.standstill:.0f} s"]
        # no reason to end the process: what it has settled would be repeated, and again at the next end
        return [f"has not committed for {uncommitted:.0f} s"] if uncommitted >= STALLED_SECONDS else []

    def _measure(self) -> None:
        metrics = self._metrics
        metrics.forget("dlp_consumer_lag_messages")  # partitions may have gone to another worker
        for stage in self._stages:
            if (app := self._apps.get(stage.group)) is None:
                continue
            name, consumer = stage.group, app.consumer
            stage.measure()
            metrics.set("dlp_inflight", consumer.hand.records, stage=name)
            metrics.set("dlp_commit_age_seconds", consumer.commit_age(), stage=name)
            metrics.set("dlp_consumer_lag_seconds", consumer.oldest_seconds(), stage=name)
            metrics.set("dlp_standstill_seconds", self._watchdogs[name].standstill, stage=name)
            for tp, lag in consumer.lag().items():
                metrics.set("dlp_consumer_lag_messages", lag, stage=name, topic=tp.topic, partition=str(tp.partition))


def _tame_garbage_collection() -> None:
    """Modules, rules and schemas stay: each full collection would look at them all, and chat wait.

    A record leaves no cycles behind, but containers by the dozen: looked for after every 700 of them, as is the
    default, cycles cost a fiftieth of a worker's time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_CONTAINERS, *gc.get_threshold()[1:])
