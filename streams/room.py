"""How much work a stage may hold: the back-pressure that bounds its memory while a destination is away."""

import asyncio
from collections import deque


class Room:
    """Admits batches until so many records or bytes are inside; then the stage fetches no further.

    One batch is always admitted, however large. Batches are admitted in the order in which they came.
    """

    def __init__(self, max_records: int, max_bytes: int) -> None:
        self._max_records = max_records
        self._max_bytes = max_bytes
        self.records = 0
        self.bytes = 0
        self._waiting: deque[tuple[asyncio.Future[None], int, int]] = deque()

    async def enter(self, records: int, size: int) -> None:
        """Return when there is room; the batch then counts until it leaves."""
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append((turn, records, size))
        self._admit()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.cancelled():
                self._admit()
            else:  # it had been admitted
                self.leave(records, size)
            raise

    def leave(self, records: int, size: int) -> None:
        """Part of a batch is settled."""
        self.records -= records
        self.bytes -= size
        self._admit()

    def _admit(self) -> None:
        """Let in those that came first, as many as there is room for."""
        while self._waiting:
            turn, records, size = self._waiting[0]
            if not turn.done():
                if self._is_full(records, size):
                    return
                self.records += records
                self.bytes += size
                turn.set_result(None)
            self._waiting.popleft()

    def _is_full(self, records: int, size: int) -> bool:
        return self.records > 0 and (self.records + records > self._max_records or self.bytes + size > self._max_bytes)
