"""Follows the topics into the read model for as long as the gateway runs."""

import asyncio
import logging
import time
from contextlib import aclosing
from typing import Final

from sqlalchemy import Connection

from gateway.console.rows import FED_BY, Gathered
from gateway.console.writing import PlacesMovedError, load_places, purge, store
from streams.following import Places, TopicFollower
from streams.record import KafkaRecord
from streams.settings import KafkaSettings
from vault.database import Database
from vault.errors import VaultUnavailable

STANDBY_SECONDS: Final = 5.0
"""How long a gateway lets another one read before it looks again."""
AWAY_SECONDS: Final = 2.0
"""Between attempts while the database is away."""
PURGE_SECONDS: Final = 3600.0
DAY_SECONDS: Final = 86_400.0

log = logging.getLogger(__name__)


class ConsoleFeed:
    """Keeps the read model up to date, and forgets what is older than retention allows."""

    def __init__(self, kafka: KafkaSettings, prefix: str, database: Database, *, retention_days: float) -> None:
        self._kafka = kafka
        self._prefix = prefix
        self._database = database
        self._retention_days = retention_days

    async def run(self) -> None:
        """Read until cancelled. An outage of Kafka or of the database is waited out; nothing is skipped."""
        while True:
            try:
                await self._follow()
            except PlacesMovedError:
                await asyncio.sleep(STANDBY_SECONDS)
            except VaultUnavailable:
                log.warning("the console's database is away")
                await asyncio.sleep(AWAY_SECONDS)

    async def forget(self) -> None:
        """Purge every hour until cancelled."""
        while True:
            try:
                await self._database.run(self._purge)
            except VaultUnavailable:
                log.warning("the console's database is away")
            await asyncio.sleep(PURGE_SECONDS)

    def _purge(self, connection: Connection) -> int:
        now = time.time()
        before = now - self._retention_days * DAY_SECONDS
        return purge(connection, round(before * 1000), round(now * 1000))

    async def _follow(self) -> None:
        known = await self._database.run(load_places)
        topics = [f"{self._prefix}{topic}" for topic in FED_BY]
        follower = TopicFollower(self._kafka, topics, dict(known), is_patient=True)
        async with aclosing(follower.batches()) as batches:
            async for batch in batches:
                reached = {(record.topic, record.partition): record.offset + 1 for record in batch}
                if reached:
                    await self._store(batch, dict(known), reached)
                    known.update(reached)

    async def _store(self, batch: list[KafkaRecord], known: Places, reached: Places) -> None:
        gathered = Gathered()
        for record in batch:
            gathered.add(record.topic.removeprefix(self._prefix), record)
        if gathered.unread:
            log.warning("records that cannot be read were left out of the console: %d", gathered.unread)
        await self._database.run(lambda c: store(c, gathered, known, reached))
