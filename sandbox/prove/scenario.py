"""What a scenario is, and what all of them do."""

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sandbox.process import ChildProcess
from sandbox.prove.deployment import Deployment
from sandbox.prove.ground import Ground, Needs

MESSAGES = 2_000
BURST = 3_000
"""Messages at once, so that a worker is in the middle of them when the fault comes."""
RATE = 60.0
"""Messages a second while faults happen: about half a minute for the whole feed."""

Play = Callable[[Deployment, random.Random, Ground], None]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One fault and what it may cost."""

    name: str
    fault: str
    play: Play
    may_repeat: bool = False
    """Only kills may: what was forwarded and not yet committed."""
    needs: Needs = Needs.ANY
    may_reorder: bool = False
    """What was put aside and sent on its way again comes behind what followed it."""


@contextmanager
def feeding(deployment: Deployment, messages: int = MESSAGES) -> Iterator[None]:
    """Feed in the background while the block does its harm; wait for the feed at its end."""
    errors: list[BaseException] = []

    def feed() -> None:
        try:
            deployment.feeder.feed(messages, rate=RATE)
        except RuntimeError as error:
            errors.append(error)

    thread = threading.Thread(target=feed, name="feeder")
    thread.start()
    try:
        yield
    finally:
        thread.join()
    if errors:
        raise errors[0]


def expect_clean_exit(worker: ChildProcess) -> None:
    """Stop a worker by SIGTERM. Raises RuntimeError when it does not leave with exit code 0."""
    if code := worker.terminate():
        raise RuntimeError(f"a worker left with exit code {code} after SIGTERM: {worker.last_lines()}")
