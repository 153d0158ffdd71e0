"""Which Kafka the local world runs on: one that is named, Docker's, one of our own, or one in memory."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Protocol

from sandbox.kafka import BrokerUnavailableHereError, KafkaBroker, make_topics, missing_parts
from sandbox.memory_kafka import MemoryKafka

BOOTSTRAP_VARIABLE = "CORDON_KAFKA_BOOTSTRAP_SERVERS"
Say = Callable[[str], None]
"""Takes one line for the person who waits."""


class Broker(Protocol):
    """What the local world needs of its Kafka."""

    @property
    def bootstrap_servers(self) -> str:
        """Where clients connect."""

    @property
    def data_folder(self) -> Path | None:
        """The topics' files on disk, where they are ours to read."""

    def make_topics(self, names: Iterable[str], *, partitions: int) -> None:
        """Make topics."""


class NamedBroker:
    """A Kafka that runs already."""

    data_folder = None

    def __init__(self, bootstrap_servers: str) -> None:
        self.bootstrap_servers = bootstrap_servers

    def make_topics(self, names: Iterable[str], *, partitions: int) -> None:
        """Make the topics that are missing."""
        make_topics(self.bootstrap_servers, names, partitions=partitions)


@contextmanager
def local_broker(say: Say, *, prefer_docker: bool = False, folder: Path | None = None) -> Iterator[Broker]:
    """Run the best Kafka that this machine has, and say which.

    In this order: the one that ``CORDON_KAFKA_BOOTSTRAP_SERVERS`` names; Docker's, where ``prefer_docker`` is set and
    an engine answers; an Apache Kafka of our own, where Java and Maven are, which keeps its files in ``folder`` or
    removes them at the end; librdkafka's in memory.
    """
    with ExitStack() as stack:
        yield _chosen(stack, say, prefer_docker, folder)


def _chosen(stack: ExitStack, say: Say, prefer_docker: bool, folder: Path | None) -> Broker:  # noqa: FBT001  (passed on)
    if named := os.environ.get(BOOTSTRAP_VARIABLE):
        say(f"Kafka: the one at {named}, which {BOOTSTRAP_VARIABLE} names")
        return NamedBroker(named)
    if prefer_docker and (container := _in_docker(stack, say)) is not None:
        return container
    missing = missing_parts()
    if missing is None:
        try:
            own = stack.enter_context(KafkaBroker(folder, progress=lambda name: say(f"fetched {name}")))
        except BrokerUnavailableHereError as reason:
            missing = str(reason)
        else:
            say(f"Kafka: a real Apache Kafka of our own, at {own.bootstrap_servers}")
            return own
    memory = stack.enter_context(MemoryKafka())
    say(f"Kafka: in memory, nothing is kept and latencies say little ({missing}), at {memory.bootstrap_servers}")
    return memory


def _in_docker(stack: ExitStack, say: Say) -> Broker | None:
    from sandbox.docker_kafka import DockerKafka, docker_answers  # noqa: PLC0415  (installed for development only)

    if not docker_answers():
        return None
    try:
        container = stack.enter_context(DockerKafka())
    except BrokerUnavailableHereError as reason:
        say(f"Kafka: not by Docker: {reason}")
        return None
    say(f"Kafka: {container.image} in Docker, at {container.bootstrap_servers}")
    return container
