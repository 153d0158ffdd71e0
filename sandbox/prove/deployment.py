"""A deployment under test: topics of its own, a keyring, and workers that can be hurt."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from uuid import uuid4

import httpx

from sandbox.process import ChildProcess, cordon, free_port
from sandbox.prove.account import Account, Auditor
from sandbox.prove.ground import Ground
from sandbox.prove.ledger import Feeder, Ledger
from sandbox.prove.topic_admin import TopicAdmin
from streams.topics import Topic

POLL_SECONDS = 0.5


READY_SECONDS = 120
"""For a worker to get its partitions: another that gives them up may first wait for outputs that nobody takes."""


class Deployment:
    """Everything that one scenario starts. ``close`` ends it; the topics stay, under a prefix of their own."""

    def __init__(self, ground: Ground, folder: Path, *, seed: int) -> None:
        self.prefix = f"prove-{uuid4().hex[:8]}."
        self.ledger = Ledger()
        self.workers: list[ChildProcess] = []
        self.kills = 0
        self._folder = folder / self.prefix.rstrip(".")
        self._folder.mkdir(parents=True)
        self._environment = {
            "CORDON_KAFKA_BOOTSTRAP_SERVERS": ground.bootstrap_servers,
            "CORDON_TOPIC_PREFIX": self.prefix,
            "CORDON_KEYRING_FILE": str(self.keyring),
            "CORDON_DATA_DIR": str(self._folder / "commands"),
            **ground.worker_settings,
        }
        self._auditor = Auditor(ground.bootstrap_servers, self.prefix)
        self._admin = TopicAdmin(ground.bootstrap_servers)
        self._ports: dict[int, int] = {}
        self.cordon("keys", "create", str(self.keyring))
        self.cordon("topics", "create")
        self.feeder = Feeder(ground.bootstrap_servers, self.prefix, self.ledger, seed=seed)

    @property
    def keyring(self) -> Path:
        """The keyring's file."""
        return self._folder / "keyring.json"

    def start_worker(self, name: str = "worker", *, stages: str = "critical,medium") -> ChildProcess:
        """Start a worker and wait until it is ready. The same name means the same data folder, as after a restart."""
        return self.start(name, cordon("worker", "--stages", stages))

    def start(self, name: str, command: Sequence[str]) -> ChildProcess:
        """Start any worker-like command with the deployment's settings and wait for its ``/readyz``."""
        port = free_port()
        environment = {
            **self._environment,
            "CORDON_DATA_DIR": str(self._folder / name),
            "CORDON_METRICS_PORT": str(port),
        }
        log = self._folder / f"{name}-{len(self.workers)}.log"
        worker = ChildProcess(command, environment=environment, log=log)
        self.workers.append(worker)
        self._ports[worker.pid] = port
        self.wait_ready(worker)
        return worker

    def wait_ready(self, worker: ChildProcess) -> None:
        """Wait until a worker says that it is ready."""
        worker.wait_ready(f"http://127.0.0.1:{self._ports[worker.pid]}/readyz", seconds=READY_SECONDS)

    def wait_unready(self, worker: ChildProcess, reason: str, *, seconds: float) -> None:
        """Wait until a worker says that it is not ready, for a reason. Raises RuntimeError when it does not."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            answer = httpx.get(f"http://127.0.0.1:{self._ports[worker.pid]}/readyz", timeout=5)
            if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE and reason in answer.text:
                return
            time.sleep(POLL_SECONDS)
        raise RuntimeError(f"a worker did not say that it {reason}")

    def wait_for_metric(self, worker: ChildProcess, name: str, *, at_least: float, seconds: float) -> None:
        """Wait until a gauge of a worker has grown to a value. Raises RuntimeError when it does not."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            answer = httpx.get(f"http://127.0.0.1:{self._ports[worker.pid]}/metrics", timeout=5)
            values = [float(line.split()[-1]) for line in answer.text.splitlines() if line.startswith(f"{name}{{")]
            if max(values, default=0.0) >= at_least:
                return
            time.sleep(POLL_SECONDS)
        raise RuntimeError(f"{name} did not grow to {at_least}")

    def wait_exit(self, worker: ChildProcess, *, seconds: float) -> int:
        """Wait until a worker has ended by itself, and return its exit code."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if (code := worker.exit_code) is not None:
                return code
            time.sleep(POLL_SECONDS)
        raise RuntimeError("a worker did not end itself")

    def restart_ended_workers(self) -> None:
        """Do what a supervisor does: start a worker again in place of each that ended itself."""
        for number, worker in enumerate(list(self.workers)):
            if not worker.is_running:
                self.start_worker(f"again-{number}")

    def add_partitions(self, count: int) -> None:
        """Give every topic so many partitions."""
        self._admin.grow([f"{self.prefix}{topic}" for topic in Topic], count)

    def forbidden_group(self, name: str) -> AbstractContextManager[None]:
        """Withdraw everybody's right to a consumer group for as long as the block lasts."""
        return self._admin.forbidden_group(f"{self.prefix}{name}")

    def forbidden_writes(self, topic: Topic) -> AbstractContextManager[None]:
        """Withdraw everybody's right to write a topic for as long as the block lasts."""
        return self._admin.forbidden_writes(f"{self.prefix}{topic}")

    def needing_all_replicas(self, topic: Topic) -> AbstractContextManager[None]:
        """Have a topic take writes only while all three of its replicas are there, for as long as the block lasts."""
        return self._admin.needing_replicas(f"{self.prefix}{topic}", 3)

    def commits_needing_all_replicas(self) -> AbstractContextManager[None]:
        """The same for the offsets of all consumer groups."""
        return self._admin.needing_replicas("__consumer_offsets", 3)

    def kill_and_restart(self, worker: ChildProcess, name: str = "worker") -> ChildProcess:
        """SIGKILL a worker and let its supervisor start it again."""
        worker.kill()
        self.kills += 1
        return self.start_worker(name)

    def drain(self, *, seconds: float = 120) -> None:
        """Wait until everything that was fed stands in an account, or for so long."""
        deadline = time.monotonic() + seconds
        while self._auditor.missing(self.ledger) and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)

    def account(self) -> Account:
        """Stop every worker, then hold what came out against the ledger."""
        self.close()
        return self._auditor.account(self.ledger, self._folder.glob("*.log"))

    def close(self) -> None:
        """End what still runs, in the order it was started."""
        for worker in self.workers:
            worker.terminate()

    def cordon(self, *arguments: str) -> None:
        """Run a command as an operator would. Raises RuntimeError when it fails."""
        done = subprocess.run(  # noqa: S603  (our own command)
            cordon(*arguments),
            env={**os.environ, **self._environment},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"cordon {' '.join(arguments[:2])} failed: {done.stderr.strip()[-300:]}")


class TextbookDeployment(Deployment):
    """The negative control: the same topics, feed and faults, with the agent of every tutorial."""

    def start_worker(self, name: str = "worker", *, stages: str = "critical") -> ChildProcess:  # noqa: ARG002  (it has one)
        """Start the textbook agent in place of Cordon's worker."""
        return self.start(name, [sys.executable, "-m", "sandbox.prove.textbook"])
