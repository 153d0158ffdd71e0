"""Sends violations and audit records of a time range to a target once more, straight from the topics.

Nothing is committed and no consumer group moves: the ids are the same, so a receiver drops what it has.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime

from agents.siem import encoded_for, read_record
from connectors.failures import DestinationAway
from connectors.siem import BatchRefused, BatchTooBig, SiemTarget
from schemas.record import milliseconds
from streams.breaker import backoff
from streams.deadletters import PoisonError
from streams.parcels import Parcel, RefusesEverythingError
from streams.reading import TopicReader
from streams.record import KafkaRecord
from streams.settings import KafkaSettings
from streams.topics import Topic

TOPICS = (Topic.VIOLATIONS, Topic.AUDIT)


@dataclass(slots=True)
class Report:
    """What became of the records of a range."""

    sent: int = 0
    unreadable: int = 0
    """Records that are no violation and no audit record: they have a dead letter already."""
    refused: list[str] = field(default_factory=list)
    """``topic-partition-offset`` of records that the target does not take."""


@dataclass(frozen=True, slots=True)
class _Item:
    place: str
    data: bytes


class GivenUpError(Exception):
    """The target took nothing for too long. ``reason`` is its last word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Backfill:
    """Sends one range to one target."""

    def __init__(self, target: SiemTarget, kafka: KafkaSettings, prefix: str, *, attempts: int = 12) -> None:
        self._to = target
        self._kafka = kafka
        self._prefix = prefix
        self._attempts = attempts
        self.report = Report()

    async def run(self, begin: datetime, end: datetime, told: Callable[[Report], None]) -> Report:
        """Send every record written from ``begin`` to before ``end``. Raises GivenUpError or a KafkaError."""
        batch: list[_Item] = []
        size = 0
        limits = self._to.limits
        async for record in self._range(begin, end):
            try:
                item = _Item(
                    f"{record.topic}-{record.partition}-{record.offset}", encoded_for(self._to, read_record(record))
                )
            except PoisonError:
                self.report.unreadable += 1
                continue
            weight = len(item.data) + limits.separator_bytes
            if batch and (len(batch) == limits.max_records or size + weight > limits.max_bytes):
                await self._deliver(batch)
                told(self.report)
                batch, size = [], 0
            batch.append(item)
            size += weight
        if batch:
            await self._deliver(batch)
        return self.report

    async def _range(self, begin: datetime, end: datetime) -> AsyncIterator[KafkaRecord]:
        first, last = milliseconds(begin), milliseconds(end)
        for topic in TOPICS:
            async with TopicReader.open(self._kafka, f"{self._prefix}{topic}") as reader:
                for partition in await reader.partitions():
                    _, stop = await reader.bounds(partition)
                    start = await reader.offset_at(partition, first)
                    if start is None:
                        continue
                    async for record in reader.records(partition, start, stop):
                        if first <= record.timestamp < last:
                            yield record

    async def _deliver(self, items: list[_Item]) -> None:
        parcel = Parcel(items)
        failures = 0
        while sent := parcel.next():
            reason, pause = await self._attempt(parcel, sent)
            failures = failures + 1 if reason else 0
            if reason and failures >= self._attempts:
                raise GivenUpError(reason)
            if reason:
                await asyncio.sleep(max(backoff(failures), pause))

    async def _attempt(self, parcel: Parcel[_Item], sent: list[_Item]) -> tuple[str | None, float]:
        """Send once. Returns why nothing was taken, and for how long to wait; no reason where it went well."""
        try:
            answer = await self._to.send([item.data for item in sent])
            if answer.confirmation is not None:
                await answer.confirmation()
        except DestinationAway as away:
            return away.reason, away.retry_after or 0.0
        except BatchTooBig:
            if not parcel.too_big(sent):
                parcel.give_up(sent[0])
                self.report.refused.append(sent[0].place)
            return None, 0.0
        except BatchRefused as refused:
            try:
                culprits = parcel.refused(sent, refused.index, code=refused.code)
            except RefusesEverythingError:
                return refused.code, 0.0
            self.report.refused += [item.place for item in culprits]
            return None, 0.0
        excluded = parcel.taken(sent, again=[sent[place] for place in sorted(answer.again)])
        self.report.refused += [sent[place].place for place in sorted(answer.refused)]
        self.report.refused += [item.place for item in excluded]
        self.report.sent += len(sent) - len(answer.again) - len(answer.refused)
        return ("in_part" if answer.again else None), 0.0
