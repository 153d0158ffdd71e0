"""Stages that only compute: a batch in, a decision a record, every output delivered, then the acknowledgement.

No exception leaves a stage. A record that cannot be processed becomes a sealed dead letter; what cannot be delivered is
never acknowledged and ends the process, so that its successor begins there.
"""

import asyncio
import logging
import time
from abc import abstractmethod
from collections import Counter
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from typing import Any

from schemas import DeadLetterReason
from streams.deadletters import PoisonError
from streams.limit import DeadLetterLimit
from streams.outbox import Outbox, Partitioner, Road
from streams.record import KafkaRecord, weight_of
from streams.room import Room
from streams.stage import Decision, Output, StageTools, StreamStage
from streams.topics import Topic
from streams.transport import StreamApp

RECORDS_IN_HAND = 8_000
"""Records of one stage that wait for their outputs."""
BYTES_IN_HAND = 8 * 1024 * 1024
"""Their bytes. A backlog of megabyte records is worked off a few at a time; one batch always goes."""
BREATH = 64
"""Records after which the event loop has its turn: heartbeats, commits and health must not wait for a whole batch."""

Settled = Mapping[tuple[str, int], int]
"""Topic (without the prefix) and partition to the offset up to which it is settled; 0 where nothing is."""

log = logging.getLogger(__name__)


class BatchStage(StreamStage):
    """A stage that only computes. Subclasses name their inputs and decide one record at a time."""

    def __init__(self, tools: StageTools) -> None:
        super().__init__(tools)
        self.limit = DeadLetterLimit()

    @abstractmethod
    def decide(self, record: KafkaRecord) -> Decision | Awaitable[Decision]:
        """Judge a record, at once or with what has to be waited for: most need no coroutine, and it costs.

        Raises PoisonError for one that no retry can help; any other error is taken for our own.
        """

    async def recall(self, settled: Settled) -> None:  # noqa: ARG002  (a hook that few need)
        """Learn what has to be known of the past. Called once for each generation of the group, before its records."""
        return

    def is_waiting(self) -> bool:
        """It holds on purpose."""
        return self.limit.is_reached

    def reasons(self) -> list[str]:
        """It holds when too much of its work is put aside by a fault of our own."""
        return ["holds"] if self.limit.is_reached else []

    async def run(self, app: StreamApp, stream: Any) -> None:
        """Judge each batch, and acknowledge it once its outputs are with the broker."""
        stream.enable_acks = False  # Faust would acknowledge in a finally, whether or not the work was done
        await _Run(self, app).follow(stream)

    def dead_letter(self, record: KafkaRecord, poison: PoisonError) -> Decision:
        """Put a record aside, sealed and whole."""
        value, headers = self.tools.dead_letters.write(record, self.name, poison.reason, detail=poison.detail)
        self.tools.metrics.count("dlp_dead_letters_total", stage=self.name, reason=poison.reason)
        log.warning(
            "%s: dead letter (%s) of %s[%d]@%d", self.name, poison.reason, record.topic, record.partition, record.offset
        )
        return Decision("dead_letter", (Output(Topic.DEAD_LETTERS, record.key, value, headers),))

    def judge(self, record: KafkaRecord) -> Decision | Awaitable[Decision]:
        """Decide, and turn whatever is raised into a dead letter. Total: every record has a decision."""
        try:
            decision = self.decide(record)
        except Exception as error:  # noqa: BLE001  (fail closed: what cannot be judged is not forwarded)
            return self._failed(record, error)
        if not isinstance(decision, Decision):
            return self._awaited(record, decision)
        self.limit.clear()
        return decision

    async def _awaited(self, record: KafkaRecord, deciding: Awaitable[Decision]) -> Decision:
        try:
            decision = await deciding
        except Exception as error:  # noqa: BLE001  (as above)
            return self._failed(record, error)
        self.limit.clear()
        return decision

    def _failed(self, record: KafkaRecord, error: Exception) -> Decision:
        if isinstance(error, PoisonError):
            poison = error
        else:
            kind = type(error).__name__  # never its text, which may quote the record
            log.error("%s: %s while judging a record", self.name, kind)
            poison = PoisonError(DeadLetterReason.SCAN_FAILED, kind)
        self.limit.note(poison.reason)
        return self.dead_letter(record, poison)


