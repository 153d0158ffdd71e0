"""Stages that deliver to an outside system: conversations in lanes, order kept in each, others flow.

A batch is acknowledged when every record of it is delivered, dropped or put aside. While the destination is away its
records wait in memory, bounded by the stage's room; beyond that the stage fetches nothing. Nothing is dropped.
"""

import asyncio
import logging
import time
from abc import abstractmethod
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from schemas import DeadLetterReason
from streams.breaker import Breaker, backoff
from streams.deadletters import PoisonError
from streams.outbox import Outbox, Partitioner, Road
from streams.record import KafkaRecord, weight_of
from streams.room import Room
from streams.stage import Decision, Output, StageTools, StreamStage
from streams.topics import Topic
from streams.transport import StreamApp

BUGS = 3
"""Attempts at a message that fails by an error of our own."""
RECALLS = 4
"""Partitions whose past is read at a time."""
LOOK_SECONDS = 0.1
"""How often a waiting lane looks whether its partition is going away."""

log = logging.getLogger(__name__)


class RetryLater(Exception):
    """The destination did not take a message now. Carries a code of the outside system."""

    def __init__(self, code: str, *, retry_after: float | None = None, concerns_all: bool = True) -> None:
        super().__init__(code)
        self.code = code
        self.retry_after = retry_after
        """Seconds that the destination asked for."""
        self.concerns_all = concerns_all
        """False where only this conversation has to wait: the breaker does not count it."""


class Abandoned(Exception):
    """The partition goes to another owner, or the process ends: the record stays unacknowledged."""


@dataclass(frozen=True, slots=True)
class LaneLimits:
    """What a delivery stage may hold, and for how long."""

    calls: int = 32
    """Requests under way at a time."""
    max_records: int = 10_000
    """Messages in hand; at this many the stage reads no further."""
    max_bytes: int = 24 * 1024 * 1024
    """Bytes of messages in hand; at this many the stage reads no further."""
    give_up_seconds: float = 900.0
    """How long one message is tried while its destination takes others; after that it is a dead letter."""


class DeliveryStage(StreamStage):
    """A stage that delivers to one destination. Subclasses say how, one record at a time."""

    destination: str
    """Names the consumer group beside the stage: each destination has its own progress."""

    def __init__(self, tools: StageTools, limits: LaneLimits) -> None:
        super().__init__(tools)
        self.limits = limits
        self.breaker = Breaker()
        self.parked: dict[tuple[int, bytes | None], int] = {}
        """Conversations that wait for their destination, by partition and key, with the messages that wait first."""

    @property
    def group(self) -> str:
        """One consumer group for each destination."""
        return f"{self.name}-{self.destination}"

    @abstractmethod
    async def deliver(self, record: KafkaRecord) -> Decision:
        """Deliver a record, or decide that there is nothing to do. Raises RetryLater or PoisonError."""

    async def prepare(self, record: KafkaRecord) -> None:  # noqa: ARG002  (a hook that few need)
        """Do what has to be done before a call, for as long as it takes: it holds up this conversation alone."""
        return

    @abstractmethod
    async def recall(self, first: KafkaRecord) -> None:
        """Learn what was delivered before the partition came here. Called with the first record that did."""

    def put_aside(self, record: KafkaRecord, poison: PoisonError) -> Decision:
        """Make a dead letter of a record that will never be taken."""
        value, headers = self.tools.dead_letters.write(record, self.name, poison.reason, detail=poison.detail)
        self.tools.metrics.count("dlp_dead_letters_total", stage=self.group, reason=poison.reason)
        place = (record.topic, record.partition, record.offset)
        log.warning("%s: dead letter (%s, %s) of %s[%d]@%d", self.group, poison.reason, poison.detail, *place)
        return Decision("dead_letter", (Output(Topic.DEAD_LETTERS, record.key, value, headers),))

    def is_waiting(self) -> bool:
        """A destination that is away holds what is meant for it."""
        return self.breaker.is_open or bool(self.parked)

    def measure(self) -> None:
        """Say how much is parked."""
        self.tools.metrics.set("dlp_parked_keys", len(self.parked), stage=self.group)
        self.tools.metrics.set("dlp_parked_messages", sum(self.parked.values()), stage=self.group)

    async def run(self, app: StreamApp, stream: Any) -> None:
        """Deliver each batch lane by lane, and acknowledge it once all of it is settled."""
        stream.enable_acks = False  # Faust would acknowledge in a finally, whether or not the work was done
        await _Run(self, app).follow(stream)


