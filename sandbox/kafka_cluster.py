"""Three brokers that replicate each other, to see what the loss of one costs."""

import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from confluent_kafka.admin import AdminClient

from sandbox.kafka import KafkaBroker, Seat, new_cluster_id
from sandbox.process import free_port

NODES = (1, 2, 3)
SETTINGS = {"min.insync.replicas": "2", "broker.session.timeout.ms": "6000"}
"""Two of three acknowledge a write, and a silent broker is given up after six seconds."""


class KafkaCluster:
    """``with KafkaCluster() as cluster`` waits until all three answer; about 400 MB each."""

    def __init__(self, *, properties: Mapping[str, str] | None = None) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="cordon-kafka-cluster-"))
        voters, cluster_id = {node: free_port() for node in NODES}, new_cluster_id()
        self.brokers = {
            node: KafkaBroker(
                self._folder / str(node),
                seat=Seat(node, voters, cluster_id),
                properties={**SETTINGS, **(properties or {})},
            )
            for node in NODES
        }

    @property
    def bootstrap_servers(self) -> str:
        """Where clients connect: any broker that lives."""
        return ",".join(broker.bootstrap_servers for broker in self.brokers.values())

    def leader_of(self, topic: str, partition: int) -> KafkaBroker:
        """The broker that leads a partition at this moment."""
        client = AdminClient({"bootstrap.servers": self.bootstrap_servers, "log_level": 0})
        return self.brokers[client.list_topics(topic, timeout=30).topics[topic].partitions[partition].leader]

    def coordinator_of(self, group: str) -> KafkaBroker:
        """The broker that coordinates a consumer group at this moment."""
        client = AdminClient({"bootstrap.servers": self.bootstrap_servers, "log_level": 0})
        (described,) = client.describe_consumer_groups([group]).values()
        return self.brokers[described.result(30).coordinator.id]

    def bystander_of(self, group: str) -> KafkaBroker:
        """A broker that does not coordinate a consumer group at this moment."""
        coordinator = self.coordinator_of(group)
        return next(broker for broker in self.brokers.values() if broker is not coordinator)

    def __enter__(self) -> Self:
        try:
            for broker in self.brokers.values():
                broker.launch()
            for broker in self.brokers.values():
                broker.wait()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the brokers and remove their files."""
        for broker in self.brokers.values():
            with suppress(RuntimeError):  # it was not started
                broker.kill()  # in order they would wait for each other
        shutil.rmtree(self._folder, ignore_errors=True)
