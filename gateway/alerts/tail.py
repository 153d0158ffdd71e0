"""Follows ``dlp.alerts`` into the ring, for as long as the gateway runs; and reads back what the ring has forgotten."""

import logging
from collections.abc import AsyncIterator
from typing import Final

from pydantic import ValidationError

from gateway.alerts.position import Position
from gateway.alerts.ring import AlertRing
from schemas import Alert
from streams.following import Places, TopicFollower
from streams.reading import TopicReader
from streams.record import KafkaRecord
from streams.settings import KafkaSettings
from streams.topics import Topic

RECENT_SECONDS: Final = 15 * 60.0
"""How far back a gateway that starts reads, so that listeners can resume after its restart."""
MAX_READ_BACK: Final = 20_000
"""Records that one listener's return may read from the topic."""

log = logging.getLogger(__name__)


class AlertTail:
    """The one reader of ``dlp.alerts`` in this process."""

    def __init__(self, kafka: KafkaSettings, prefix: str, ring: AlertRing) -> None:
        self._kafka = kafka
        self._topic = f"{prefix}{Topic.ALERTS}"
        self._ring = ring
        self._follower = TopicFollower(kafka, [self._topic], {}, since_seconds=RECENT_SECONDS)

    @property
    def is_live(self) -> bool:
        """Whether the topic is being read."""
        return self._follower.is_connected

    async def run(self) -> None:
        """Follow until cancelled."""
        async for batch in self._follower.batches():
            self._ring.begin(_by_partition(self._follower.places), _by_partition(self._follower.ends))
            for record in batch:
                self._ring.add(record.partition, record.offset, alert_of(record))
            await self._ring.announce()

    async def read_back(self, position: Position) -> AsyncIterator[tuple[int, int, Alert | None]]:
        """Partition, offset and alert of what lies between a position and the ring. Raises KafkaError.

        An offset without an alert says that what lies before it cannot be had any more.
        """
        left = MAX_READ_BACK
        async with TopicReader.open(self._kafka, self._topic) as reader:
            for partition, floor in sorted(self._ring.floor.items()):
                begin, _ = await reader.bounds(partition)
                start = max(position.get(partition, floor), begin, floor - left)
                if start > position.get(partition, start):
                    yield partition, start, None
                async for record in reader.records(partition, start, floor):
                    left -= 1
                    if (alert := alert_of(record)) is not None:
                        yield partition, record.offset, alert


def _by_partition(places: Places) -> Position:
    return {partition: offset for (_, partition), offset in places.items()}


def alert_of(record: KafkaRecord) -> Alert | None:
    """The alert of a record; None for anything else, which is nobody's to see."""
    try:
        return Alert.model_validate_json(record.value or b"")
    except ValidationError:
        log.warning("a record is no alert: %s[%d]@%d", record.topic, record.partition, record.offset)
        return None
