"""Requests to a receiver: a few at a time, through a breaker, counted."""

import asyncio
import logging
import time
from abc import abstractmethod
from collections.abc import Callable, Sequence

from streams.breaker import Breaker
from streams.lanes import Abandoned, RetryLater
from streams.parcels import Handed, NeedsHands, ParcelRefused, ParcelTooBig
from streams.stage import StageTools, StreamStage

LOOK_SECONDS = 0.1
"""How often what waits looks whether its partitions are going away."""
LONGEST_ASKED_SECONDS = 60.0
"""A longer pause that the receiver asks for is cut: once it is back, it is to be used again soon."""

log = logging.getLogger(__name__)


class Receiving(StreamStage):
    """A stage with one receiver, and what is known about it."""

    destination: str
    """Names the consumer group beside the stage: each receiver has its own progress."""

    def __init__(self, tools: StageTools) -> None:
        super().__init__(tools)
        self.breaker = Breaker()
        self.trouble: str | None = None
        """Why somebody has to mend the set-up; None while it works."""

    @property
    def group(self) -> str:
        """One consumer group for each receiver."""
        return f"{self.name}-{self.destination}"

    @abstractmethod
    async def hand_over(self, parcel: Sequence[bytes]) -> Handed:
        """Give the receiver a parcel. Raises RetryLater, NeedsHands, ParcelRefused or ParcelTooBig."""

    def is_waiting(self) -> bool:
        """A receiver that is away, or set up wrongly, holds what is meant for it."""
        return self.breaker.is_open or self.trouble is not None

    def reasons(self) -> list[str]:
        """A receiver that is away is no reason; one that was set up wrongly is."""
        return [] if self.trouble is None else [f"the set-up is refused ({self.trouble})"]


class Calls:
    """Makes the requests of one stage."""

    def __init__(self, stage: Receiving, at_a_time: int) -> None:
        self._stage = stage
        self._metrics = stage.tools.metrics
        self._free = asyncio.Semaphore(at_a_time)

    async def make(self, parcel: Sequence[bytes], are_gone: Callable[[], bool]) -> Handed:
        """Make one request, when there is a free one and the breaker lets it through.

        Raises as ``hand_over`` does, and Abandoned when the parcel's partitions went away first.
        """
        async with self._free:
            await self._admitted(are_gone)
            began, code = time.monotonic(), "ok"
            try:
                handed = await self._stage.hand_over(parcel)
            except RetryLater as later:
                code = later.code
                self.failed(later)
                raise
            except (ParcelRefused, ParcelTooBig) as refused:
                code = refused.code if isinstance(refused, ParcelRefused) else "too_big"
                if self._stage.breaker.is_open:  # a probe that is refused does not show that others are taken
                    self._stage.breaker.failed(time.monotonic())
                raise
            except Exception as error:  # noqa: BLE001  (our own bug: nothing is given up for it)
                code = type(error).__name__
                log.error("%s: %s while sending", self._stage.group, code)  # noqa: TRY400  (a trace may quote)
                away = RetryLater(code)
                self.failed(away)
                raise away from None
            finally:
                self._metrics.count("dlp_sink_requests_total", sink=self._stage.destination, code=code)
                self._metrics.observe("dlp_sink_seconds", time.monotonic() - began, sink=self._stage.destination)
            self._succeeded()
            return handed

    def failed(self, later: RetryLater) -> None:
        """Note that the receiver does not take anything now."""
        stage = self._stage
        self._metrics.count("dlp_retries_total", destination=stage.destination, reason=later.code)
        was_open = stage.breaker.is_open
        asked = None if later.retry_after is None else min(later.retry_after, LONGEST_ASKED_SECONDS)
        stage.breaker.failed(time.monotonic(), asked)
        trouble = later.code if isinstance(later, NeedsHands) else None
        if trouble is not None and trouble != stage.trouble:
            log.error("%s: refuses how it is set up (%s); nothing is given up", stage.group, trouble)
        stage.trouble = trouble
        if stage.breaker.is_open and not was_open:
            log.warning("%s: does not take records (%s): tried again now and then", stage.group, later.code)
        self._metrics.set("dlp_circuit_open", stage.breaker.is_open, destination=stage.destination)

    def _succeeded(self) -> None:
        self._stage.breaker.succeeded()
        self._stage.trouble = None
        self._metrics.set("dlp_circuit_open", 0, destination=self._stage.destination)

    async def _admitted(self, are_gone: Callable[[], bool]) -> None:
        while not are_gone():
            if self._stage.breaker.may_try(time.monotonic()):
                return
            await asyncio.sleep(LOOK_SECONDS)
        raise Abandoned
