"""Conditions in which nothing is broken and much could go wrong: odd logs, odd records, keys, rules and changes."""

import random
import sys
import time

from sandbox.prove.deployment import Deployment
from sandbox.prove.ground import Ground
from sandbox.prove.scenario import MESSAGES, expect_clean_exit, feeding

MEGABYTES = 200
"""Records of 900 kB each, waiting when the worker starts."""
MEMORY_MIB = 250.0
"""What a worker may need at the most."""


def holes(deployment: Deployment, _: random.Random, __: Ground) -> None:
    """The inputs are written in transactions: offsets have holes, and what was aborted is no message."""
    deployment.start_worker()
    deployment.feeder.feed_in_transactions(MESSAGES)
    deployment.drain()


def rotation(deployment: Deployment, _: random.Random, __: Ground) -> None:
    """The keyring is rotated three times while messages flow; what was sealed before still opens."""
    worker = deployment.start_worker()
    with feeding(deployment):
        for _rotation in range(3):
            time.sleep(5)
            deployment.cordon("keys", "rotate", str(deployment.keyring))
        expect_clean_exit(worker)
        deployment.start_worker()
    deployment.drain()


def secure(deployment: Deployment, _: random.Random, __: Ground) -> None:
    """Workers reach the broker by TLS with SCRAM; one is killed."""
    worker = deployment.start_worker()
    with feeding(deployment):
        time.sleep(6)
        deployment.kill_and_restart(worker)
    deployment.drain()


def more_partitions(deployment: Deployment, _: random.Random, __: Ground) -> None:
    """All topics get half as many partitions again, with the workers stopped, as the manual says."""
    worker = deployment.start_worker()
    deployment.feeder.feed(MESSAGES // 2)
    deployment.drain()
    expect_clean_exit(worker)
    deployment.add_partitions(18)
    deployment.start_worker()
    deployment.feeder.feed(MESSAGES // 2)
    deployment.drain()


def megabytes(deployment: Deployment, _: random.Random, __: Ground) -> None:
    """A backlog of records of 900 kB: memory stays bounded."""
    deployment.feeder.feed_megabytes(MEGABYTES)
    deployment.feeder.feed(MESSAGES)
    worker = deployment.start_worker()
    deployment.drain()
    if (peak := worker.peak_memory_mib()) > MEMORY_MIB:
        raise RuntimeError(f"a worker needed {peak:.0f} MiB")


def broken_rule(deployment: Deployment, _: random.Random, __: Ground) -> None:
    """A rule throws on everything: the stage holds instead of emptying its topic, and what was put aside comes back."""
    worker = deployment.start("worker", [sys.executable, "-m", "sandbox.prove.broken_rule"])
    deployment.feeder.feed(MESSAGES)
    deployment.wait_unready(worker, "holds", seconds=60)
    expect_clean_exit(worker)
    deployment.start_worker()
    deployment.cordon("deadletters", "replay", "--reason", "scan_failed", "--because", "the rule is mended", "--yes")
    deployment.drain()
