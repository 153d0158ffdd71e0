"""Who serves a conversation at Genesys: asked for once in a while, and never waited for long.

Genesys's webhook names neither the agent nor the queue. Alerts need both: to find the agent, and the supervisors who
look after the queue.
"""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Final

from connectors.failures import DestinationAway, RefusedForGood
from connectors.genesys_participants import Serving
from schemas import MessageEvent

FRESH_SECONDS: Final = 60.0
"""How long an answer holds: a conversation may be transferred."""
WAIT_SECONDS: Final = 0.5
"""How long a message waits for it. It goes on without: the answer is there for the next one."""
REST_SECONDS: Final = 30.0
"""After a failure nothing is asked, so that messages do not wait for what does not come."""
REMEMBERED: Final = 10_000
NOBODY: Final = Serving()
BOT: Final = "Bot"

log = logging.getLogger(__name__)
Ask = Callable[[str], Awaitable[Serving]]


class ServingDesk:
    """What is known of the conversations heard of last."""

    def __init__(self, ask: Ask, clock: Callable[[], float] = time.monotonic) -> None:
        self._ask = ask
        self._clock = clock
        self._known: OrderedDict[str, tuple[Serving, float]] = OrderedDict()
        self._asking: dict[str, asyncio.Task[None]] = {}
        self._rests_until = 0.0

    async def named(self, event: MessageEvent, genesys_id: str) -> MessageEvent:
        """A message with its conversation's agent and queue, where they are to be had in time."""
        serving = await self.of(genesys_id)
        agent_id = None if event.metadata.get("originating_entity") == BOT else serving.agent_id
        found = {"agent_id": event.agent_id or agent_id, "queue_id": event.queue_id or serving.queue_id}
        return event.model_copy(update=found)

    async def of(self, genesys_id: str) -> Serving:
        """Who serves a conversation, by Genesys's name of it. Never raises."""
        serving, asked_at = self._known.get(genesys_id, (NOBODY, float("-inf")))
        now = self._clock()
        if now - asked_at < FRESH_SECONDS or now < self._rests_until:
            return serving
        asking = self._asking.get(genesys_id)
        if asking is None:
            asking = self._asking[genesys_id] = asyncio.create_task(self._learn(genesys_id))
            asking.add_done_callback(lambda _: self._asking.pop(genesys_id, None))
        await asyncio.wait({asking}, timeout=WAIT_SECONDS)
        return self._known.get(genesys_id, (NOBODY, 0.0))[0]

    async def close(self) -> None:
        """End what is under way."""
        for asking in tuple(self._asking.values()):
            asking.cancel()
        await asyncio.gather(*self._asking.values(), return_exceptions=True)

    async def _learn(self, genesys_id: str) -> None:
        try:
            serving = await self._ask(genesys_id)
        except RefusedForGood:  # it is this conversation alone that Genesys does not tell of
            serving = NOBODY
        except DestinationAway as failed:
            self._rests_until = self._clock() + REST_SECONDS
            log.warning("Genesys does not say who serves a conversation (%s)", failed)
            return
        self._known[genesys_id] = (serving, self._clock())
        self._known.move_to_end(genesys_id)
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
