"""Serves listeners: each gets what its view lets through, from its position on, for as long as it may listen."""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final

from aiokafka.errors import KafkaError
from sse_starlette import ServerSentEvent

from gateway.alerts.position import decode, encode
from gateway.alerts.ring import AlertRing
from gateway.alerts.tail import AlertTail
from gateway.alerts.view import View

RETRY_MILLISECONDS: Final = 2000
"""What a browser waits before it comes back."""
MAX_LISTENERS: Final = 2000
CHECK_SECONDS: Final = 30.0
"""For so long a listener whose key or session has ended may still hear."""

log = logging.getLogger(__name__)


class AlertDesk:
    """Serves listeners from the ring, and from the topic what the ring has forgotten."""

    def __init__(self, ring: AlertRing, tail: AlertTail) -> None:
        self._ring = ring
        self._tail = tail
        self.listeners = 0

    @property
    def is_full(self) -> bool:
        """Whether one more would be too many."""
        return self.listeners >= MAX_LISTENERS

    @property
    def is_live(self) -> bool:
        """Whether the topic is being read."""
        return self._tail.is_live

    async def listen(
        self, view: View, resume_from: str | None, is_welcome: Callable[[], Awaitable[bool]]
    ) -> AsyncIterator[ServerSentEvent]:
        """Events for one listener, for as long as it is welcome: that is asked again every ``CHECK_SECONDS``."""
        self.listeners += 1
        try:
            async for event in self._events(view, resume_from, is_welcome):
                yield event
        finally:
            self.listeners -= 1

    async def _events(
        self, view: View, resume_from: str | None, is_welcome: Callable[[], Awaitable[bool]]
    ) -> AsyncIterator[ServerSentEvent]:
        position = None if resume_from is None else decode(resume_from)
        number = self._ring.next_number if position is None else 0
        here = self._ring.known_ends()
        mine = here if position is None else {p: min(o, here.get(p, o)) for p, o in position.items()}
        yield ServerSentEvent(
            event="open" if resume_from is None or position is not None else "reset",
            data="{}",
            id=encode(mine) or None,
            retry=RETRY_MILLISECONDS,
        )
        if position is not None:
            async for event in self._missed(view, mine):
                yield event
        welcome = _Welcome(is_welcome)
        while await welcome.lasts():
            if self._ring.has_lost(number) and number:
                async for event in self._missed(view, mine):
                    yield event
            for entry in self._ring.since(number):
                number = entry.number + 1
                if entry.offset < mine.get(entry.partition, 0):
                    continue
                mine[entry.partition] = entry.offset + 1
                if view.shows(entry.alert):
                    yield ServerSentEvent(event="alert", id=encode(mine), data=entry.body)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ring.wait(number), CHECK_SECONDS)

    async def _missed(self, view: View, mine: dict[int, int]) -> AsyncIterator[ServerSentEvent]:
        """What lies between the listener and the ring, from the topic."""
        if all(mine.get(partition, floor) >= floor for partition, floor in self._ring.floor.items()):
            return
        try:
            async for partition, offset, alert in self._tail.read_back(dict(mine)):
                if alert is None:
                    yield ServerSentEvent(event="reset", data="{}")
                    continue
                mine[partition] = offset + 1
                if view.shows(alert):
                    yield ServerSentEvent(event="alert", id=encode(mine), data=alert.model_dump_json())
        except KafkaError as error:
            log.warning("missed alerts cannot be read: %s", type(error).__name__)
            yield ServerSentEvent(event="reset", data="{}")


class _Welcome:
    """Whether a listener may go on listening, asked for once in a while."""

    def __init__(self, is_welcome: Callable[[], Awaitable[bool]]) -> None:
        self._ask = is_welcome
        self._asked = time.monotonic()

    async def lasts(self) -> bool:
        if time.monotonic() - self._asked < CHECK_SECONDS:
            return True
        self._asked = time.monotonic()
        return await self._ask()
