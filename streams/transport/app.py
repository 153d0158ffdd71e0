"""A Faust application on the hardened transport. It ends in bounded time and never commits past unsettled work."""

import logging
import os
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import faust
from faust.transport.drivers import aiokafka as driver

from streams.transport.consumer import BatchConsumer
from streams.transport.producer import DurableProducer

EXIT_SECONDS = 25.0
"""For everything between the wish to end and the end."""
OVERDUE = 70
"""Exit code of a process that did not end in time (EX_SOFTWARE of sysexits.h)."""

log = logging.getLogger(__name__)


class FailStop(Exception):
    """Why a worker ended itself. Names the kind and place of an error, never its text: that may quote a message."""


class Transport(driver.Transport):
    """Faust's aiokafka transport with both ends replaced."""

    Consumer = BatchConsumer
    Producer = DurableProducer


class StreamApp(faust.App):
    """One stage's application: its own consumer group, its own progress."""

    on_rebalance: Callable[[], None] = staticmethod(lambda: None)
    """Called each time the group gives partitions anew."""
    _deadline: threading.Timer | None = None

    def _new_transport(self) -> Transport:
        """Stock: the transport that the broker's URL names."""
        return Transport(self.conf.broker_consumer, self)

    async def wait_until_broken(self) -> None:
        """Return when the application, or a service under it, has crashed."""
        await self._crashed.wait()

    async def fail_stop(self, error: BaseException) -> None:
        """End the process without another commit; its successor begins at what is settled.

        Call it outside ``except``: the framework logs the exception that is being handled, with its text.
        """
        self.end_within(EXIT_SECONDS)
        await self.crash(FailStop(f"{type(error).__name__} at {_places(error)}"))

    def end_within(self, seconds: float) -> None:
        """Whatever hangs (a broker that does not answer, a batch that none takes), the process ends.

        That is safe at any moment, as SIGKILL is: what is not settled is not committed.
        """
        if self._deadline is None:
            self._deadline = threading.Timer(seconds, os._exit, [OVERDUE])
            self._deadline.daemon = True
            self._deadline.start()

    async def stop(self) -> None:
        """Stock: waits without limit for the group's coordinator, and for outputs that idempotence keeps for ever."""
        if not self._stopped.is_set():
            self.end_within(EXIT_SECONDS)
            await super().stop()
            if self._deadline is not None and not self.crashed:
                self._deadline.cancel()


def _places(error: BaseException) -> str:
    frames: list[Any] = traceback.extract_tb(error.__traceback__)
    return " ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames) or "no place"
