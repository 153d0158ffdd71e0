"""Indexer acknowledgement of one HEC channel: batches wait here until Splunk says that they are indexed."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final
from uuid import uuid4

import httpx

from connectors.answers import answer_to
from connectors.failures import DestinationAway, RefusedForGood
from connectors.siem import BatchTooBig

ACK_PATH: Final = "/services/collector/ack"
FIRST_SECONDS: Final = 0.5
LONGEST_SECONDS: Final = 10.0
ASKED_AT_ONCE: Final = 1000

Judge = Callable[[httpx.Response], dict[str, Any]]


class Acknowledgements:
    """Polls for what is expected. Splunk says ``true`` once and then forgets, so an answer is kept at once."""

    def __init__(
        self, client: httpx.AsyncClient, url: str, headers: Mapping[str, str], timeout_seconds: float, judge: Judge
    ) -> None:
        self.channel = str(uuid4())
        """Names the channel. Ids count from 0 in each, so they are never compared across channels."""
        self._client = client
        self._url = f"{url}{ACK_PATH}"
        self._headers = dict(headers)
        self._timeout = timeout_seconds
        self._judge = judge
        self._expected: dict[int, asyncio.Future[None]] = {}
        self._poller: asyncio.Task[None] | None = None

    def expect(self, ack_id: int) -> Callable[[], Awaitable[None]]:
        """Begin to poll for an id, and return what waits for it: DestinationAway when it does not come in time."""
        if (earlier := self._expected.get(ack_id)) is not None and not earlier.done():
            earlier.set_exception(DestinationAway("ack_id_reused"))  # the server started anew: who waits sends again
        future = self._expected[ack_id] = asyncio.get_running_loop().create_future()
        if self._poller is None or self._poller.done():
            self._poller = asyncio.create_task(self._poll())

        async def confirmed() -> None:
            try:
                await asyncio.wait_for(future, self._timeout)
            except TimeoutError:
                raise DestinationAway("ack_timeout") from None
            finally:
                if self._expected.get(ack_id) is future:
                    del self._expected[ack_id]

        return confirmed

    def close(self) -> None:
        """Stop polling, and tell those who wait."""
        if self._poller is not None:
            self._poller.cancel()
        for future in self._expected.values():
            if not future.done():
                future.set_exception(DestinationAway("closing"))
                future.exception()  # read: nobody may be waiting any more

    async def _poll(self) -> None:
        pause = FIRST_SECONDS
        while waiting := [ack_id for ack_id, future in self._expected.items() if not future.done()]:
            await asyncio.sleep(pause)
            indexed = await self._ask(waiting[:ASKED_AT_ONCE])
            for ack_id in indexed:
                if (future := self._expected.get(ack_id)) is not None and not future.done():
                    future.set_result(None)
            pause = FIRST_SECONDS if indexed else min(pause * 1.5, LONGEST_SECONDS)

    async def _ask(self, ack_ids: list[int]) -> list[int]:
        """Those that are indexed. A poll that fails is repeated; only the time-out gives a batch up."""
        headers = {**self._headers, "X-Splunk-Request-Channel": self.channel}
        began = time.monotonic()
        try:
            answer = await answer_to(self._client, "POST", self._url, json={"acks": ack_ids}, headers=headers)
            acks = self._judge(answer).get("acks")
        except (httpx.HTTPError, OSError, DestinationAway, RefusedForGood, BatchTooBig):
            await asyncio.sleep(max(0.0, FIRST_SECONDS - (time.monotonic() - began)))
            return []
        return [ack_id for ack_id in ack_ids if isinstance(acks, dict) and acks.get(str(ack_id)) is True]
