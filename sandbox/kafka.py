"""A real single-node Apache Kafka (KRaft) as a child process: for the demo, the tests and the proof.

Needs Java 17 or later, and Maven once, to resolve the broker's jars into a cache of the user. It listens on 127.0.0.1
on ports of its own choice, keeps its files in a temporary folder, and ends with its block.
"""

import base64
import os
import re
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient, NewTopic

from sandbox.kafka_security import BrokerSecurity
from sandbox.process import ChildProcess, free_port

KAFKA_VERSION = "4.1.1"
MINIMUM_JAVA = 17
START_SECONDS = 90
Progress = Callable[[str], None]
"""Told the name of each file that was downloaded."""
_DOWNLOADED = re.compile(r"Downloaded from \S+ \S*/(\S+\.jar)")
POM = Path(__file__).with_name("kafka_jars.xml")
JVM_OPTIONS = ("-Xms128m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
"""A small broker that starts fast and leaves the cores to what is tried on it."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A broker's place in its cluster."""

    node_id: int
    voters: Mapping[int, int]
    """Controller port of every node, this one's too."""
    cluster_id: str
    """16 random bytes in URL-safe base 64."""

    @classmethod
    def alone(cls) -> Self:
        """A cluster of one."""
        return cls(1, {1: free_port()}, new_cluster_id())


def new_cluster_id() -> str:
    """Make the name under which the nodes of a cluster know each other."""
    return base64.urlsafe_b64encode(b"C" + os.urandom(15)).decode().rstrip("=")  # no "-" at its start


class BrokerUnavailableHereError(RuntimeError):
    """This machine cannot run an Apache Kafka; the message says what is missing."""


def cache_folder() -> Path:
    """Where downloaded parts are kept between runs: ``$XDG_CACHE_HOME/cordon`` or ``~/.cache/cordon``."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "cordon"


def missing_parts() -> str | None:
    """What this machine lacks for a real broker, in a few words; None when everything is there."""
    if (java := _java_version()) is None:
        return "no Java"
    if java < MINIMUM_JAVA:
        return f"Java {java} where {MINIMUM_JAVA} is needed"
    if not _is_complete(_jar_folder()) and shutil.which("mvn") is None:
        return "no Maven to fetch the broker's jars"
    return None


def fetch_jars(*, progress: Progress | None = None) -> Path:
    """Resolve the broker's jars with Maven once and return their folder.

    ``progress`` is told the name of each file as it arrives. Raises BrokerUnavailableHereError when it fails.
    """
    folder = _jar_folder()
    if _is_complete(folder):
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as unfinished:
        jars = Path(unfinished) / "jars"
        goal = ["dependency:copy-dependencies", f"-DoutputDirectory={jars}", f"-DbuildDirectory={unfinished}"]
        _run_maven(["mvn", "-B", "-f", str(POM), *goal], progress or (lambda _: None))
        with suppress(OSError):  # another run was quicker
            jars.rename(folder)
    return folder


def _run_maven(command: list[str], progress: Progress) -> None:
    """Run Maven and pass on what it downloads. Its own words are shown only when it fails."""
    errors = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as maven:  # noqa: S603  (by PATH)
        for line in maven.stdout or ():
            if (found := _DOWNLOADED.search(line)) is not None:
                progress(found[1])
            elif "ERROR" in line:
                errors.append(line.strip())
    if maven.returncode:
        raise BrokerUnavailableHereError(f"Maven could not fetch the broker's jars: {' '.join(errors[:2])}")


def _jar_folder() -> Path:
    return cache_folder() / f"kafka-{KAFKA_VERSION}"


def _is_complete(folder: Path) -> bool:
    return any(folder.glob(f"kafka_*-{KAFKA_VERSION}.jar"))


def _java_version() -> int | None:
    if shutil.which("java") is None:
        return None
    answer = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False).stderr  # noqa: S607  (by PATH)
    found = re.search(r'version "(\d+)', answer)
    return int(found[1]) if found else None


def make_topics(bootstrap_servers: str, names: Iterable[str], *, partitions: int) -> None:
    """Make the topics that a Kafka lacks, with one replica."""
    client = AdminClient({"bootstrap.servers": bootstrap_servers, "log_level": 0})
    present = client.list_topics(timeout=START_SECONDS).topics
    missing = [NewTopic(name, partitions, 1) for name in names if name not in present]
    for made in client.create_topics(missing).values() if missing else ():
        made.result(timeout=START_SECONDS)


class KafkaBroker:
    """One broker that is also its own controller.

    ``with KafkaBroker() as broker`` waits until it answers. ``kill``, ``restart``, ``pause`` and ``resume`` are for
    those who want to see what its clients do; a restart finds its port and its files again.

    ``security`` adds listeners with TLS and with TLS and SCRAM beside the plain one; ``voters`` makes it one of a
    cluster (see ``sandbox.kafka_cluster``).
    """

    def __init__(
        self,
        folder: Path | None = None,
        *,
        properties: Mapping[str, str] | None = None,
        security: BrokerSecurity | None = None,
        seat: Seat | None = None,
        progress: Progress | None = None,
    ) -> None:
        self._owned = folder is None
        self.folder = folder or Path(tempfile.mkdtemp(prefix="cordon-kafka-"))
        self._seat = seat or Seat.alone()
        self._properties = dict(properties or {})
        self._security = security
        self._progress = progress
        self._port = free_port()
        self._process: ChildProcess | None = None

    @property
    def bootstrap_servers(self) -> str:
        """Where clients connect."""
        return f"127.0.0.1:{self._port}"

    @property
    def data_folder(self) -> Path:
        """The topics' files on disk."""
        return self.folder / "data"

    def make_topics(self, names: Iterable[str], *, partitions: int) -> None:
        """Make the topics that are missing."""
        make_topics(self.bootstrap_servers, names, partitions=partitions)

    def start(self) -> None:
        """Format the folder on the first start, start the broker and wait for it."""
        self.launch()
        self.wait()

    def launch(self) -> None:
        """Start the process without waiting until it answers: in a cluster it needs the others for that."""
        if (missing := missing_parts()) is not None:
            raise BrokerUnavailableHereError(f"a real Kafka cannot run here: {missing}")
        classpath = f"{fetch_jars(progress=self._progress)}/*"
        settings = self.folder / "server.properties"
        self.folder.mkdir(parents=True, exist_ok=True)
        settings.write_text(
            "".join(f"{name}={value}\n" for name, value in self._settings().items()), encoding="utf-8"
        )  # anew each time: a folder of an earlier run has other ports
        if not (self.data_folder / "meta.properties").exists():
            self._format(classpath, settings)
        self._process = ChildProcess(
            ["java", *JVM_OPTIONS, "-cp", classpath, "kafka.Kafka", str(settings)],
            environment={},
            log=self.folder / "broker.log",
        )

    def stop(self) -> None:
        """End the broker in order, and remove its files when the folder was its own."""
        if self._process is not None:
            self._process.resume()
            self._process.terminate()
        if self._owned:
            shutil.rmtree(self.folder, ignore_errors=True)

    def kill(self) -> None:
        """SIGKILL."""
        self._running.kill()

    def restart(self) -> None:
        """Start again where it was killed."""
        self.start()

    def limit_file_size(self, size: int) -> None:
        """Let no file grow beyond so many bytes until the next restart: a disk without room. Linux only."""
        resource.prlimit(self._running.pid, resource.RLIMIT_FSIZE, (size, size))

    def pause(self) -> None:
        """SIGSTOP: it answers nobody, and its connections stay open."""
        self._running.pause()

    def resume(self) -> None:
        """SIGCONT."""
        self._running.resume()

    @property
    def _running(self) -> ChildProcess:
        if self._process is None:
            raise RuntimeError("the broker was not started")
        return self._process

    def _settings(self) -> dict[str, str]:
        listeners = {"PLAINTEXT": self._port, **(self._security.ports if self._security else {})}
        advertised = ",".join(f"{name}://127.0.0.1:{port}" for name, port in listeners.items())
        return {
            "process.roles": "broker,controller",
            "node.id": str(self._seat.node_id),
            "controller.quorum.voters": ",".join(
                f"{node}@127.0.0.1:{port}" for node, port in self._seat.voters.items()
            ),
            "listeners": f"{advertised},CONTROLLER://127.0.0.1:{self._seat.voters[self._seat.node_id]}",
            "advertised.listeners": advertised,
            "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_SSL:SASL_SSL",
            "controller.listener.names": "CONTROLLER",
            "inter.broker.listener.name": "PLAINTEXT",
            "log.dirs": str(self.data_folder),
            "auto.create.topics.enable": "false",
            "offsets.topic.replication.factor": str(len(self._seat.voters)),
            "offsets.topic.num.partitions": "4",
            "transaction.state.log.replication.factor": str(len(self._seat.voters)),
            "transaction.state.log.min.isr": "1",
            "group.initial.rebalance.delay.ms": "0",
            **(self._security.properties if self._security else {}),
            **self._properties,
        }

    def _format(self, classpath: str, settings: Path) -> None:
        tool = ["java", *JVM_OPTIONS, "-cp", classpath, "kafka.tools.StorageTool"]
        extra = self._security.format_arguments if self._security else []
        arguments = ["format", "-t", self._seat.cluster_id, "-c", str(settings), *extra]
        done = subprocess.run([*tool, *arguments], capture_output=True, text=True, check=False)  # noqa: S603  (our own command)
        if done.returncode:
            raise BrokerUnavailableHereError(
                f"the broker's folder could not be formatted: {done.stderr.strip()[-300:]}"
            )

    def wait(self) -> None:
        """Wait until it answers. Raises BrokerUnavailableHereError when it ends or stays silent."""
        client = AdminClient({"bootstrap.servers": self.bootstrap_servers, "log_level": 0})
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if not self._running.is_running:
                raise BrokerUnavailableHereError(f"the broker ended at its start: {self._running.last_lines()}")
            with suppress(KafkaException):
                client.list_topics(timeout=1)
                return
        raise BrokerUnavailableHereError(f"the broker did not answer within {START_SECONDS} s")

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
