"""The faults, one function each. Every one feeds, hurts, heals and lets the stream drain."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from sandbox.process import ChildProcess
from sandbox.prove.deployment import Deployment

MESSAGES = 2_000
BURST = 3_000
"""Messages at once, so that a worker is in the middle of them when the fault comes."""
RATE = 60.0
"""Messages a second while faults happen: about half a minute for the whole feed."""


class HurtableBroker(Protocol):
    """A broker that the harness itself started."""

    @property
    def bootstrap_servers(self) -> str:
        """Where clients connect."""

    def kill(self) -> None:
        """SIGKILL."""

    def restart(self) -> None:
        """Start again on the same port and the same files."""

    def pause(self) -> None:
        """SIGSTOP."""

    def resume(self) -> None:
        """SIGCONT."""


Play = Callable[[Deployment, random.Random, HurtableBroker | None], None]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One fault and what it may cost."""

    name: str
    fault: str
    play: Play
    may_repeat: bool = False
    """Only kills may: what was forwarded and not yet committed."""
    needs_own_broker: bool = False
    """Whether the broker itself is hurt."""


def clean(deployment: Deployment, _: random.Random, __: HurtableBroker | None) -> None:
    """Nothing goes wrong."""
    deployment.start_worker()
    deployment.feeder.feed(MESSAGES)
    deployment.drain()


def poison_flood(deployment: Deployment, _: random.Random, __: HurtableBroker | None) -> None:
    """A tenth of all records is garbage of every kind."""
    deployment.start_worker()
    deployment.feeder.feed(MESSAGES, poison_share=0.1)
    deployment.drain()


def five_kills(deployment: Deployment, dice: random.Random, _: HurtableBroker | None) -> None:
    """SIGKILL at random moments, restarted each time."""
    worker = deployment.start_worker()
    with feeding(deployment):
        for _kill in range(5):
            time.sleep(dice.uniform(2, 5))
            worker = deployment.kill_and_restart(worker)
    deployment.drain()


def five_stops(deployment: Deployment, dice: random.Random, _: HurtableBroker | None) -> None:
    """SIGTERM at random moments, restarted each time: a rolling deployment of one."""
    worker = deployment.start_worker()
    with feeding(deployment):
        for _stop in range(5):
            time.sleep(dice.uniform(2, 5))
            _expect_clean_exit(worker)
            worker = deployment.start_worker()
    deployment.drain()


def storm(deployment: Deployment, dice: random.Random, _: HurtableBroker | None) -> None:
    """Workers join and leave every few seconds."""
    workers = [deployment.start_worker("worker-0")]
    with feeding(deployment):
        for number in range(1, 9):
            time.sleep(dice.uniform(2, 4))
            if len(workers) == 1 or (len(workers) == 2 and dice.random() < 0.5):  # noqa: PLR2004  (one to three)
                workers.append(deployment.start_worker(f"worker-{number}"))
            else:
                _expect_clean_exit(workers.pop(0))
    deployment.drain()


def zombie(deployment: Deployment, _: random.Random, __: HurtableBroker | None) -> None:
    """One of two workers is frozen for longer than its session, and comes back believing it owns its partitions."""
    frozen = deployment.start_worker("worker-0")
    deployment.start_worker("worker-1")
    with feeding(deployment):
        time.sleep(4)
        frozen.pause()
        time.sleep(30)
        frozen.resume()
    deployment.drain()


def broker_kill(deployment: Deployment, _: random.Random, broker: HurtableBroker | None) -> None:
    """The broker is killed and comes back on its files."""
    assert broker is not None  # noqa: S101  (the scenario says that it needs one)
    deployment.start_worker()
    with feeding(deployment):
        time.sleep(6)
        broker.kill()
        time.sleep(3)
        broker.restart()
    deployment.drain()


def broker_freeze(deployment: Deployment, _: random.Random, broker: HurtableBroker | None) -> None:
    """The broker answers nobody for 25 seconds, while the worker has a burst in hand."""
    assert broker is not None  # noqa: S101  (the scenario says that it needs one)
    deployment.start_worker()
    deployment.feeder.feed(BURST)
    broker.pause()
    with feeding(deployment):
        time.sleep(25)
        broker.resume()
    deployment.drain()


SCENARIOS = (
    Scenario("clean", "none", clean),
    Scenario("poison", "a tenth of the records malformed", poison_flood),
    Scenario("kill", "worker killed five times", five_kills, may_repeat=True),
    Scenario("stop", "worker stopped by SIGTERM five times", five_stops),
    Scenario("storm", "workers joining and leaving", storm),
    Scenario("zombie", "worker frozen 30 s past its session", zombie, may_repeat=True),
    Scenario("broker-kill", "broker killed and restarted", broker_kill, needs_own_broker=True),
    Scenario("broker-freeze", "broker frozen 25 s", broker_freeze, needs_own_broker=True),
)

CONTROL = Scenario("control", "textbook Faust agent, broker frozen 25 s", broker_freeze, needs_own_broker=True)
"""Has to be reported as losing."""


@contextmanager
def feeding(deployment: Deployment) -> Iterator[None]:
    """Feed in the background while the block does its harm; wait for the feed at its end."""
    errors: list[BaseException] = []

    def feed() -> None:
        try:
            deployment.feeder.feed(MESSAGES, rate=RATE)
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


def _expect_clean_exit(worker: ChildProcess) -> None:
    if code := worker.terminate():
        raise RuntimeError(f"a worker left with exit code {code} after SIGTERM: {worker.last_lines()}")
