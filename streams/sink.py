"""Stages that hand records to a receiver in parcels: filled by bytes, count and linger, from all partitions together.

A fetched batch is acknowledged once the receiver has every record of it, or it is among the dead letters. While the
receiver is away records wait in memory, bounded by the stage's room; beyond that the stage fetches nothing.
"""

import asyncio
import logging
import time
from abc import abstractmethod
from collections import Counter
from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import Any

from schemas import DeadLetterReason
from streams.breaker import backoff
from streams.calls import LONGEST_ASKED_SECONDS, LOOK_SECONDS, Calls, Receiving
from streams.deadletters import PoisonError, is_replay
from streams.lanes import Abandoned, RetryLater
from streams.outbox import Outbox, Partitioner, Road
from streams.parcels import Handed, NeedsHands, Parcel, ParcelRefused, ParcelTooBig, RefusesEverythingError
from streams.record import KafkaRecord, weight_of
from streams.room import Room
from streams.stage import Output, StageTools
from streams.taken import Taken
from streams.topics import Topic
from streams.transport import StreamApp

BREATH = 64
"""Records after which the event loop has its turn."""
SMALL_BYTES = 64 * 1024
"""A single record up to this size is not what makes a request too large."""
ALONE_SECONDS = 30.0
"""A record refused for so long, while there is no other to ask about, is put aside if the receiver ever took one."""
REMEMBERED_OUTCOMES = frozenset({"delivered", "dead_letter"})

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SinkLimits:
    """What a sink may hold, and when a parcel is full."""

    parcel_records: int = 500
    parcel_bytes: int = 1_000_000
    """Of encoded records with what separates them."""
    separator_bytes: int = 0
    linger_seconds: float = 0.25
    """How long a parcel waits for more."""
    calls: int = 4
    """Requests under way at a time."""
    max_records: int = 20_000
    """Records in hand; at this many the stage reads no further."""
    max_bytes: int = 16 * 1024 * 1024
    """Bytes of records in hand as they were read; at this many the stage reads no further."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A record as it goes out."""

    identity: str
    """The same for every copy of it: the receiver gets it once."""
    data: bytes


class SinkStage(Receiving):
    """A stage for one receiver. Subclasses say how records are encoded and handed over."""

    def __init__(self, tools: StageTools, limits: SinkLimits, taken: Taken) -> None:
        super().__init__(tools)
        self.limits = limits
        self.taken = taken
        self.latest_taken = 0.0
        """When the latest request began of which the receiver took something, by the monotonic clock; 0 before any."""

    @abstractmethod
    def encode(self, record: KafkaRecord) -> Encoded:
        """A record in the receiver's shape. Raises PoisonError for one that has none."""

    async def close(self) -> None:
        """Let go of the file of what was taken."""
        self.taken.close()

    async def run(self, app: StreamApp, stream: Any) -> None:
        """Put records into parcels, hand these over, and acknowledge each batch that is settled."""
        stream.enable_acks = False  # Faust would acknowledge in a finally, whether or not the work was done
        await _Run(self, app).follow(stream)


@dataclass(slots=True, eq=False)
class _Batch:
    """A fetched batch: how many of its records are not settled yet."""

    event: Any
    left: int
    size: int
    is_abandoned: bool = False
    outcomes: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True, eq=False)
class _Item:
    """A record on its way."""

    record: KafkaRecord
    batch: _Batch
    data: bytes = b""
    identity: str | None = None
    doubted: float | None = None
    """When the receiver first refused it, or a request that held it, by the monotonic clock."""

    def is_vouched(self, latest_taken: float) -> bool:
        """Whether the receiver took others since it first refused this one: then it is not at fault itself.

        What was under way already when it refused says nothing: it may have begun to refuse everything in between.
        """
        return self.doubted is not None and latest_taken > self.doubted

    def doubted_seconds(self) -> float:
        """For how long the receiver has refused it."""
        return 0.0 if self.doubted is None else time.monotonic() - self.doubted


@dataclass(slots=True)
class _Filling:
    """The parcel that is being filled."""

    items: list[_Item] = field(default_factory=list)
    size: int = 0


