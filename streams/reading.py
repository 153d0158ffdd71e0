"""Reading a topic outside every group, from one offset to another: for operators' commands and what a stage recalls."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Self

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from streams.record import KafkaRecord
from streams.settings import KafkaSettings

POLL_MILLISECONDS = 1000
SILENT_POLLS = 30
"""Polls in a row that bring nothing, after which the broker is taken for away."""


class BrokerSilentError(KafkaError):  # type: ignore[misc]  # aiokafka is not typed
    """The broker gave no records for long, though there are some."""


class TopicReader:
    """Reads ranges of one topic. Commits nothing and belongs to no group. Raises KafkaError."""

    def __init__(self, kafka: KafkaSettings, topic: str, consumer: AIOKafkaConsumer) -> None:
        self._kafka = kafka
        self._topic = topic
        self._consumer = consumer

    @classmethod
    @asynccontextmanager
    async def open(cls, kafka: KafkaSettings, topic: str) -> AsyncIterator[Self]:
        """Connect, and disconnect at the end of the block."""
        async with _consumer(kafka, topic) as consumer:
            yield cls(kafka, topic, consumer)

    async def partitions(self) -> list[int]:
        """The topic's partitions, from 0."""
        cluster = await self._consumer._client.fetch_all_metadata()  # noqa: SLF001  (no public way to a topic not subscribed)
        return sorted(cluster.partitions_for_topic(self._topic) or ())

    async def bounds(self, partition: int) -> tuple[int, int]:
        """First offset, and the one after the last."""
        place = TopicPartition(self._topic, partition)
        begin = await self._consumer.beginning_offsets([place])
        end = await self._consumer.end_offsets([place])
        return begin[place], end[place]

    async def bounds_of(self, topic: str) -> dict[int, tuple[int, int]]:
        """First offset and the one after the last of every partition of any topic; empty when there is none such."""
        cluster = await self._consumer._client.fetch_all_metadata()  # noqa: SLF001  (no public way to a topic not subscribed)
        places = [TopicPartition(topic, number) for number in sorted(cluster.partitions_for_topic(topic) or ())]
        begin = await self._consumer.beginning_offsets(places) if places else {}
        end = await self._consumer.end_offsets(places) if places else {}
        return {place.partition: (begin[place], end[place]) for place in places}

    async def offset_at(self, partition: int, milliseconds: int) -> int | None:
        """The first offset written at or after a time since the epoch; None when there is none."""
        place = TopicPartition(self._topic, partition)
        found = (await self._consumer.offsets_for_times({place: max(milliseconds, 0)}))[place]
        return None if found is None else int(found.offset)

    async def records(self, partition: int, begin: int, end: int) -> AsyncIterator[KafkaRecord]:
        """Each record from ``begin`` to before ``end``; compaction may have left holes."""
        if begin >= end:
            return
        place = TopicPartition(self._topic, partition)
        async with _consumer(
            self._kafka, self._topic
        ) as consumer:  # of its own: an assignment that changes loses fetched records
            consumer.assign([place])
            consumer.seek(place, begin)
            silent = 0
            while await consumer.position(place) < end:
                batch = (await consumer.getmany(place, timeout_ms=POLL_MILLISECONDS)).get(place, ())
                silent = 0 if batch else silent + 1
                if silent >= SILENT_POLLS:
                    raise BrokerSilentError
                for record in batch:
                    if record.offset < end:
                        yield record


async def tails(kafka: KafkaSettings, ends: Mapping[TopicPartition, int], count: int) -> AsyncGenerator[KafkaRecord]:
    """The last ``count`` records before an offset of each of many partitions, all of them at once; in order in each."""
    async with _consumer(kafka, *{place.topic for place in ends}) as consumer:
        first = await consumer.beginning_offsets(list(ends))
        begins = {place: max(first[place], end - count) for place, end in ends.items()}
        left = {place for place, begin in begins.items() if begin < ends[place]}
        consumer.assign(list(left))
        for place in left:
            consumer.seek(place, begins[place])
        silent = 0
        while left and silent < SILENT_POLLS:
            fetched = await consumer.getmany(*left, timeout_ms=POLL_MILLISECONDS)
            silent = 0 if fetched else silent + 1
            for place, records in fetched.items():
                for record in records:
                    if record.offset < ends[place]:
                        yield record
                if await consumer.position(place) >= ends[place]:
                    left.discard(place)
                    consumer.pause(place)


@asynccontextmanager
async def _consumer(kafka: KafkaSettings, *topics: str) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = AIOKafkaConsumer(**kafka.client_options(), enable_auto_commit=False)
    try:
        await consumer.start()
        await consumer._client.set_topics(topics)  # noqa: SLF001  (the first request would wait 100 ms for metadata)
        yield consumer
    finally:
        await consumer.stop()
