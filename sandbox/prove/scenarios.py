"""Every scenario, in the order in which they are played: those on one broker before those on three."""

from sandbox.prove import broker_faults, conditions, worker_faults
from sandbox.prove.ground import Needs
from sandbox.prove.scenario import Scenario

SCENARIOS = (
    Scenario("clean", "none", worker_faults.clean),
    Scenario("poison", "a tenth of the records malformed", worker_faults.poison_flood),
    Scenario("kill", "worker killed five times", worker_faults.five_kills, may_repeat=True),
    Scenario("stop", "worker stopped by SIGTERM five times", worker_faults.five_stops),
    Scenario("storm", "workers joining and leaving", worker_faults.storm),
    Scenario("zombie", "worker frozen 30 s past its session", worker_faults.zombie, may_repeat=True),
    Scenario("holes", "inputs written in transactions, some aborted", conditions.holes),
    Scenario("rotation", "keys rotated while messages flow", conditions.rotation),
    Scenario("partitions", "topics grown from 12 to 18 partitions", conditions.more_partitions, may_repeat=True),
    Scenario("megabytes", "a backlog of records of 900 kB", conditions.megabytes),
    Scenario("broken-rule", "a rule that throws, then replays", conditions.broken_rule, True, may_reorder=True),  # noqa: FBT003  (may repeat)
    Scenario("refused", "outputs refused 30 s", broker_faults.outputs_refused, may_repeat=True, needs=Needs.OWN),
    Scenario("forbidden", "right to the group withdrawn", broker_faults.group_forbidden, True, Needs.OWN),  # noqa: FBT003  (may repeat)
    Scenario("broker-kill", "broker killed and restarted", broker_faults.broker_kill, needs=Needs.OWN),
    Scenario("broker-freeze", "broker frozen 25 s", broker_faults.broker_freeze, needs=Needs.OWN),
    Scenario("disk-full", "broker unable to write", broker_faults.disk_full, may_repeat=True, needs=Needs.OWN),
    Scenario("secure", "TLS and SCRAM, worker killed once", conditions.secure, may_repeat=True, needs=Needs.SECURE),
    Scenario(
        "leader", "leader of three brokers killed", broker_faults.leader_loss, may_repeat=True, needs=Needs.CLUSTER
    ),
    Scenario(
        "coordinator",
        "coordinator of three killed",
        broker_faults.coordinator_loss,
        may_repeat=True,
        needs=Needs.CLUSTER,
    ),
    Scenario(
        "rebalance",
        "workers come and go while the output is away",
        broker_faults.rebalance_in_outage,
        may_repeat=True,
        needs=Needs.CLUSTER,
    ),
    Scenario(
        "commits",
        "offsets cannot be committed for a while",
        broker_faults.commits_stand_still,
        may_repeat=True,
        needs=Needs.CLUSTER,
    ),
)

CONTROL = Scenario(
    "control", "textbook Faust agent, outputs refused 30 s", broker_faults.outputs_refused, needs=Needs.OWN
)
"""Has to be reported as losing."""
