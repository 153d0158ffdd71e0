"""Sends alerts out, once for the whole deployment: gateways share a consumer group, so each alert has one sender.

Offsets are committed when nothing waits: a gateway that dies tells of the waiting ones again rather than not at all.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from typing import Final

from aiokafka import AIOKafkaConsumer
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

    @property
    def is_idle(self) -> bool:
        """Whether nothing waits to be told."""
        return not any(len(digest) for _, digest in self._digests)

    def take(self, record: KafkaRecord) -> None:
        """Take a record of ``dlp.alerts``; what is not meant for a supervisor, or not bad enough, is left."""
        alert = alert_of(record)
        if alert is None or alert.audience is not Audience.SUPERVISOR or alert.severity.rank < self._least.rank:
            return
        for _, digest in self._digests:
            digest.add(alert, self._clock())

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
            is_behind = False
            while True:
                fetched = await consumer.getmany(timeout_ms=POLL_MILLISECONDS, max_records=500)
                for records in fetched.values():
                    for record in records:
                        outgoing.take(record)
                await outgoing.tell()
                is_behind = is_behind or bool(fetched)
                if is_behind and outgoing.is_idle:
                    await consumer.commit()
                    is_behind = False
        except (KafkaError, OSError) as error:
            log.warning("alerts are not sent out for now: %s", type(error).__name__)
        finally:
            await consumer.stop()
        await asyncio.sleep(RETRY_SECONDS)
