"""Group commit: callers that ask at the same time share one transaction, and one flush to disk."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")

MAX_GROUP = 256
"""Items of one transaction."""


class GroupCommit(Generic[Item, Outcome]):
    """Hands items to ``commit`` in groups; while one group is being committed the next gathers.

    ``commit`` returns an outcome an item, in order; an exception in an item's place is raised to its caller only.
    An exception that ``commit`` raises reaches every caller of the group.
    """

    def __init__(self, commit: Callable[[list[Item]], Awaitable[list[Outcome | Exception]]]) -> None:
        self._commit = commit
        self._waiting: list[tuple[Item, asyncio.Future[Outcome]]] = []
        self._worker: asyncio.Task[None] | None = None

    async def submit(self, item: Item) -> Outcome:
        """The item's outcome, once it is committed."""
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work())
        return await future

    async def _work(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting[:MAX_GROUP], self._waiting[MAX_GROUP:]
            group = [(item, future) for item, future in group if not future.done()]  # callers that gave up
            try:
                outcomes = await self._commit([item for item, _ in group])
            except Exception as error:  # noqa: BLE001  (handed to every caller)
                outcomes = [error] * len(group)
            for (_, future), outcome in zip(group, outcomes, strict=True):
                if future.done():
                    continue
                if isinstance(outcome, Exception):
                    future.set_exception(outcome)
                else:
                    future.set_result(outcome)
