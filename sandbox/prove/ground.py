"""What a scenario is played on: a broker that is named, or one, or three, of our own that may be hurt."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from sandbox.kafka import KafkaBroker
from sandbox.kafka_cluster import KafkaCluster
from sandbox.kafka_security import BrokerSecurity


class Needs(StrEnum):
    """What a scenario has to be played on."""

    ANY = "any broker"
    """Also one that runs already: only topics of its own are touched."""
    OWN = "a broker of our own"
    SECURE = "a broker of our own with TLS and SCRAM"
    CLUSTER = "three brokers of our own"


AUTHORISED = {
    "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    "allow.everyone.if.no.acl.found": "true",
}
"""Everybody may do everything, until a scenario forbids something."""


@dataclass(frozen=True, slots=True)
class Ground:
    """The brokers of a scenario."""

    bootstrap_servers: str
    broker: KafkaBroker | None = None
    """The only one, where it may be hurt."""
    cluster: KafkaCluster | None = None
    worker_settings: dict[str, str] = field(default_factory=dict)
    """How workers reach it, where that is not as everybody else does."""

    @property
    def own(self) -> KafkaBroker:
        """The broker that may be hurt."""
        assert self.broker is not None  # noqa: S101  (the scenario says that it needs one)
        return self.broker


@contextmanager
def ground_for(needs: Needs, folder: Path, named: str | None) -> Iterator[Ground]:
    """Start what is needed, and end it with the block. ``named`` is a broker that runs already."""
    if needs is Needs.CLUSTER:
        with KafkaCluster() as cluster:
            yield Ground(cluster.bootstrap_servers, cluster=cluster)
    elif needs is Needs.SECURE:
        security = BrokerSecurity.create(folder / "security", password="of-the-sandbox")  # noqa: S106  (of a throw-away broker)
        with KafkaBroker(security=security) as broker:
            yield Ground(broker.bootstrap_servers, broker, worker_settings=security.settings("SASL_SSL"))
    elif needs is Needs.ANY and named is not None:
        yield Ground(named)
    else:
        with KafkaBroker(properties=AUTHORISED) as broker:
            yield Ground(broker.bootstrap_servers, broker)
