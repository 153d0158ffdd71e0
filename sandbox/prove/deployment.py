"""A deployment under test: topics of its own, a keyring, and workers that can be hurt."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

from sandbox.process import ChildProcess, cordon, free_port
from sandbox.prove.account import Account, Auditor
from sandbox.prove.ledger import Feeder, Ledger

POLL_SECONDS = 0.5


class Deployment:
    """Everything that one scenario starts. ``close`` ends it; the topics stay, under a prefix of their own."""

    def __init__(self, bootstrap_servers: str, folder: Path, *, seed: int) -> None:
        self.prefix = f"prove-{uuid4().hex[:8]}."
        self.ledger = Ledger()
        self.workers: list[ChildProcess] = []
        self.kills = 0
        self._folder = folder / self.prefix.rstrip(".")
        self._folder.mkdir(parents=True)
        self._environment = {
            "CORDON_KAFKA_BOOTSTRAP_SERVERS": bootstrap_servers,
            "CORDON_TOPIC_PREFIX": self.prefix,
            "CORDON_KEYRING_FILE": str(self._folder / "keyring.json"),
        }
        self._auditor = Auditor(bootstrap_servers, self.prefix)
        self._run("keys", "create", str(self._folder / "keyring.json"))
        self._run("topics", "create")
        self.feeder = Feeder(bootstrap_servers, self.prefix, self.ledger, seed=seed)

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
        worker.wait_ready(f"http://127.0.0.1:{port}/readyz")
        return worker

    def kill_and_restart(self, worker: ChildProcess, name: str = "worker") -> ChildProcess:
        """SIGKILL a worker and let its supervisor start it again."""
        worker.kill()
        self.kills += 1
        return self.start_worker(name)

    def drain(self, *, seconds: float = 120) -> None:
        """Wait until as many records are settled as were fed, and no more come for a while."""
        deadline = time.monotonic() + seconds
        before = -1
        while time.monotonic() < deadline:
            settled = self._auditor.settled()
            if settled >= len(self.ledger) and settled == before:
                return
            before = settled
            time.sleep(POLL_SECONDS)

    def account(self) -> Account:
        """Stop every worker, then hold what came out against the ledger."""
        self.close()
        return self._auditor.account(self.ledger, self._folder.glob("*.log"))

    def close(self) -> None:
        """End what still runs, in the order it was started."""
        for worker in self.workers:
            worker.terminate()

    def _run(self, *arguments: str) -> None:
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
