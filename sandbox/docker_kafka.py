"""Apache Kafka in a container, for tests on machines where a Docker engine answers."""

import os
import socket
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import docker
from docker.errors import DockerException
from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import LogMessageWaitStrategy

from sandbox.kafka import KAFKA_VERSION, BrokerUnavailableHereError, make_topics
from sandbox.process import free_port

START_SECONDS = 60
IMAGE = f"apache/kafka:{KAFKA_VERSION}"
INNER_PORT = 9092
DEFAULT_HOST = "unix:///var/run/docker.sock"


def docker_answers() -> bool:
    """Whether an engine runs that this user may ask."""
    if not _socket_answers(os.environ.get("DOCKER_HOST", DEFAULT_HOST)):
        return False
    try:
        client = docker.from_env(timeout=3)
        try:
            return bool(client.ping())
        finally:
            client.close()
    except DockerException:
        return False


def _socket_answers(host: str) -> bool:
    """Knock first: the engine's library leaves a socket open when nobody answers."""
    if not host.startswith("unix://"):
        return True
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(3)
        try:
            probe.connect(host.removeprefix("unix://"))
        except OSError:
            return False
    return True


class DockerKafka:
    """``with DockerKafka() as broker`` waits until it answers on 127.0.0.1."""

    image = IMAGE

    def __init__(self) -> None:
        port = free_port()
        self.bootstrap_servers = f"127.0.0.1:{port}"
        testcontainers_config.ryuk_disabled = True  # the block ends its container itself; no helper image is fetched
        self._container = DockerContainer(IMAGE).with_envs(**_environment(self.bootstrap_servers))
        self._container.ports[f"{INNER_PORT}/tcp"] = ("127.0.0.1", port)  # type: ignore[assignment]  # the engine's library takes an address too
        self._container.waiting_for(LogMessageWaitStrategy("Kafka Server started").with_startup_timeout(START_SECONDS))

    @property
    def data_folder(self) -> Path | None:
        """Inside the container, not ours to read."""
        return None

    def make_topics(self, names: Iterable[str], *, partitions: int) -> None:
        """Make the topics that are missing."""
        make_topics(self.bootstrap_servers, names, partitions=partitions)

    def __enter__(self) -> Self:
        try:
            self._container.start()
        except (DockerException, TimeoutError, RuntimeError) as error:
            self._end()
            raise BrokerUnavailableHereError(f"{IMAGE} did not start ({type(error).__name__})") from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def _end(self) -> None:
        with suppress(DockerException):
            self._container.stop()


def _environment(advertised: str) -> dict[str, str]:
    """The image's settings: broker and controller in one."""
    return {
        "KAFKA_NODE_ID": "1",
        "KAFKA_PROCESS_ROLES": "broker,controller",
        "KAFKA_LISTENERS": f"PLAINTEXT://:{INNER_PORT},CONTROLLER://:9093",
        "KAFKA_ADVERTISED_LISTENERS": f"PLAINTEXT://{advertised}",
        "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
        "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
        "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
        "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
        "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
        "KAFKA_HEAP_OPTS": "-Xms128m -Xmx512m",
    }
