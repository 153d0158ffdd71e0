"""Faust's consumer, made to hand out fetched batches and to commit nothing unsettled.

An event's value is a list of aiokafka records of one partition, in order; its offset is the last record's. A stage
acknowledges the event once the broker has every output of it. Each override says what the stock method does and why
that is not enough. Stock behaviour as of faust-streaming 0.15.3.
"""

import asyncio
import contextlib
import logging
import time
from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any

from aiokafka.errors import KafkaError
from faust.transport.drivers import aiokafka as driver
from faust.types.tuples import TP, ConsumerMessage
from mode import Service

from streams.transport.hand import Hand
from streams.transport.thread import ClientThread
from streams.transport.watermark import Watermarks

MAX_BATCH_RECORDS = 1000
"""Records in one event. An event costs a request to the broker: a backlog goes in large ones, a trickle in small."""
MAX_BATCH_BYTES = 512 * 1024
"""Bytes of keys and values in one event, unless a single record is larger. Bounds the memory of a stage."""
FETCH_SECONDS = 1.0
"""For one look for records; it ends when some come."""
HELD_BACK_SECONDS = 0.02
"""The same while partitions are held back, whose records may have come before."""
DOUBT_SECONDS = 0.1
"""Between two questions whether this client is still a member of its group."""
SETTLE_SECONDS = 8.0
"""For what stages have in hand when partitions go or the worker stops."""
COMMIT_SECONDS = 6.0
"""For the commit after that. Both together stay far below the group's rebalance timeout."""
REMEMBERED_SECONDS = 300.0
"""For which a watermark outlives the ownership it is of."""
_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
PROBE_SECONDS = 5.0
SURVEY_SECONDS = 5.0

log = logging.getLogger(__name__)


