"""Faults of the broker: each function feeds, hurts, heals and lets the stream drain."""

import random
import time

from sandbox.prove.deployment import Deployment
from sandbox.prove.ground import Ground
from sandbox.prove.scenario import BURST, feeding
from streams.topics import Topic

GROUP = "cordon-critical"
"""After the deployment's prefix: the group of the stage that is proved."""


def broker_kill(deployment: Deployment, _: random.Random, ground: Ground) -> None:
    """The broker is killed and comes back on its files."""
    deployment.start_worker()
    with feeding(deployment):
        time.sleep(6)
        ground.own.kill()
        time.sleep(3)
        ground.own.restart()
    deployment.drain()


def broker_freeze(deployment: Deployment, _: random.Random, ground: Ground) -> None:
    """The broker answers nobody for 25 seconds, while the worker has a burst in hand."""
    deployment.start_worker()
    deployment.feeder.feed(BURST)
    ground.own.pause()
    with feeding(deployment):
        time.sleep(25)
        ground.own.resume()
    deployment.drain()


def leader_loss(deployment: Deployment, _: random.Random, ground: Ground) -> None:
    """The broker that leads an output dies; two of three replicas go on, and it comes back."""
    assert ground.cluster is not None  # noqa: S101  (the scenario says that it needs one)
    deployment.start_worker()
    with feeding(deployment):
        time.sleep(6)
        leader = ground.cluster.leader_of(f"{deployment.prefix}messages.forward", 0)
        leader.kill()
        time.sleep(12)
        leader.restart()
    deployment.drain()


def coordinator_loss(deployment: Deployment, _: random.Random, ground: Ground) -> None:
    """The broker that coordinates the critical stage's group dies, and comes back."""
    assert ground.cluster is not None  # noqa: S101  (the scenario says that it needs one)
    deployment.start_worker()
    with feeding(deployment):
        time.sleep(6)
        coordinator = ground.cluster.coordinator_of(f"{deployment.prefix}{GROUP}")
        coordinator.kill()
        time.sleep(12)
        coordinator.restart()
    deployment.drain()


def rebalance_in_outage(deployment: Deployment, _: random.Random, ground: Ground) -> None:
    """The output takes no writes for lack of a replica, while a second worker joins and the first one leaves."""
    assert ground.cluster is not None  # noqa: S101  (the scenario says that it needs one)
    first = deployment.start_worker("worker-0")
    with feeding(deployment):
        time.sleep(4)
        bystander = ground.cluster.bystander_of(f"{deployment.prefix}{GROUP}")
        with deployment.needing_all_replicas(Topic.FORWARD):
            bystander.kill()
            time.sleep(4)
            deployment.start_worker("worker-1")
            time.sleep(6)
            first.terminate()
            bystander.restart()
    deployment.restart_ended_workers()
    deployment.drain()


def commits_stand_still(deployment: Deployment, _: random.Random, ground: Ground) -> None:
    """Offsets cannot be committed for lack of a replica, while records and outputs flow; then the worker stops."""
    assert ground.cluster is not None  # noqa: S101  (the scenario says that it needs one)
    worker = deployment.start_worker()
    with feeding(deployment):
        time.sleep(4)
        bystander = ground.cluster.bystander_of(f"{deployment.prefix}{GROUP}")
        with deployment.commits_needing_all_replicas():
            bystander.kill()
            deployment.wait_for_metric(worker, "dlp_commit_age_seconds", at_least=8, seconds=40)
            bystander.restart()
    deployment.drain()


def disk_full(deployment: Deployment, _: random.Random, ground: Ground) -> None:
    """The broker cannot write any more, gives up its log folder, and comes back with room."""
    worker = deployment.start_worker()
    with feeding(deployment):
        time.sleep(6)
        ground.own.limit_file_size(1024)
        time.sleep(8)
        ground.own.kill()
        ground.own.restart()
    if not worker.is_running:  # it may have ended itself: its supervisor's turn
        deployment.start_worker()
    deployment.drain()


def outputs_refused(deployment: Deployment, _: random.Random, __: Ground) -> None:
    """The right to write the output is withdrawn for a while; a supervisor starts again whatever ended itself."""
    deployment.start_worker()
    with feeding(deployment):
        time.sleep(4)
        with deployment.forbidden_writes(Topic.FORWARD):
            time.sleep(30)  # longer than a worker takes to end itself
        deployment.restart_ended_workers()
    deployment.drain()


def group_forbidden(deployment: Deployment, _: random.Random, __: Ground) -> None:
    """The right to the group is taken away: the worker must end itself, and nothing be lost when it is given back."""
    worker = deployment.start_worker()
    with feeding(deployment):
        time.sleep(4)
        with deployment.forbidden_group(GROUP):
            if deployment.wait_exit(worker, seconds=90) == 0:
                raise RuntimeError("a worker without a right to its group left as if all were well")
        deployment.start_worker()
    deployment.drain()
