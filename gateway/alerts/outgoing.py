"""Sends alerts out, once for the whole deployment: gateways share a consumer group, so each alert has one sender.

A partition is committed up to the first of its alerts that nobody has been told of: a gateway that dies leaves the
waiting ones to the next, and what was told before is not told again.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Final, NoReturn

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from gateway.alerts.channels import Channel, NotTaken
from gateway.alerts.digest import Digest
from gateway.alerts.tail import alert_of
from schemas import Audience, Severity
from streams.factory import group_id
from streams.record import KafkaRecord
from streams.settings import KafkaSettings
from streams.settings.alerting import AlertingSettings
from streams.topics import Topic

POLL_MILLISECONDS: Final = 500
RETRY_SECONDS: Final = 5.0
GROUP: Final = "alerts-out"
NOTHING: Final = -1
"""Stands for the offset of a partition of which nobody has committed any."""

log = logging.getLogger(__name__)


class Outgoing:
    """Groups alerts for each channel and tells them when they are due."""

    def __init__(
        self, channels: Sequence[Channel], settings: AlertingSettings, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock = clock
        self._least: Severity = settings.severity
        self._digests = [
            (channel, Digest(group_seconds=settings.group_seconds, per_hour=settings.per_hour)) for channel in channels
        ]
        self._rests_until = dict.fromkeys((channel.name for channel in channels), 0.0)
        self._taken: dict[int, int] = {}
        """Partition to the offset that comes next, over every connection to the broker."""

    def settled(self, partition: int, position: int) -> int:
        """Up to where a partition that was read to ``position`` holds nothing that waits to be told."""
        waiting = (digest.waits_from(partition) for _, digest in self._digests)
        return min([position, *(offset for offset in waiting if offset is not None)])

    def take(self, record: KafkaRecord) -> None:
        """Take a record of ``dlp.alerts``; what is not meant for a supervisor, or not bad enough, is left."""
        if record.offset < self._taken.get(record.partition, 0):
            return  # it came again, with another connection
        self._taken[record.partition] = record.offset + 1
        alert = alert_of(record)
        if alert is None or alert.audience is not Audience.SUPERVISOR or alert.severity.rank < self._least.rank:
            return
        for _, digest in self._digests:
            digest.add(alert, self._clock(), partition=record.partition, offset=record.offset)

    async def tell(self) -> None:
        """Send what is due. A channel that does not take it is left alone for a while."""
        for channel, digest in self._digests:
            if self._clock() < self._rests_until[channel.name] or not (groups := digest.due(self._clock())):
                continue
            try:
                await channel.tell(groups)
                digest.told(groups)
            except NotTaken as error:
                log.warning("alerts wait, %s does not take them: %s", channel.name, error)
                self._rests_until[channel.name] = self._clock() + RETRY_SECONDS


async def run(kafka: KafkaSettings, prefix: str, outgoing: Outgoing) -> None:
    """Read and tell until cancelled."""
    while True:
        consumer = AIOKafkaConsumer(
            f"{prefix}{Topic.ALERTS}",
            **kafka.client_options(),
            group_id=group_id(GROUP, prefix),
            enable_auto_commit=False,
            auto_offset_reset="latest",
        )
        try:
            await consumer.start()
            await _read_and_tell(consumer, outgoing)
        except (KafkaError, OSError) as error:
            log.warning("alerts are not sent out for now: %s", type(error).__name__)
        finally:
            await consumer.stop()
        await asyncio.sleep(RETRY_SECONDS)


async def _read_and_tell(consumer: AIOKafkaConsumer, outgoing: Outgoing) -> NoReturn:
    committed: dict[TopicPartition, int] = {}
    while True:
        fetched = await consumer.getmany(timeout_ms=POLL_MILLISECONDS, max_records=500)
        for record in chain.from_iterable(fetched.values()):
            outgoing.take(record)
        await outgoing.tell()
        if committed.keys() != consumer.assignment():
            found = {place: await consumer.committed(place) for place in consumer.assignment()}
            committed = {place: NOTHING if offset is None else offset for place, offset in found.items()}
        await _settle(consumer, outgoing, committed)


async def _settle(consumer: AIOKafkaConsumer, outgoing: Outgoing, committed: dict[TopicPartition, int]) -> None:
    """Commit what was told; where nobody ever did, also where this gateway began, for what it leaves waiting."""
    reached = {place: outgoing.settled(place.partition, await consumer.position(place)) for place in committed}
    news = {place: offset for place, offset in reached.items() if offset > committed[place]}
    if news:
        await consumer.commit(news)
        committed.update(news)