class BatchConsumer(driver.Consumer):
    """Hands a stage one event for each fetched batch of a partition, and commits by a watermark."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.watermarks: Watermarks[TP] = Watermarks()
        self.hand = Hand()
        self.ends: Mapping[TP, tuple[int | None, int]] = {}
        """Of each assigned partition: where fetching is, and where its log ends. Asked now and then."""
        self._settled_before: dict[TP, tuple[int, float]] = {}  # watermarks of earlier ownerships, and until when
        self._confirmed: dict[TP, int] = {}  # what the group's coordinator took
        self._due: Mapping[TP, int] = {}  # what was settled and not committed when it was last looked at afresh
        self._due_since = 0.0
        self._awake = _now()  # when this process was last seen to run
        self._epoch = 0  # counts revocations and seeks: what was fetched in an older epoch is not handed out

    def _new_consumer_thread(self) -> ClientThread:
        """Stock: its own thread, see there."""
        return ClientThread(self, loop=self.loop, beacon=self.beacon)

    async def _drain_messages(self, fetcher: Service) -> None:
        """Stock: an event a record, at the price of four asyncio tasks and three turns of the loop each.

        It also drops what it fetched from a partition that is paused or revoked meanwhile, with the position past it.
        Here whatever is thrown away is followed by a seek to what is committed.
        """
        astray = False
        try:
            while not (self.should_stop or fetcher.should_stop):
                if not self.flow_active:
                    await self.wait(self.can_resume_flow)
                    self._awake = _now()
                    continue
                if not self._slept():
                    self._awake = _now()
                if astray:
                    await self.perform_seek()
                epoch, generation = self._epoch, self.app.consumer_generation_id
                records = await self._look()
                await self._hand_out(records, epoch, generation)
                astray = bool(records) and not self._lasts(epoch)
                if not records and self._lasts(epoch):
                    self._pass_holes()
                await asyncio.sleep(0)
        except (asyncio.CancelledError, *self.consumer_stopped_errors):
            if not self.app.should_stop:
                raise

    async def _look(self) -> Mapping[TP, list[Any]]:
        """Stock: sleeps for a second where all partitions are held back for the batches that wait.

        Nor does it look again when one is held back no longer: its records, long there, stay until others come.
        """
        held_back = self._buffered_partitions
        if held_back and not self._get_active_partitions():
            await asyncio.sleep(HELD_BACK_SECONDS)
            return {}
        records, _ = await self._wait_next_records(HELD_BACK_SECONDS if held_back else FETCH_SECONDS)
        return records or {}

    def _pass_holes(self) -> None:
        """Stock: never commits past what is no record, so a transaction's marker at a log's end is a lag for good.

        An idle stage would seem to stand still, and the watchdog end it. Between two looks a position is safe to go
        by: whatever lies below it has been handed out.
        """
        for tp, position in self._thread.positions().items():
            if position > (self._read_offset[tp] or 0):
                self.watermarks.pass_over(tp, position)

    def committed_offset(self, tp: TP) -> int:
        """The offset last committed by this process, 0 where there is none yet."""
        return self._committed_offset.get(tp) or 0

    def _lasts(self, epoch: int) -> bool:
        return epoch == self._epoch and self.flow_active

    def _slept(self) -> bool:
        """Whether this process did not run for so long that the group may have given its partitions away."""
        return bool(_now() - self._awake > self.app.conf.broker_session_timeout / 2)

    async def _still_owns(self, epoch: int) -> bool:
        """Whether the epoch lasts; after a sleep of the process, the coordinator's word is waited for.

        A frozen process wakes with the partitions that others have taken meanwhile, and fetches a backlog before its
        heartbeat is refused: without this it would forward that backlog a second time.
        """
        while self._lasts(epoch) and self._slept():
            if await self._thread.is_member():
                break
            await asyncio.sleep(DOUBT_SECONDS)
        self._awake = _now()
        return self._lasts(epoch)

    async def _hand_out(self, fetched: Mapping[TP, list[Any]], epoch: int, generation: int) -> None:
        """Give batches of each partition in turn, so that none starves, for as long as the epoch lasts."""
        waiting = deque((tp, iter(batches(records))) for tp, records in fetched.items())
        while waiting and await self._still_owns(epoch):
            tp, remaining = waiting.popleft()
            batch = next(remaining, None)
            if batch is None:
                continue
            waiting.append((tp, remaining))
            position = self._read_offset[tp] or 0
            if fresh := [record for record in batch if record.offset >= position]:
                event = _event(tp, fresh, generation)
                self.watermarks.hand_out(tp, event)
                await self.wait_first(self.callback(event), self.suspend_flow.wait())
                if self._lasts(epoch):
                    self._read_offset[tp] = event.offset + 1

    def _filter_tps_with_pending_acks(self, topics: Iterable[Any] | None = None) -> list[TP]:
        """Stock: partitions in a book that it empties for revoked ones before their last commit."""
        return [tp for tp in self.watermarks.partitions() if topics is None or tp in topics or tp.topic in topics]

    def _new_offset(self, tp: TP) -> int | None:
        """Stock: guesses from acknowledged numbers, and passes unfinished ones at a hole."""
        self._acked.pop(tp, None)
        self._acked_index.pop(tp, None)
        return self.watermarks.advance(tp)

    def _forget(self) -> None:
        now = time.monotonic()
        for tp in self.watermarks.partitions():
            if (settled := self.watermarks.advance(tp)) is not None:
                self._settled_before[tp] = (settled, now)
        self.watermarks.forget()
        self._confirmed.clear()
        self._due = {}
        self.ends = {}
        self._acked.clear()
        self._acked_index.clear()

    async def perform_seek(self) -> None:
        """Stock: keeps acknowledgements and unfinished events of before the seek in its books."""
        self._epoch += 1
        self._forget()
        await super().perform_seek()

    async def seek_to_committed(self) -> Mapping[TP, int | None]:
        """Stock: repeats what was settled and could not be committed, as after a freeze of the broker.

        What this process settled is with the broker, whoever owned the partition since: it goes on behind that.
        """
        now = time.monotonic()
        settled = {tp: to for tp, (to, at) in self._settled_before.items() if now - at < REMEMBERED_SECONDS}
        offsets: Mapping[TP, int | None] = await self._thread.seek_to_committed(settled)
        for tp in settled.keys() & offsets.keys():
            if offsets[tp] == settled[tp]:
                self.watermarks.resume(tp, settled[tp])  # to be committed with the next chance
        return offsets

    async def force_commit(self, *args: Any, **kwargs: Any) -> bool:
        """Stock: commits after a crash as well."""
        if self.crashed or self.app.crashed:
            return False
        return bool(await super().force_commit(*args, **kwargs))

    async def _commit(self, offsets: Mapping[TP, int]) -> bool:
        """Stock: its caller notes offsets as committed whether or not the coordinator took them."""
        done = bool(await super()._commit(offsets))
        if done:
            self._confirmed.update(offsets)
        return done

    def _should_commit(self, tp: TP, offset: int) -> bool:
        """Stock: never asks again for a commit that was refused, until more is settled."""
        return offset > self._confirmed.get(tp, -1)

    def commit_age(self) -> float:
        """Seconds for which something has been settled and is not committed, as far as this was asked; 0 when all is.

        What is settled meanwhile does not count: in steady traffic there is always something that is not committed yet.
        """
        now = time.monotonic()
        if not any(self._should_commit(tp, offset) for tp, offset in self._due.items()):
            settled = {tp: self.watermarks.advance(tp) for tp in self.watermarks.partitions()}
            self._due = {tp: at for tp, at in settled.items() if at is not None and self._should_commit(tp, at)}
            self._due_since = now
        return now - self._due_since if self._due else 0.0

    def lag(self) -> dict[TP, int]:
        """Records of each assigned partition that are not settled, as of the last look at the logs' ends."""
        found = {}
        for tp, (position, end) in self.ends.items():
            settled = self.watermarks.advance(tp)
            begun = self.watermarks.first(tp)
            at = settled if settled is not None else begun if begun is not None else position
            found[tp] = max(end - (end if at is None else at), 0)
        return found

    def oldest_seconds(self) -> float:
        """Age of the oldest record that was fetched and is not settled, by the time of its writing; 0 without one."""
        oldest = min((event.value[0].timestamp for event in self.watermarks.heads()), default=None)
        return 0.0 if oldest is None else max(time.time() - oldest / 1000, 0.0)

    def progress(self) -> tuple[object, ...]:
        """Changes whenever work is settled or committed, and whenever partitions come or go."""
        settled = tuple((tp, self.watermarks.advance(tp)) for tp in sorted(self.watermarks.partitions()))
        return self._epoch, self.app.consumer_generation_id, settled, tuple(sorted(self._confirmed.items()))

    async def commit_and_end_transactions(self) -> None:
        """Stock: waits for a running commit and then does nothing, though that one may be of an older watermark."""
        while self._commit_fut is not None:
            await self.maybe_wait_for_commit_to_finish()
        await self.commit(start_new_transaction=False)

    async def wait_empty(self) -> None:
        """Stock: waits without limit. What is abandoned here stays unacknowledged and bounds the watermark."""
        deadline = time.monotonic() + SETTLE_SECONDS
        while self.hand.unfinished() and not self.crashed and time.monotonic() < deadline:  # noqa: ASYNC110  (acks come from compiled code)
            await asyncio.sleep(0.01)
        if left := self.hand.abandon():
            log.warning("%d batches in hand are left for the next owner", left)
        self._unacked_messages.clear()
        try:
            await asyncio.wait_for(self.commit_and_end_transactions(), COMMIT_SECONDS)
        except TimeoutError:
            log.warning("no commit within %s s: the next owner repeats what is settled", COMMIT_SECONDS)

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Stock: forgets its books before it waits and commits, so each rebalance repeats a commit interval; no limit.

        When the application is stopping, stock closes the client at once, in the middle of the last commit. To return
        at once is no better: the client rejoins, and the commit is refused as one of an older generation.
        """
        self._epoch += 1
        if self.app.should_stop:
            await self.wait_empty()
            return
        try:  # stops the flow, clears the queues, waits as above, flushes the producer
            await asyncio.wait_for(super().on_partitions_revoked(revoked), SETTLE_SECONDS + 2 * COMMIT_SECONDS)
        except TimeoutError:
            log.warning("partitions go before all outputs are delivered")
        self._forget()

    async def on_partitions_assigned(self, assigned: set[TP], generation_id: int = 0) -> None:
        """Stock: takes partitions up even while it is stopping."""
        if not self.app.should_stop:
            self.app.on_rebalance()
            await super().on_partitions_assigned(assigned, generation_id)

    @Service.task
    async def _probe(self) -> None:
        """Stock: never asks, so after a fatal group error the worker stays up, idle and silent. Here it is a crash."""
        async for _ in self.itertimer(PROBE_SECONDS, name="probe"):
            await self._thread.check_group()

    @Service.task
    async def _survey(self) -> None:
        """Stock: learns of a log's end only from what it fetches, so a consumer that fetches nothing has no lag."""
        async for _ in self.itertimer(SURVEY_SECONDS, name="survey"):
            with contextlib.suppress(KafkaError, TimeoutError):  # the broker is away: the last look stands
                async with asyncio.timeout(SURVEY_SECONDS):
                    self.ends = await self._thread.ends()


def _now() -> float:
    """Seconds that go on while the machine sleeps, where the system counts those."""
    return time.clock_gettime(_CLOCK)


def batches(records: list[Any]) -> Iterable[list[Any]]:
    """Cut fetched records into events: at most MAX_BATCH_RECORDS, and about MAX_BATCH_BYTES, in order."""
    batch: list[Any] = []
    size = 0
    for record in records:
        weight = len(record.key or b"") + len(record.value or b"")
        if batch and (len(batch) == MAX_BATCH_RECORDS or size + weight > MAX_BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(record)
        size += weight
    if batch:
        yield batch


def _event(tp: TP, records: list[Any], generation: int) -> ConsumerMessage:
    last = records[-1]
    return ConsumerMessage(
        topic=tp.topic,
        partition=tp.partition,
        offset=last.offset,
        timestamp=last.timestamp / 1000,
        timestamp_type=last.timestamp_type,
        headers=(),
        key=None,
        value=records,
        checksum=None,
        serialized_key_size=0,
        serialized_value_size=0,
        tp=tp,
        generation_id=generation,
    )