class _Run:
    """One life of a stage's agent."""

    def __init__(self, stage: SinkStage, app: StreamApp) -> None:
        self._stage = stage
        self._limits = stage.limits
        self._app = app
        self._metrics = stage.tools.metrics
        self._room = Room(stage.limits.max_records, stage.limits.max_bytes)
        self._calls = Calls(stage, stage.limits.calls)
        self._filling = _Filling()
        self._parcel_bytes = stage.limits.parcel_bytes
        self._linger: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._road = Road(app.producer, stage.tools.prefix)
        self._partitioner: Partitioner
        self._hand = app.consumer.hand
        self._hand.on_abandoned = stage.abandoned

    async def follow(self, stream: Any) -> None:
        error = None
        try:
            await self._stage.taken.recall()
            async for event in stream.events():
                size = weight_of(event.value)[1]
                await self._room.enter(len(event.value), size)
                self._partitioner = await self._road.partitioner(event.message.generation_id)
                if event.message.generation_id != self._app.consumer_generation_id:  # revoked while it waited
                    self._room.leave(len(event.value), size)
                    continue
                self._hand.take(event.message, len(event.value))
                await self._begin(event, size)
        except Exception as problem:  # noqa: BLE001  (our own bug, or topics that do not fit: stop at this offset)
            error = problem
        if error is not None:
            await self._app.fail_stop(error)

    async def _begin(self, event: Any, size: int) -> None:
        topic = event.message.topic
        self._metrics.count("dlp_messages_received_total", len(event.value), stage=self._stage.group, topic=topic)
        batch = _Batch(event, len(event.value), size)
        for number, record in enumerate(event.value, 1):
            self._take_in(_Item(record, batch))
            if number % BREATH == 0:
                await asyncio.sleep(0)

    def _take_in(self, item: _Item) -> None:
        """Put a record into a parcel, unless the receiver has it or it cannot be encoded."""
        try:
            encoded = self._encoded(item.record)
        except PoisonError as poison:
            self._spawn(self._put_aside(item, poison))
            return
        if self._stage.taken.has(encoded.identity) and not is_replay(item.record.headers):
            self._metrics.count("dlp_duplicates_dropped_total", stage=self._stage.group)
            self._settle([item], outcome="duplicate")
            return
        item.data, item.identity = encoded.data, encoded.identity
        self._add(item)

    def _encoded(self, record: KafkaRecord) -> Encoded:
        try:
            return self._stage.encode(record)
        except PoisonError:
            raise
        except Exception as error:  # noqa: BLE001  (our own bug: it concerns this record alone)
            raise PoisonError(DeadLetterReason.REFUSED, type(error).__name__) from None

    def _add(self, item: _Item) -> None:
        weight = len(item.data) + self._limits.separator_bytes
        full = len(self._filling.items) >= self._limits.parcel_records
        if self._filling.items and (full or self._filling.size + weight > self._parcel_bytes):
            self._close_parcel()
        self._filling.items.append(item)
        self._filling.size += weight
        if self._linger is None:
            self._linger = asyncio.get_running_loop().call_later(self._limits.linger_seconds, self._close_parcel)

    def _close_parcel(self) -> None:
        if self._linger is not None:
            self._linger.cancel()
            self._linger = None
        if self._filling.items:
            self._spawn(self._deliver(self._filling.items))
            self._filling = _Filling()

    def _spawn(self, work: Awaitable[None]) -> None:
        async def guarded() -> None:
            error = None
            try:
                await work
            except Exception as problem:  # noqa: BLE001  (our own bug, or a dead letter that the broker refuses)
                error = problem
            if error is not None:
                await self._app.fail_stop(error)

        task = asyncio.create_task(guarded())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, items: list[_Item]) -> None:
        """Hand over one parcel, whatever it takes."""
        parcel = Parcel(items)
        attempt = 0
        while True:
            self._settle(parcel.drop(self._is_gone), outcome=None)
            if not (sent := parcel.next()):
                return
            try:
                culprits = await self._attempt(parcel, sent)
            except RetryLater as later:
                if not self._stage.breaker.is_open:  # else its probe sets the pace
                    pause = max(backoff(attempt), later.retry_after or 0.0)
                    await self._pause(min(pause, LONGEST_ASKED_SECONDS), items)
                attempt += 1
                continue
            except Abandoned:
                continue
            for item, code in culprits:
                await self._put_aside(item, PoisonError(DeadLetterReason.REFUSED, code))

    async def _attempt(self, parcel: Parcel[_Item], sent: list[_Item]) -> list[tuple[_Item, str]]:
        """Send once. Returns records that are refused for good, with their codes."""
        began = time.monotonic()
        try:
            handed = await self._calls.make([item.data for item in sent], lambda: self._are_gone(sent))
        except ParcelRefused as refused:
            return self._blame(parcel, sent, refused)
        except ParcelTooBig:
            self._parcel_bytes = max(sum(len(item.data) for item in sent) // 2, SMALL_BYTES)
            if parcel.too_big(sent):
                return []
            return self._alone_too_big(parcel, sent[0])
        if handed.confirmation is not None:
            await self._confirmed(handed, sent)
        return self._taken(parcel, sent, handed, began)

    def _alone_too_big(self, parcel: Parcel[_Item], item: _Item) -> list[tuple[_Item, str]]:
        """A small record is not to blame, unless others were taken since it was first refused."""
        if len(item.data) <= SMALL_BYTES and not item.is_vouched(self._stage.latest_taken):
            item.doubted = item.doubted or time.monotonic()
            self._calls.failed(later := NeedsHands("too_big"))
            raise later
        parcel.give_up(item)
        return [(item, "too_big")]

    def _taken(self, parcel: Parcel[_Item], sent: list[_Item], handed: Handed, began: float) -> list[tuple[_Item, str]]:
        refused = [(sent[place], code) for place, code in sorted(handed.refused.items())]
        excluded = parcel.taken(sent, again=[sent[place] for place in sorted(handed.again)])
        unsettled = handed.again | handed.refused.keys()
        self._settle([item for place, item in enumerate(sent) if place not in unsettled], outcome="delivered")
        if len(unsettled) < len(sent):
            self._stage.latest_taken = max(self._stage.latest_taken, began)
        self._parcel_bytes = min(self._limits.parcel_bytes, self._parcel_bytes + SMALL_BYTES)
        if handed.again and not refused:
            raise RetryLater("in_part", concerns_all=False)
        return [*refused, *((item, parcel.code) for item in excluded)]

    def _blame(self, parcel: Parcel[_Item], sent: list[_Item], refused: ParcelRefused) -> list[tuple[_Item, str]]:
        stage = self._stage
        first = sent[0]
        for item in sent:
            item.doubted = item.doubted or time.monotonic()
        try:
            culprits = parcel.refused(
                sent, refused.index, code=refused.code, is_vouched=first.is_vouched(stage.latest_taken)
            )
        except RefusesEverythingError:
            if len(parcel.left()) == 1 and stage.latest_taken and first.doubted_seconds() > ALONE_SECONDS:
                parcel.give_up(first)
                return [(first, refused.code)]
            self._calls.failed(later := NeedsHands(refused.code))
            raise later from None
        return [(item, refused.code) for item in culprits]

    async def _confirmed(self, handed: Handed, sent: list[_Item]) -> None:
        """Wait for the receiver's word, but not beyond the loss of the partitions."""
        assert handed.confirmation is not None  # noqa: S101  (asked by the caller)
        waiting = asyncio.ensure_future(handed.confirmation())
        while not waiting.done():
            await asyncio.wait([waiting], timeout=LOOK_SECONDS)
            if not waiting.done() and self._are_gone(sent):
                waiting.cancel()
                raise Abandoned
        try:
            await waiting
        except RetryLater as later:
            self._metrics.count("dlp_retries_total", destination=self._stage.destination, reason=later.code)
            raise

    async def _put_aside(self, item: _Item, poison: PoisonError) -> None:
        """Make a dead letter, and settle the record once the broker has it."""
        stage, record = self._stage, item.record
        value, headers = stage.tools.dead_letters.write(record, stage.name, poison.reason, detail=poison.detail)
        outbox = Outbox(self._app.producer, self._partitioner, record.partition, prefix=stage.tools.prefix)
        await outbox.put(Output(Topic.DEAD_LETTERS, record.key, value, headers))
        await (await outbox.close())
        self._metrics.count("dlp_dead_letters_total", stage=stage.group, reason=poison.reason)
        place = (record.topic, record.partition, record.offset)
        log.warning("%s: dead letter (%s, %s) of %s[%d]@%d", stage.group, poison.reason, poison.detail, *place)
        self._settle([item], outcome="dead_letter")

    def _is_gone(self, item: _Item) -> bool:
        app = self._app
        generation = item.batch.event.message.generation_id
        return bool(app.should_stop or app.rebalancing or app.consumer_generation_id != generation)

    def _are_gone(self, items: list[_Item]) -> bool:
        return all(map(self._is_gone, items))

    async def _pause(self, seconds: float, items: list[_Item]) -> None:
        """Wait, but not beyond the loss of the partitions."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and not self._are_gone(items):  # noqa: ASYNC110  (flags of Faust's)
            await asyncio.sleep(min(left, LOOK_SECONDS))

    def _settle(self, items: list[_Item], outcome: str | None) -> None:
        """Count records off their batches. Without an outcome they are left to the partition's next owner."""
        if outcome in REMEMBERED_OUTCOMES:
            self._stage.taken.add(item.identity for item in items if item.identity is not None)
        for item in items:
            batch = item.batch
            batch.left -= 1
            batch.is_abandoned = batch.is_abandoned or outcome is None
            if outcome is not None:
                batch.outcomes[outcome] += 1
            if batch.left == 0:
                self._finish(batch)

    def _finish(self, batch: _Batch) -> None:
        records = len(batch.event.value)
        if batch.is_abandoned:
            batch.outcomes = Counter(abandoned=records)
        else:
            batch.event.ack()
        self._room.leave(records, batch.size)
        if self._hand.put_down(batch.event.message):
            for outcome, count in batch.outcomes.items():
                self._metrics.count("dlp_messages_settled_total", count, stage=self._stage.group, outcome=outcome)
