"""How far each stage and destination has come, for pages: asked of Kafka, and good for a moment."""

import asyncio
import time
from contextlib import AsyncExitStack
from typing import Final

from aiokafka.errors import KafkaError

from streams.settings import KafkaSettings
from streams.standing import GroupStanding, Surveyor
from streams.topics import Topic

KEPT_SECONDS: Final = 2.0
"""How long an answer is good for: pages ask often."""
PATIENCE_SECONDS: Final = 8.0
"""How long a page waits for an answer."""


class Progress:
    """Keeps one connection to ask by, and makes another when it breaks."""

    def __init__(self, kafka: KafkaSettings, prefix: str) -> None:
        self._kafka = kafka
        self._prefix = prefix
        self._stack = AsyncExitStack()
        self._surveyor: Surveyor | None = None
        self._known: tuple[GroupStanding, ...] = ()
        self._asked = float("-inf")
        self._asking = asyncio.Lock()

    async def groups(self) -> tuple[GroupStanding, ...] | None:
        """Every group, by name; None when Kafka does not answer."""
        async with self._asking:
            if time.monotonic() - self._asked <= KEPT_SECONDS:
                return self._known
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    if self._surveyor is None:
                        opening = Surveyor.open(self._kafka, self._prefix)
                        self._surveyor = await self._stack.enter_async_context(opening)
                    self._known = (await self._surveyor.look()).groups
                    self._asked = time.monotonic()
            except (KafkaError, OSError, TimeoutError):
                await self.close()
                return None
            return self._known

    async def settled(self, topic: Topic, partition: int, offset: int) -> dict[str, bool] | None:
        """Each group that reads the topic, and whether it has settled the record; None when Kafka does not answer."""
        groups = await self.groups()
        if groups is None:
            return None
        place = f"{topic}[{partition}]"
        return {one.name: one.reached[place] > offset for one in groups if place in one.reached}

    async def close(self) -> None:
        """Disconnect; the next question connects again."""
        self._surveyor = None
        stack, self._stack = self._stack, AsyncExitStack()
        await stack.aclose()
