"""The last alerts in memory. Listeners read from it at their own pace; nothing is kept for any one of them."""

import asyncio
from collections import deque
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from gateway.alerts.position import Position
from schemas import Alert

MAX_ALERTS: Final = 10_000
MAX_BYTES: Final = 8 * 1024 * 1024
"""Of JSON; with the objects around it the ring takes about three times as much."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An alert and its place in the topic."""

    number: int
    """In the order of arrival here, from 0."""
    partition: int
    offset: int
    alert: Alert
    body: str
    """The alert as JSON."""


class AlertRing:
    """What the gateway remembers of ``dlp.alerts``: bounded by number and by bytes, oldest out first."""

    def __init__(self, *, max_alerts: int = MAX_ALERTS, max_bytes: int = MAX_BYTES) -> None:
        self._entries: deque[Entry] = deque()
        self._max_alerts = max_alerts
        self._max_bytes = max_bytes
        self._bytes = 0
        self._news = asyncio.Condition()
        self.next_number = 0
        self.floor: dict[int, int] = {}
        """Partition to the first offset that the ring knows all about: what lies before may be missing here."""
        self.position: dict[int, int] = {}
        """Partition to the offset that comes next."""
        self._ends: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def begin(self, position: Position, ends: Position) -> None:
        """The tail starts here, and the topic ends there: partitions that are new have their floor here too."""
        self._ends = dict(ends)
        for partition, offset in position.items():
            self.floor.setdefault(partition, offset)
            self.position.setdefault(partition, offset)

    def known_ends(self) -> dict[int, int]:
        """Partition to the offset of what will be new, also while the ring still fills up with what is old."""
        return {partition: max(offset, self._ends.get(partition, 0)) for partition, offset in self.position.items()}

    def add(self, partition: int, offset: int, alert: Alert | None) -> None:
        """Keep an alert; None for a record that is none. Call ``announce`` after a batch."""
        self.floor.setdefault(partition, offset)
        if offset < self.position.get(partition, 0):
            return  # read before, ahead of a reconnection
        self.position[partition] = offset + 1
        if alert is None:
            return
        entry = Entry(self.next_number, partition, offset, alert, alert.model_dump_json())
        self.next_number += 1
        self._entries.append(entry)
        self._bytes += len(entry.body)
        while len(self._entries) > self._max_alerts or self._bytes > self._max_bytes:
            gone = self._entries.popleft()
            self._bytes -= len(gone.body)
            self.floor[gone.partition] = gone.offset + 1

    async def announce(self) -> None:
        """Wake everybody who waits."""
        async with self._news:
            self._news.notify_all()

    async def wait(self, number: int) -> None:
        """Return once the entry of this number, or a later one, is there."""
        async with self._news:
            await self._news.wait_for(lambda: self.next_number > number)

    def since(self, number: int) -> list[Entry]:
        """Entries from this number on, as many as are still there."""
        fresh = list(takewhile(lambda entry: entry.number >= number, reversed(self._entries)))
        fresh.reverse()
        return fresh

    def has_lost(self, number: int) -> bool:
        """Whether an entry of this number or a later one has gone already."""
        first = self._entries[0].number if self._entries else self.next_number
        return number < first
