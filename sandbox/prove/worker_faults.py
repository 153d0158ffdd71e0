"""Faults of the worker: each function feeds, hurts, heals and lets the stream drain."""

import random
import time

from sandbox.prove.deployment import Deployment
from sandbox.prove.ground import Ground
from sandbox.prove.scenario import MESSAGES, expect_clean_exit, feeding


def clean(deployment: Deployment, _: random.Random, __: Ground) -> None:
    """Nothing goes wrong."""
    deployment.start_worker()
    deployment.feeder.feed(MESSAGES)
    deployment.drain()


def poison_flood(deployment: Deployment, _: random.Random, __: Ground) -> None:
    """A tenth of all records is garbage of every kind."""
    deployment.start_worker()
    deployment.feeder.feed(MESSAGES, poison_share=0.1)
    deployment.drain()


def five_kills(deployment: Deployment, dice: random.Random, _: Ground) -> None:
    """SIGKILL at random moments, restarted each time."""
    worker = deployment.start_worker()
    with feeding(deployment):
        for _kill in range(5):
            time.sleep(dice.uniform(2, 5))
            worker = deployment.kill_and_restart(worker)
    deployment.drain()


def five_stops(deployment: Deployment, dice: random.Random, _: Ground) -> None:
    """SIGTERM at random moments, restarted each time: a rolling deployment of one."""
    worker = deployment.start_worker()
    with feeding(deployment):
        for _stop in range(5):
            time.sleep(dice.uniform(2, 5))
            expect_clean_exit(worker)
            worker = deployment.start_worker()
    deployment.drain()


def storm(deployment: Deployment, dice: random.Random, _: Ground) -> None:
    """Workers join and leave every few seconds."""
    workers = [deployment.start_worker("worker-0")]
    with feeding(deployment):
        for number in range(1, 9):
            time.sleep(dice.uniform(2, 4))
            if len(workers) == 1 or (len(workers) == 2 and dice.random() < 0.5):  # noqa: PLR2004  (one to three)
                workers.append(deployment.start_worker(f"worker-{number}"))
            else:
                expect_clean_exit(workers.pop(0))
    deployment.drain()


def zombie(deployment: Deployment, _: random.Random, __: Ground) -> None:
    """One of two workers is frozen for longer than its session, and comes back believing it owns its partitions."""
    frozen = deployment.start_worker("worker-0")
    deployment.start_worker("worker-1")
    with feeding(deployment):
        time.sleep(4)
        frozen.pause()
        time.sleep(30)
        frozen.resume()
    deployment.drain()
