"""The processes of the local world: doubles, worker and gateway, each a child of its own, as in production."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import httpx

from sandbox.broker import Broker, Say
from sandbox.demo.doubles import DOUBLES, HEALTH, Double, web_chat
from sandbox.process import ChildProcess, cordon, free_port
from streams.topics import Topic

PARTITIONS = 4
NONE: Final[Mapping[str, str]] = {}
SCOPES = ("scan", "messages", "alerts", "console", "captures", "tokens:create", "tokens:reveal", "admin")


def fresh_prefix() -> str:
    """A prefix for the topics of one run: a broker that stays may hold those of many."""
    return f"demo-{time.time_ns() // 1_000_000 % 10**8}."


class WorldUnavailableError(RuntimeError):
    """A part of the local world did not start; the message says which and why."""


@dataclass(frozen=True, slots=True)
class RunningDouble:
    """A double and where it listens."""

    double: Double
    url: str


class World:
    """Everything the demo runs on but the broker. ``folder`` takes keyring, data and logs."""

    def __init__(self, broker: Broker, folder: Path, *, prefix: str, ports: Mapping[str, int], say: Say) -> None:
        self.broker = broker
        self.folder = folder
        self.prefix = prefix
        self.doubles: list[RunningDouble] = []
        self.api_key = ""
        self.gateway_url = f"http://127.0.0.1:{ports.get('gateway') or free_port()}"
        self.worker_url = f"http://127.0.0.1:{ports.get('worker') or free_port()}"
        self._say = say
        self._stack = ExitStack()
        self._environment = {
            "CORDON_KAFKA_BOOTSTRAP_SERVERS": broker.bootstrap_servers,
            "CORDON_TOPIC_PREFIX": prefix,
            "CORDON_KEYRING_FILE": str(folder / "keyring.json"),
            "CORDON_API_KEYS_FILE": str(folder / "api-keys.json"),
            "CORDON_DATABASE_URL": f"sqlite:///{folder.absolute() / 'cordon.db'}",
            "CORDON_MEDIA_BASE_URL": self.gateway_url,
        }

    def topic(self, name: str) -> str:
        """A topic's name on the broker."""
        return f"{self.prefix}{name}"

    def url_of(self, double: Double) -> str:
        """Where a double listens."""
        return next(running.url for running in self.doubles if running.double is double)

    def link(self, role: str, path: str) -> str:
        """A link that signs a person in at the gateway, once, in the next twelve hours."""
        settings = {
            "CORDON_GATEWAY_PORT": _port(self.gateway_url),
            "CORDON_DATA_DIR": str(self.folder / "data-gateway"),
        }
        words = ("--role", role, "--name", f"demo-{role}", "--path", path, "--minutes", str(12 * 60))
        return self._run("console", "link", *words, settings=settings).strip()

    def start(self) -> None:
        """Make keyring, key and topics, then start doubles, worker and gateway. Raises WorldUnavailableError."""
        self._run("keys", "create", self._environment["CORDON_KEYRING_FILE"])
        scopes = [word for scope in SCOPES for word in ("--scope", scope)]
        self.api_key = self._run("apikeys", "create", self._environment["CORDON_API_KEYS_FILE"], *scopes).split()[-1]
        self.broker.make_topics([self.topic(topic) for topic in Topic], partitions=PARTITIONS)
        for double in DOUBLES:
            url = self._start_double(double.name, double.title, double.health)
            self.doubles.append(RunningDouble(double, url))
            self._environment |= double.settings(url)
        self._environment |= web_chat(self._start_double("webmessaging", "Web Messaging", HEALTH))
        worker = self._child("worker", ["worker"], {"CORDON_METRICS_PORT": _port(self.worker_url)})
        gateway = self._child("gateway", ["gateway"], {"CORDON_GATEWAY_PORT": _port(self.gateway_url)})
        for name, child, url in (("worker", worker, self.worker_url), ("gateway", gateway, self.gateway_url)):
            self._wait(name, child, f"{url}/readyz")
        for running in self.doubles:
            if (webhook := running.double.calls) is not None:
                address = {"url": f"{self.gateway_url}/webhooks/{webhook}"}
                httpx.put(f"{running.url}/_sandbox/webhook", json=address, timeout=5).raise_for_status()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def _start_double(self, name: str, title: str, health: str) -> str:
        """Where it listens."""
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        child = self._child(f"double-{name}", ["sandbox", name, "--port", str(port)], {})
        self._wait(f"the double of {title}", child, f"{url}{health}")
        return url

    def _child(self, name: str, arguments: Sequence[str], settings: Mapping[str, str]) -> ChildProcess:
        environment = {**self._environment, "CORDON_DATA_DIR": str(self.folder / f"data-{name}"), **settings}
        log = self.folder / f"{name}.log"
        return self._stack.enter_context(ChildProcess(cordon(*arguments), environment=environment, log=log))

    def _wait(self, name: str, child: ChildProcess, url: str) -> None:
        try:
            seconds = child.wait_ready(url)
        except RuntimeError as error:
            raise WorldUnavailableError(f"{name} {error}") from None
        self._say(f"{name} is ready after {seconds:.1f} s")

    def _run(self, *arguments: str, settings: Mapping[str, str] = NONE) -> str:
        environment = {**os.environ, **self._environment, **settings}
        done = subprocess.run(  # noqa: S603  (our own command)
            cordon(*arguments), env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise WorldUnavailableError(f"cordon {' '.join(arguments[:2])}: {done.stderr.strip()[-300:]}")
        return done.stdout


def _port(url: str) -> str:
    return url.rpartition(":")[2]