@dataclass(slots=True)
class _Batch:
    """A fetched batch on its way through the stage."""

    event: Any
    weight: tuple[int, int]
    began: float
    """By the monotonic clock."""
    outcomes: Counter[str] = field(default_factory=Counter)


class _Run:
    """One life of a stage's agent."""

    def __init__(self, stage: BatchStage, app: StreamApp) -> None:
        self._stage = stage
        self._app = app
        self._metrics = stage.tools.metrics
        self._prefix = stage.tools.prefix
        self._room = Room(RECORDS_IN_HAND, BYTES_IN_HAND)
        self._road = Road(app.producer, stage.tools.prefix)
        self._hand = app.consumer.hand
        self._hand.on_abandoned = stage.abandoned
        self._settling: set[asyncio.Task[None]] = set()
        self._recalled: int | None = None

    async def follow(self, stream: Any) -> None:
        error = None
        try:
            async for event in stream.events():
                weight = weight_of(event.value)
                await self._room.enter(*weight)
                partitioner = await self._road.partitioner(event.message.generation_id)
                await self._recall(event.message.generation_id)
                if event.message.generation_id != self._app.consumer_generation_id:  # revoked while it waited
                    self._room.leave(*weight)
                    continue
                await self._begin(_Batch(event, weight, time.monotonic()), partitioner)
        except Exception as problem:  # noqa: BLE001  (our own bug, or a producer that refuses for good: stop at this offset)
            error = problem
        if error is not None:
            await self._app.fail_stop(error)

    async def _recall(self, generation: int) -> None:
        if generation != self._recalled:
            consumer, prefix = self._app.consumer, self._prefix
            assigned = sorted(consumer.assignment())
            await self._stage.recall(
                {(tp.topic.removeprefix(prefix), tp.partition): consumer.committed_offset(tp) for tp in assigned}
            )
            self._recalled = generation

    async def _begin(self, batch: _Batch, partitioner: Partitioner) -> None:
        message, records = batch.event.message, batch.event.value
        stage, name = self._stage, self._stage.name
        self._hand.take(message, len(records))
        self._metrics.count("dlp_messages_received_total", len(records), stage=name, topic=message.topic)
        outbox = Outbox(self._app.producer, partitioner, message.partition, prefix=self._prefix)
        for number, record in enumerate(records, 1):
            if stage.limit.is_reached:
                await stage.limit.hold(name, self._metrics)
            decision = stage.judge(record)
            if not isinstance(decision, Decision):
                decision = await decision
            if not outbox.fits(decision.outputs):
                decision = stage.dead_letter(record, PoisonError(DeadLetterReason.OUTPUT_TOO_LARGE))
            for output in decision.outputs:
                if not outbox.pack(output):
                    await outbox.put(output)
            batch.outcomes[decision.outcome] += 1
            if number % BREATH == 0:
                await asyncio.sleep(0)
        deliveries = await outbox.close()
        settling = asyncio.create_task(self._settle(batch, deliveries))
        self._settling.add(settling)
        settling.add_done_callback(self._settling.discard)

    async def _settle(self, batch: _Batch, deliveries: "asyncio.Future[list[Any]]") -> None:
        error = None
        try:
            await deliveries
        except Exception as problem:  # noqa: BLE001  (not acknowledged: the watermark stays below it)
            error = problem
        if error is not None:
            await self._app.fail_stop(error)
            return
        batch.event.ack()
        self._room.leave(*batch.weight)
        if not self._hand.put_down(batch.event.message):  # it was abandoned meanwhile, and counted as that
            return
        for outcome, count in batch.outcomes.items():
            self._metrics.count("dlp_messages_settled_total", count, stage=self._stage.name, outcome=outcome)
        self._metrics.observe("dlp_stage_seconds", time.monotonic() - batch.began, stage=self._stage.name)
