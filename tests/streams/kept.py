"""A producer that keeps what it is given, in the order in which a broker would get it."""

import asyncio
from collections.abc import Sequence
from typing import Any

Pairs = Sequence[tuple[str, bytes]]


class Batch:
    """As aiokafka's builder: takes records until it is full."""

    def __init__(self, room: int) -> None:
        self._room = room
        self.records: list[tuple[bytes | None, bytes]] = []
        self.is_closed = False

    def append(self, *, key: bytes, value: bytes, timestamp: None, headers: Pairs) -> object | None:
        if self.is_closed or (self.records and len(self.records) >= self._room):
            return None
        self.records.append((key, value))
        return object()

    def close(self) -> None:
        self.is_closed = True


class KeepingProducer:
    """Says as it is told whether a record is accepted, and acknowledges when it is told."""

    def __init__(self, *, room: int = 100, max_request_size: int = 10_000, partitions: int = 1) -> None:
        self.max_request_size = max_request_size
        self.partitions = partitions
        self.counts: dict[str, int] = {}
        """Of topics that have other numbers of partitions."""
        self.sent: list[tuple[str, int | None, list[tuple[bytes | None, bytes]]]] = []
        """Topic, partition and records of each request."""
        self.refusals: list[Exception] = []
        """What the next attempts to enqueue raise."""
        self.is_acknowledging = True
        self.failures: list[BaseException] = []
        self.asked = 0
        self._room = room
        self._unacknowledged: list[asyncio.Future[None]] = []

    @property
    def client(self) -> "KeepingProducer":
        return self

    async def force_metadata_update(self) -> None:
        self.asked += 1

    async def partitions_for(self, topic: str) -> set[int]:
        return set(range(self.counts.get(topic, self.partitions)))

    def create_batch(self) -> Batch:
        return Batch(self._room)

    async def send_batch(self, batch: Batch, topic: str, *, partition: int) -> "asyncio.Future[None]":
        return self._taken(topic, partition, batch.records)

    async def send(self, topic: str, key: bytes | None, value: bytes, *_: Any) -> "asyncio.Future[None]":
        return self._taken(topic, None, [(key, value)])

    def note_failure(self, delivery: "asyncio.Future[Any]") -> None:
        if not delivery.cancelled() and (error := delivery.exception()) is not None:
            self.failures.append(error)

    def acknowledge(self, error: Exception | None = None) -> None:
        """Answer everything that waits."""
        for delivery in self._unacknowledged:
            if error is None:
                delivery.set_result(None)
            else:
                delivery.set_exception(error)
        self._unacknowledged.clear()

    def _taken(
        self, topic: str, partition: int | None, records: list[tuple[bytes | None, bytes]]
    ) -> "asyncio.Future[None]":
        if self.refusals:
            raise self.refusals.pop(0)
        self.sent.append((topic, partition, records))
        delivery: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._unacknowledged.append(delivery)
        if self.is_acknowledging:
            self.acknowledge()
        return delivery
