"""Following topics outside every group: for what is shown to people, and must not take a stage's partitions."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from streams.record import KafkaRecord
from streams.settings import KafkaSettings

Places = dict[tuple[str, int], int]
"""Topic with its prefix and partition, to the offset that comes next."""

POLL_MILLISECONDS: Final = 500
WAIT_MILLISECONDS: Final = 250
GATHERED_BYTES: Final = 256 * 1024
RETRY_SECONDS: Final = 1.0
MAX_BATCH: Final = 2000
"""Records handed out at once: the bound of what a reader holds."""

log = logging.getLogger(__name__)


class TopicFollower:
    """Reads topics from where it was told to their ends, and on. Commits nothing: ``places`` is its only memory.

    A partition that ``places`` lacks, or whose place the topic has forgotten, begins at its first record, or at the
    first one that is younger than ``since_seconds``. ``is_patient`` lets the broker gather records for a moment: a
    request a record costs more than the record where nobody waits for it.
    """

    def __init__(
        self,
        kafka: KafkaSettings,
        topics: Sequence[str],
        places: Places,
        *,
        since_seconds: float | None = None,
        is_patient: bool = False,
    ) -> None:
        self._kafka = kafka
        self._is_patient = is_patient
        self._topics = topics
        self._since_seconds = since_seconds
        self.places = places
        self.ends: Places = {}
        """Where the topics ended when they were last reached: what lies before was said before."""
        self.is_connected = False

    async def batches(self) -> AsyncGenerator[list[KafkaRecord], None]:
        """Records as they come, in order within each partition. Never ends; outages are waited out.

        An empty batch tells that the topics have been reached, and ``places`` is whole.
        ``places`` moves on when the next batch is asked for: what is being worked on is not yet behind.
        """
        while True:
            try:
                async with self._consumer() as consumer:
                    self.is_connected = True
                    yield []
                    while True:
                        fetched = await consumer.getmany(timeout_ms=POLL_MILLISECONDS, max_records=MAX_BATCH)
                        if fetched:
                            yield [record for records in fetched.values() for record in records]
                        self.places.update({(p.topic, p.partition): rs[-1].offset + 1 for p, rs in fetched.items()})
            except (KafkaError, OSError) as error:
                log.warning("topics cannot be followed for now: %s", type(error).__name__)
            finally:
                self.is_connected = False
            await asyncio.sleep(RETRY_SECONDS)

    @asynccontextmanager
    async def _consumer(self) -> AsyncIterator[AIOKafkaConsumer]:
        consumer = AIOKafkaConsumer(
            **self._kafka.client_options(),
            enable_auto_commit=False,
            fetch_max_wait_ms=WAIT_MILLISECONDS,
            fetch_min_bytes=GATHERED_BYTES if self._is_patient else 1,
        )
        try:
            await consumer.start()
            partitions = await self._partitions(consumer)
            consumer.assign(partitions)
            for partition, offset in (await self._beginnings(consumer, partitions)).items():
                consumer.seek(partition, offset)
            yield consumer
        finally:
            await consumer.stop()

    async def _partitions(self, consumer: AIOKafkaConsumer) -> list[TopicPartition]:
        """Every partition of every topic; waits until all topics are there."""
        while True:
            await consumer._client.set_topics(self._topics)  # noqa: SLF001  (the first request would wait 100 ms for metadata)
            cluster = await consumer._client.fetch_all_metadata()  # noqa: SLF001  (no public way to a topic not subscribed)
            found = {topic: sorted(cluster.partitions_for_topic(topic) or ()) for topic in self._topics}
            if all(found.values()):
                return [TopicPartition(topic, number) for topic, numbers in found.items() for number in numbers]
            await asyncio.sleep(RETRY_SECONDS)

    async def _beginnings(
        self, consumer: AIOKafkaConsumer, partitions: list[TopicPartition]
    ) -> dict[TopicPartition, int]:
        first = await consumer.beginning_offsets(partitions)
        end = await consumer.end_offsets(partitions)
        young: dict[TopicPartition, int] = dict(first)
        if self._since_seconds is not None:
            moment = int((time.time() - self._since_seconds) * 1000)
            found = await consumer.offsets_for_times(dict.fromkeys(partitions, moment))
            young = {place: end[place] if at is None else at.offset for place, at in found.items()}
        begin = {}
        for partition in partitions:
            place = self.places.get((partition.topic, partition.partition))
            is_kept = place is not None and first[partition] <= place <= end[partition]
            begin[partition] = place if is_kept and place is not None else young[partition]
            self.places[partition.topic, partition.partition] = begin[partition]
            self.ends[partition.topic, partition.partition] = end[partition]
        return begin
