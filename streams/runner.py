"""Runs the stages of one worker process until a signal or a fault ends it."""

import asyncio
import logging
import signal
import time
from collections.abc import Sequence

import uvloop

from streams.factory import make_app
from streams.health import HealthServer
from streams.metrics import Metrics
from streams.settings import KafkaSettings, WorkerSettings
from streams.stage import StreamStage
from streams.transport import StreamApp

EXIT_FAILED = 1
START_TRIES_SECONDS = 5.0
GAUGE_SECONDS = 1.0

log = logging.getLogger(__name__)


def run(stages: Sequence[StreamStage], kafka: KafkaSettings, worker: WorkerSettings, metrics: Metrics) -> int:
    """Run until SIGTERM or SIGINT (exit code 0, everything settled is committed) or a fail-stop (exit code 1)."""
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())  # also for the threads in which Faust consumes
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
        self._stop = asyncio.Event()
        self._health = HealthServer(metrics, self._reasons, before_scrape=self._measure)

    async def run(self) -> int:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        await self._health.start(self._settings.metrics_host, self._settings.metrics_port)
        try:
            for stage in self._stages:
                await self._start(stage)
            await self._until_told_or_broken()
        finally:
            await asyncio.gather(*(app.stop() for app in self._apps.values()), return_exceptions=True)
            await asyncio.gather(*(stage.close() for stage in self._stages), return_exceptions=True)
            await self._health.stop()
        return EXIT_FAILED if any(app.crashed for app in self._apps.values()) else 0

    async def _start(self, stage: StreamStage) -> None:
        app = self._apps[stage.group] = make_app(stage, self._kafka, self._settings)
        app.finalize()
        app.in_worker = True
        app.loop = asyncio.get_running_loop()
        await app.start()
        log.info("stage %s is up", stage.group)

    async def _until_told_or_broken(self) -> None:
        told = asyncio.create_task(self._stop.wait())
        broken = [asyncio.create_task(app.wait_until_broken()) for app in self._apps.values()]
        await asyncio.wait([told, *broken], return_when=asyncio.FIRST_COMPLETED)
        for task in (told, *broken):
            task.cancel()

    def _reasons(self) -> list[str]:
        missing = [f"{stage.group} is not started" for stage in self._stages if stage.group not in self._apps]
        unready = [f"{name}: {reason}" for name, app in self._apps.items() for reason in _unready(app)]
        held = [f"{stage.group}: {reason}" for stage in self._stages for reason in stage.reasons()]
        return missing + unready + held

    def _measure(self) -> None:
        for name, app in self._apps.items():
            consumer = app.consumer
            self._metrics.set("dlp_commit_age_seconds", time.monotonic() - consumer.last_commit, stage=name)
            for tp in consumer.watermarks.partitions():
                end = consumer.highwater(tp) or 0
                at = consumer.watermarks.advance(tp) or consumer.committed_offset(tp)
                self._metrics.set(
                    "dlp_consumer_lag_messages",
                    max(end - at, 0),
                    stage=name,
                    topic=tp.topic,
                    partition=str(tp.partition),
                )


def _unready(app: StreamApp) -> list[str]:
    if app.crashed:
        return ["has failed"]
    if app.rebalancing or app.consumer_generation_id <= 0:
        return ["has not joined its group yet"]
    return []
