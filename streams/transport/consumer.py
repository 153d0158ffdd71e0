"""Faust's consumer, made to hand out fetched batches and to commit nothing unsettled.

An event's value is a list of aiokafka records of one partition, in order; its offset is the last record's. A stage
acknowledges the event once the broker has every output of it. Each override says what the stock method does and why
that is not enough. Stock behaviour as of faust-streaming 0.15.3.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any

from faust.transport.drivers import aiokafka as driver
from faust.types.tuples import TP, ConsumerMessage
from mode import Service

from streams.transport.watermark import Watermarks

MAX_BATCH_RECORDS = 500
"""Records in one event: what an event costs the event loop in one go."""
MAX_BATCH_BYTES = 512 * 1024
"""Bytes of keys and values in one event, unless a single record is larger. Bounds the memory of a stage."""
FETCH_SECONDS = 1.0
SETTLE_SECONDS = 8.0
"""For what stages have in hand when partitions go or the worker stops."""
COMMIT_SECONDS = 6.0
"""For the commit after that. Both together stay far below the group's rebalance timeout."""
PROBE_SECONDS = 5.0

log = logging.getLogger(__name__)


class BatchConsumer(driver.Consumer):
    """Hands a stage one event for each fetched batch of a partition, and commits by a watermark."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.watermarks: Watermarks[TP] = Watermarks()
        self.in_hand: set[ConsumerMessage] = set()
        """Events that a stage has begun. Those that wait in its queue are not among them: a revocation drops them."""
        self.last_commit = time.monotonic()
        self._epoch = 0  # counts revocations and seeks: what was fetched in an older epoch is not handed out

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
                    continue
                if astray:
                    await self.perform_seek()
                epoch, generation = self._epoch, self.app.consumer_generation_id
                records, _ = await self._wait_next_records(FETCH_SECONDS)
                await self._hand_out(records or {}, epoch, generation)
                astray = bool(records) and not self._lasts(epoch)
                await asyncio.sleep(0)
        except (asyncio.CancelledError, *self.consumer_stopped_errors):
            if not self.app.should_stop:
                raise

    def committed_offset(self, tp: TP) -> int:
        """The offset last committed by this process, 0 where there is none yet."""
        return self._committed_offset.get(tp) or 0

    def _lasts(self, epoch: int) -> bool:
        return epoch == self._epoch and self.flow_active

    async def _hand_out(self, fetched: Mapping[TP, list[Any]], epoch: int, generation: int) -> None:
        """Give batches of each partition in turn, so that none starves, for as long as the epoch lasts."""
        waiting = deque((tp, iter(batches(records))) for tp, records in fetched.items())
        while waiting and self._lasts(epoch):
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
        self.watermarks.forget()
        self._acked.clear()
        self._acked_index.clear()

    async def perform_seek(self) -> None:
        """Stock: keeps acknowledgements and unfinished events of before the seek in its books."""
        self._epoch += 1
        self._forget()
        await super().perform_seek()

    async def seek_to_committed(self) -> dict[TP, int | None]:
        """Stock: one request a partition, and no seek where nothing is committed: what was dropped stays skipped."""

        async def in_its_thread() -> dict[TP, int | None]:
            client = self._thread._ensure_consumer()  # noqa: SLF001  (Faust has no public way to its client)
            asked = client.assignment()
            committed = await client._coordinator.fetch_committed_offsets(list(asked))  # noqa: SLF001  (as above)
            offsets: dict[TP, int | None] = {}
            for tp in asked & client.assignment():
                offsets[tp] = committed[tp].offset if tp in committed else None
                if offsets[tp] is None:
                    client._fetcher.request_offset_reset([tp], client._fetcher._default_reset_strategy)  # noqa: SLF001  (as above)
                else:
                    client._fetcher.seek_to(tp, offsets[tp])  # noqa: SLF001  (as above)
            return offsets

        sought: dict[TP, int | None] = await self._thread.call_thread(in_its_thread)
        return sought

    async def force_commit(self, *args: Any, **kwargs: Any) -> bool:
        """Stock: commits after a crash as well."""
        if self.crashed or self.app.crashed:
            return False
        done = bool(await super().force_commit(*args, **kwargs))
        self.last_commit = time.monotonic()
        return done

    async def commit_and_end_transactions(self) -> None:
        """Stock: waits for a running commit and then does nothing, though that one may be of an older watermark."""
        while self._commit_fut is not None:
            await self.maybe_wait_for_commit_to_finish()
        await self.commit(start_new_transaction=False)

    async def wait_empty(self) -> None:
        """Stock: waits without limit. What is abandoned here stays unacknowledged and bounds the watermark."""
        deadline = time.monotonic() + SETTLE_SECONDS
        while self._unfinished() and not self.crashed and time.monotonic() < deadline:  # noqa: ASYNC110  (acks come from compiled code)
            await asyncio.sleep(0.01)
        if left := self._unfinished():
            log.warning("%d batches in hand are left for the next owner", left)
        self.in_hand.clear()
        self._unacked_messages.clear()
        try:
            await asyncio.wait_for(self.commit_and_end_transactions(), COMMIT_SECONDS)
        except TimeoutError:
            log.warning("no commit within %s s: the next owner repeats what is settled", COMMIT_SECONDS)

    def _unfinished(self) -> int:
        self.in_hand = {event for event in self.in_hand if not event.acked}
        return len(self.in_hand)

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
            await super().on_partitions_assigned(assigned, generation_id)

    @Service.task
    async def _probe(self) -> None:
        """Stock: never asks, so after a fatal group error the worker stays up, idle and silent. Here it is a crash."""
        async for _ in self.itertimer(PROBE_SECONDS, name="probe"):
            client = self._thread._consumer  # noqa: SLF001  (Faust has no public way to its client)
            if client is not None and client._coordinator is not None:  # noqa: SLF001  (as above)
                await self._thread.call_thread(client._coordinator.check_errors)  # noqa: SLF001  (as above)


def batches(records: list[Any]) -> Iterable[list[Any]]:
    """Cut fetched records into events: at most MAX_BATCH_RECORDS, and about MAX_BATCH_BYTES, in order."""
    batch: list[Any] = []
    size = 0
    for record in records:
        weight = max(record.serialized_key_size, 0) + max(record.serialized_value_size, 0)
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
