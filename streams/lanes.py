"""A stage that calls an outside system: conversations in lanes, order kept in each, others flow.

A batch is acknowledged when every record of it is delivered, dropped or put aside. While the destination is away its
records wait in memory, bounded by the batches in hand; beyond that the stage stops fetching. Nothing is dropped.
"""

import asyncio
import logging
import time
from abc import ABC, abstractmethod
from collections import Counter, defaultdict
from typing import Any

from schemas import DeadLetterReason
from schemas import Stage as StageName
from streams.breaker import Breaker, backoff
from streams.deadletters import PoisonError
from streams.outbox import Outbox, Partitioner, road_partitions
from streams.record import KafkaRecord
from streams.stage import Decision, Output, StageTools
from streams.topics import Topic
from streams.transport import StreamApp

BATCHES_IN_HAND = 8
"""With the bytes of a batch this bounds what waits while a destination is away: 4 MiB, and as much in the queue."""
CALLS_AT_ONCE = 32
MAX_AGE_SECONDS = 900.0
"""How long one message may fail while others are delivered, before it is put aside and its conversation goes on."""
BUGS = 3
"""Attempts at a message that fails by an error of our own."""
LOOK_SECONDS = 0.1
"""How often a waiting lane looks whether its partition is going away."""

log = logging.getLogger(__name__)


