"""The outputs of one event: packed per partition, enqueued in order, awaited together."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from aiokafka.errors import KafkaTimeoutError, UnknownTopicOrPartitionError
from aiokafka.partitioner import murmur2
from faust.exceptions import ProducerSendError

from streams.stage import Output
from streams.topics import ROAD, Topic, TopicsUnfitError
from streams.transport import DurableProducer

RECORD_OVERHEAD = 1024
"""Bytes kept free for what Kafka adds to a record and its batch."""
HOMES = 100_000
"""Keys whose partition is remembered."""

log = logging.getLogger(__name__)


class Partitioner:
    """Where a key lives: the partition that Kafka's default partitioner (murmur2) gives it. Remembers what it found.

    All topics on a message's road have as many partitions, so a key's home is the same in each of them.
    """

    def __init__(self, partitions: int) -> None:
        self.partitions = partitions
        self._homes: dict[bytes, int] = {}

    def home(self, key: bytes) -> int:
        """The partition of a key."""
        if (home := self._homes.get(key)) is None:
            if len(self._homes) >= HOMES:
                self._homes.clear()
            home = self._homes[key] = (murmur2(key) & 0x7FFF_FFFF) % self.partitions
        return home


class Road:
    """The topics on a message's road, as the cluster has them at the moment."""

    def __init__(self, producer: DurableProducer, prefix: str) -> None:
        self._producer = producer
        self._prefix = prefix
        self._partitioner = Partitioner(0)
        self._generation: int | None = None

    async def partitioner(self, generation: int) -> Partitioner:
        """For the partitions of one generation of the group. Raises TopicsUnfitError when topics differ in them.

        When a topic gets more partitions, the group gives them out anew: that is a new generation.
        """
        if generation == self._generation:
            return self._partitioner
        await self._producer.client.client.force_metadata_update()
        counts = {topic: len(await self._producer.client.partitions_for(f"{self._prefix}{topic}")) for topic in ROAD}
        if len(set(counts.values())) != 1:
            raise TopicsUnfitError(f"the topics on a message's road need equal numbers of partitions: {counts}")
        (count,) = set(counts.values())
        if self._partitioner.partitions != count:
            self._partitioner = Partitioner(count)
        self._generation = generation
        return self._partitioner


class Outbox:
    """Collects the outputs of one event, whose records all come from one partition.

    A record whose key lives in that partition is packed: records for one partition of a topic travel as one batch with
    one future. Any other (a record without a key, a producer with another partitioner) goes by itself.
    """

    def __init__(self, producer: DurableProducer, partitioner: Partitioner, partition: int, *, prefix: str) -> None:
        self._producer = producer
        self._prefix = prefix
        self._client = producer.client
        self._max_bytes: int = producer.max_request_size
        self._partitioner = partitioner
        self._partition = partition
        self._open: dict[Topic, Any] = {}
        self._deliveries: list[asyncio.Future[Any]] = []

    def fits(self, outputs: Iterable[Output]) -> bool:
        """Whether a produce request can carry each record. The client does not look, and a refusal would be fatal."""
        for output in outputs:
            size = len(output.key or b"") + len(output.value) + RECORD_OVERHEAD
            for name, text in output.headers:
                size += len(name) + len(text)
            if size > self._max_bytes:
                return False
        return True

    def pack(self, output: Output) -> bool:
        """Add a record that fits to the batch that is open for it; False where there is none, or it is full."""
        batch, key = self._open.get(output.topic), output.key
        if batch is None or key is None or self._partitioner.home(key) != self._partition:
            return False
        return batch.append(key=key, value=output.value, timestamp=None, headers=list(output.headers)) is not None

    async def put(self, output: Output) -> None:
        """Add a record that fits. Order is that of the calls, for each key and topic."""
        if output.key is not None and self._partitioner.home(output.key) == self._partition:
            if not self.pack(output):
                await self._turn(output.topic)
                self.pack(output)
            return
        topic, headers = self._prefix + output.topic, list(output.headers) or None
        self._deliveries.append(
            await _held(lambda: self._producer.send(topic, output.key, output.value, None, None, headers))
        )

    async def close(self) -> "asyncio.Future[list[Any]]":
        """Enqueue what is still open. The future ends when the broker has everything, or raises what went wrong."""
        for topic, batch in self._open.items():
            await self._send(topic, batch)
        self._open.clear()
        return asyncio.gather(*self._deliveries)

    async def _turn(self, topic: Topic) -> None:
        """Send the batch that is open for a topic, and open the next: what fits into no request was refused before."""
        if (full := self._open.get(topic)) is not None:
            await self._send(topic, full)
        self._open[topic] = self._client.create_batch()

    async def _send(self, topic: Topic, batch: Any) -> None:
        batch.close()
        name = self._prefix + topic
        delivery = await _held(lambda: self._client.send_batch(batch, name, partition=self._partition))
        delivery.add_done_callback(self._producer.note_failure)
        self._deliveries.append(delivery)


async def _held(enqueue: Callable[[], Awaitable[Any]]) -> Any:
    """An outage is back-pressure: what could not even be enqueued was not sent, so it may be tried again."""
    while True:
        try:
            return await enqueue()
        except (KafkaTimeoutError, UnknownTopicOrPartitionError) as error:
            log.warning("output not accepted (%s): still trying", type(error).__name__)
        except ProducerSendError as error:
            if not isinstance(error.__cause__, KafkaTimeoutError | UnknownTopicOrPartitionError):
                raise
            log.warning("output not accepted (%s): still trying", type(error.__cause__).__name__)
