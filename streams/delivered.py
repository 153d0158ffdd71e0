"""What a destination has already taken: the ids of delivered messages, recalled from their receipts.

Receipts are written before a message is acknowledged, so after a restart they name everything that could be sent twice
but the calls that were then under way.
"""

import asyncio
import logging

from pydantic import ValidationError

from schemas import Direction, Receipt
from streams.reading import TopicReader
from streams.settings import KafkaSettings
from streams.topics import Topic

REMEMBERED = 10_000
"""Ids of one partition: some hours of a busy contact centre. Older ones are forgotten first."""
SLACK_MS = 60_000
"""Clocks of different hosts may differ by so much."""
RECALL_SECONDS = 30.0
"""For reading a partition's receipts. When it is not enough the stage starts anew, and tries again."""

log = logging.getLogger(__name__)


class Delivered:
    """The ids of messages of one direction that were delivered, by partition."""

    def __init__(self, kafka: KafkaSettings, prefix: str, direction: Direction) -> None:
        self._kafka = kafka
        self._topic = f"{prefix}{Topic.RECEIPTS}"
        self._direction = direction
        self._ids: dict[int, dict[str, None]] = {}

    def has(self, partition: int, event_id: str) -> bool:
        """Whether the message was delivered, as far as is remembered."""
        return event_id in self._ids.get(partition, ())

    def add(self, partition: int, event_id: str) -> None:
        """Remember a delivery."""
        ids = self._ids.setdefault(partition, {})
        ids[event_id] = None
        if len(ids) > REMEMBERED:
            del ids[next(iter(ids))]

    async def recall(self, partition: int, since_ms: int) -> None:
        """Read what was delivered of a partition: the latest receipts, and at least all that were written since.

        ``since_ms`` is the time of the first message not acknowledged, in milliseconds since the epoch. Raises
        TimeoutError or a KafkaError.
        """
        self._ids[partition] = {}
        async with asyncio.timeout(RECALL_SECONDS), TopicReader.open(self._kafka, self._topic) as reader:
            begin, end = await reader.bounds(partition)
            since = await reader.offset_at(partition, since_ms - SLACK_MS)
            start = max(begin, min(end - REMEMBERED, end if since is None else since))
            async for record in reader.records(partition, start, end):
                self._note(partition, record.value)
        log.info("%s[%d]: %d deliveries recalled", self._topic, partition, len(self._ids[partition]))

    def _note(self, partition: int, value: bytes | None) -> None:
        try:
            receipt = Receipt.model_validate_json(value or b"")
        except ValidationError:  # another program's: it names no delivery of ours
            return
        if receipt.direction is self._direction:
            self.add(partition, receipt.event_id)