class RetryLater(Exception):
    """The destination did not take a message now. Carries a code of the outside system."""

    def __init__(self, code: str, retry_after: float | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.retry_after = retry_after


class Abandoned(Exception):
    """The partition goes to another owner, or the process ends: the record stays unacknowledged."""


class DeliveryStage(ABC):
    """A stage that delivers to one destination. Subclasses say how, one record at a time."""

    name: StageName
    destination: str
    """Names the consumer group beside the stage: each destination has its own progress."""
    inputs: tuple[Topic, ...]

    def __init__(self, tools: StageTools) -> None:
        self.tools = tools
        self.breaker = Breaker()

    @property
    def group(self) -> str:
        """What the consumer group is called, after the prefix."""
        return f"{self.name}-{self.destination}"

    @abstractmethod
    async def deliver(self, record: KafkaRecord) -> Decision:
        """Deliver a record, or decide that there is nothing to do. Raises RetryLater or PoisonError."""

    async def recall(self, partition: int) -> None:
        """Learn what was delivered of a partition before it came here. Called before its first record."""

    async def close(self) -> None:
        """Close connections."""

    def lane(self, record: KafkaRecord) -> bytes:
        """Records of one lane are delivered in order, one after the other."""
        return record.key or b""

    def reasons(self) -> list[str]:
        """Why the stage is not ready: none. A destination that is away is an alert, not a reason to restart."""
        return []

    async def run(self, app: StreamApp, stream: Any) -> None:
        """Be the body of the stage's Faust agent."""
        stream.enable_acks = False
        await _Run(self, app).follow(stream)


class _Run:
    """One life of a stage's agent."""

    def __init__(self, stage: DeliveryStage, app: StreamApp) -> None:
        self._stage = stage
        self._app = app
        self._metrics = stage.tools.metrics
        self._room = asyncio.Semaphore(BATCHES_IN_HAND)
        self._calls = asyncio.Semaphore(CALLS_AT_ONCE)
        self._tails: dict[tuple[int, bytes], asyncio.Task[None]] = {}
        self._settling: set[asyncio.Task[None]] = set()
        self._recalled: dict[int, int] = {}

    async def follow(self, stream: Any) -> None:
        error = None
        try:
            self._partitioner = Partitioner(await road_partitions(self._app.producer, self._stage.tools.prefix))
            async for event in stream.events():
                await self._room.acquire()
                generation = event.message.generation_id
                if generation != self._app.consumer_generation_id:  # revoked while it waited
                    self._room.release()
                    continue
                self._app.consumer.in_hand.add(event.message)
                if self._recalled.get(event.message.partition) != generation:
                    await self._stage.recall(event.message.partition)
                    self._recalled[event.message.partition] = generation
                settling = asyncio.create_task(self._settle(event, self._begin(event, generation)))
                self._settling.add(settling)
                settling.add_done_callback(self._settling.discard)
        except Exception as problem:  # noqa: BLE001  (our own bug, or topics that do not fit: stop at this offset)
            error = problem
        if error is not None:
            await self._app.fail_stop(error)

    def _begin(self, event: Any, generation: int) -> list[asyncio.Task[None]]:
        """Queue each lane's records behind what the lane still has to deliver."""
        records: list[KafkaRecord] = event.value
        name = self._stage.name
        self._metrics.count("dlp_messages_received_total", len(records), stage=name, topic=event.message.topic)
        lanes: defaultdict[bytes, list[KafkaRecord]] = defaultdict(list)
        for record in records:
            lanes[self._stage.lane(record)].append(record)
        tasks = []
        for lane, queue in lanes.items():
            key = (generation, lane)
            task = asyncio.create_task(self._work(self._tails.get(key), queue, event.message.partition, generation))
            self._tails[key] = task
            task.add_done_callback(lambda done, key=key: self._tails.get(key) is done and self._tails.pop(key))
            tasks.append(task)
        return tasks

    async def _work(
        self, before: asyncio.Task[None] | None, queue: list[KafkaRecord], partition: int, generation: int
    ) -> None:
        if before is not None:
            await asyncio.wait([before])
            if before.cancelled() or before.exception() is not None:
                raise Abandoned
        outbox = Outbox(self._app.producer, self._partitioner, partition)
        outcomes: Counter[str] = Counter()
        for record in queue:
            decision = await self._until_settled(record, generation)
            for output in decision.outputs:
                await outbox.put(f"{self._stage.tools.prefix}{output.topic}", output.key, output.value, output.headers)
            await (await outbox.close())
            outbox = Outbox(self._app.producer, self._partitioner, partition)
            outcomes[decision.outcome] += 1
        for outcome, count in outcomes.items():
            self._metrics.count("dlp_messages_settled_total", count, stage=self._stage.name, outcome=outcome)

    async def _until_settled(self, record: KafkaRecord, generation: int) -> Decision:
        began = time.monotonic()
        attempt = bugs = 0
        breaker = self._stage.breaker
        while True:
            await self._allowed(generation)
            try:
                async with self._calls:
                    decision = await self._stage.deliver(record)
            except PoisonError as poison:
                breaker.succeeded()
                return self._aside(record, poison)
            except RetryLater as later:
                breaker.failed(time.monotonic(), later.retry_after)
                self._metrics.count("dlp_retries_total", destination=self._stage.destination, reason=later.code)
                if not breaker.is_open and time.monotonic() - began > MAX_AGE_SECONDS:
                    return self._aside(record, PoisonError(DeadLetterReason.RETRY_EXHAUSTED, later.code))
                await self._pause(max(backoff(attempt), later.retry_after or 0.0), generation)
                attempt += 1
            except Exception as error:  # noqa: BLE001  (our own bug: not for ever, and not silently)
                bugs += 1
                log.error("%s: %s while delivering", self._stage.group, type(error).__name__)  # noqa: TRY400  (a trace may quote)
                breaker.succeeded()
                if bugs >= BUGS:
                    return self._aside(record, PoisonError(DeadLetterReason.REFUSED, type(error).__name__))
                await self._pause(backoff(bugs), generation)
            else:
                breaker.succeeded()
                return decision
            finally:
                self._metrics.set("dlp_circuit_open", breaker.is_open, destination=self._stage.destination)

    def _aside(self, record: KafkaRecord, poison: PoisonError) -> Decision:
        stage = self._stage
        value, headers = stage.tools.dead_letters.write(record, stage.name, poison.reason, detail=poison.detail)
        self._metrics.count("dlp_dead_letters_total", stage=stage.name, reason=poison.reason)
        log.warning(
            "%s: dead letter (%s, %s) of %s[%d]@%d",
            stage.group,
            poison.reason,
            poison.detail,
            record.topic,
            record.partition,
            record.offset,
        )
        return Decision("dead_letter", (Output(Topic.DEAD_LETTERS, record.key, value, headers),))

    async def _allowed(self, generation: int) -> None:
        """Wait until the breaker lets a call through."""
        self._leave_if_revoked(generation)
        while not self._stage.breaker.may_try(time.monotonic()):
            await asyncio.sleep(LOOK_SECONDS)
            self._leave_if_revoked(generation)

    async def _pause(self, seconds: float, generation: int) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            await asyncio.sleep(min(left, LOOK_SECONDS))
            self._leave_if_revoked(generation)

    def _leave_if_revoked(self, generation: int) -> None:
        app = self._app
        if app.should_stop or app.rebalancing or app.consumer_generation_id != generation:
            raise Abandoned

    async def _settle(self, event: Any, tasks: list[asyncio.Task[None]]) -> None:
        results = await asyncio.gather(*tasks, return_exceptions=True)
        self._app.consumer.in_hand.discard(event.message)
        self._room.release()
        errors = [result for result in results if isinstance(result, BaseException)]
        if not errors:
            event.ack()
        for error in errors:
            if not isinstance(error, Abandoned | asyncio.CancelledError):
                await self._app.fail_stop(error)