@dataclass(slots=True)
class _Lane:
    """The records of one conversation that one batch brought, behind those that earlier batches brought."""

    generation: int
    partition: int
    key: bytes | None
    records: Sequence[KafkaRecord]
    before: "asyncio.Task[None] | None"
    recall: "asyncio.Task[None]"
    """What was delivered of the partition before it came here."""
    outcomes: Counter[str]
    """Of the whole batch."""


class _Run:
    """One life of a stage's agent."""

    def __init__(self, stage: DeliveryStage, app: StreamApp) -> None:
        self._stage = stage
        self._app = app
        self._metrics = stage.tools.metrics
        self._room = Room(stage.limits.max_records, stage.limits.max_bytes)
        self._calls = asyncio.Semaphore(stage.limits.calls)
        self._tails: dict[tuple[int, int, bytes | None], asyncio.Task[None]] = {}
        self._settling: set[asyncio.Task[None]] = set()
        self._recalls: dict[tuple[str, int], tuple[int, asyncio.Task[None]]] = {}
        self._readers = asyncio.Semaphore(RECALLS)
        self._road = Road(app.producer, stage.tools.prefix)
        self._partitioner: Partitioner
        self._hand = app.consumer.hand
        self._hand.on_abandoned = stage.abandoned

    async def follow(self, stream: Any) -> None:
        error = None
        try:
            async for event in stream.events():
                weight = weight_of(event.value)
                await self._room.enter(*weight)
                self._partitioner = await self._road.partitioner(event.message.generation_id)
                outcomes: Counter[str] = Counter()
                settling = asyncio.create_task(self._settle(event, self._begin(event, outcomes), outcomes))
                self._settling.add(settling)
                settling.add_done_callback(self._settling.discard)
        except Exception as problem:  # noqa: BLE001  (our own bug, or topics that do not fit: stop at this offset)
            error = problem
        if error is not None:
            await self._app.fail_stop(error)

    def _begin(self, event: Any, outcomes: Counter[str]) -> list[asyncio.Task[None]]:
        """Queue each lane's records behind what the lane still has to deliver. No task for a partition that is gone."""
        message = event.message
        generation = message.generation_id
        if generation != self._app.consumer_generation_id:  # revoked while it waited for room
            return []
        recall = self._recall(event)
        group = self._stage.group
        self._hand.take(message, len(event.value))
        self._metrics.count("dlp_messages_received_total", len(event.value), stage=group, topic=message.topic)
        lanes: defaultdict[bytes | None, list[KafkaRecord]] = defaultdict(list)
        for record in event.value:
            lanes[record.key].append(record)
        return [self._queue(key, records, message, recall, outcomes) for key, records in lanes.items()]

    def _recall(self, event: Any) -> "asyncio.Task[None]":
        """Read once for each ownership of a partition. Its lanes wait for it, and those of other partitions do not."""
        message = event.message
        place = (message.topic, message.partition)
        generation, task = self._recalls.get(place, (None, None))
        if task is None or generation != message.generation_id:
            task = asyncio.create_task(self._read(event.value[0]))
            self._recalls[place] = message.generation_id, task
        return task

    async def _read(self, first: KafkaRecord) -> None:
        async with self._readers:
            await self._stage.recall(first)

    def _queue(
        self,
        key: bytes | None,
        records: list[KafkaRecord],
        message: Any,
        recall: "asyncio.Task[None]",
        outcomes: Counter[str],
    ) -> "asyncio.Task[None]":
        tail = (message.generation_id, message.partition, key)
        task = asyncio.create_task(self._work(_Lane(*tail, records, self._tails.get(tail), recall, outcomes)))
        self._tails[tail] = task

        def forget(done: "asyncio.Task[None]") -> None:
            if self._tails.get(tail) is done:
                del self._tails[tail]

        task.add_done_callback(forget)
        return task

    async def _work(self, lane: _Lane) -> None:
        if not lane.recall.done():
            await asyncio.wait([lane.recall])
        lane.recall.result()
        if lane.before is not None:
            await asyncio.wait([lane.before])
            if lane.before.cancelled() or lane.before.exception() is not None:
                raise Abandoned
            lane.before = None  # or a busy lane would keep every task it ever had
        for record in lane.records:
            try:
                decision = await self._until_settled(record, lane)
            finally:
                self._stage.parked.pop((lane.partition, lane.key), None)
            outbox = Outbox(self._app.producer, self._partitioner, lane.partition, prefix=self._stage.tools.prefix)
            for output in decision.outputs:
                await outbox.put(output)
            await (await outbox.close())
            lane.outcomes[decision.outcome] += 1

    async def _until_settled(self, record: KafkaRecord, lane: _Lane) -> Decision:
        """Try until the destination takes the record, refuses it for good, or has failed it for too long."""
        began = time.monotonic()
        attempt = bugs = 0
        while True:
            try:
                return await self._attempt(record, lane)
            except PoisonError as poison:
                return self._stage.put_aside(record, poison)
            except RetryLater as later:
                if not self._stage.breaker.is_open and time.monotonic() - began > self._stage.limits.give_up_seconds:
                    return self._stage.put_aside(record, PoisonError(DeadLetterReason.RETRY_EXHAUSTED, later.code))
                pause = max(backoff(attempt), later.retry_after or 0.0)
                attempt += 1
            except Abandoned:
                raise
            except Exception as error:  # noqa: BLE001  (our own bug: not for ever, and not silently)
                bugs += 1
                log.error("%s: %s while delivering", self._stage.group, type(error).__name__)  # noqa: TRY400  (a trace may quote)
                if bugs >= BUGS:
                    return self._stage.put_aside(record, PoisonError(DeadLetterReason.REFUSED, type(error).__name__))
                pause = backoff(bugs)
            await self._pause(pause, lane)

    async def _attempt(self, record: KafkaRecord, lane: _Lane) -> Decision:
        """Make one call, when there is a free one and the breaker lets it through."""
        breaker = self._stage.breaker
        await self._stage.prepare(record)
        async with self._calls:
            self._leave_if_revoked(lane)
            while not breaker.may_try(time.monotonic()):
                await self._pause(LOOK_SECONDS, lane)
            answered = True
            try:
                return await self._stage.deliver(record)
            except RetryLater as later:
                self._metrics.count("dlp_retries_total", destination=self._stage.destination, reason=later.code)
                answered = not later.concerns_all
                if not answered:
                    breaker.failed(time.monotonic(), later.retry_after)
                raise
            finally:
                if answered:  # also with a refusal, or a bug of our own: neither speaks against the destination
                    breaker.succeeded()
                self._metrics.set("dlp_circuit_open", breaker.is_open, destination=self._stage.destination)

    async def _pause(self, seconds: float, lane: _Lane) -> None:
        self._stage.parked[lane.partition, lane.key] = len(lane.records)
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            await asyncio.sleep(min(left, LOOK_SECONDS))
            self._leave_if_revoked(lane)

    def _leave_if_revoked(self, lane: _Lane) -> None:
        app = self._app
        if app.should_stop or app.rebalancing or app.consumer_generation_id != lane.generation:
            raise Abandoned

    async def _settle(self, event: Any, tasks: list[asyncio.Task[None]], outcomes: Counter[str]) -> None:
        if tasks:
            await asyncio.wait(tasks)
        self._room.leave(*weight_of(event.value))
        errors = [error for task in tasks if (error := _error_of(task)) is not None]
        if tasks and not errors:
            event.ack()
        else:
            outcomes = Counter(abandoned=len(event.value))
        if self._hand.put_down(event.message):
            for outcome, count in outcomes.items():
                self._metrics.count("dlp_messages_settled_total", count, stage=self._stage.group, outcome=outcome)
        if unforeseen := [error for error in errors if not isinstance(error, Abandoned)]:
            await self._app.fail_stop(unforeseen[0])


def _error_of(task: "asyncio.Task[None]") -> BaseException | None:
    return Abandoned() if task.cancelled() else task.exception()
