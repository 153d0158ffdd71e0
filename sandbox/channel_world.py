"""The channels' whole loop as processes: doubles of WhatsApp and Genesys, worker and gateway, on a Kafka that runs.

For the tests and the benchmark of the channels; the demo has a world of its own.
"""

import os
import subprocess
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import uuid4

import httpx

from sandbox.broker import Broker
from sandbox.demo.doubles import GENESYS, WHATSAPP
from sandbox.process import ChildProcess, cordon, free_port
from streams.topics import Topic

STAGES = "critical,forwarder"
PARTITIONS = 12


class ChannelWorld:
    """Starts with its block and ends with it. ``settings`` go to worker and gateway."""

    def __init__(self, broker: Broker, folder: Path, settings: Mapping[str, str] | None = None) -> None:
        self._broker = broker
        self.folder = folder
        self.prefix = f"channels-{uuid4().hex[:8]}."
        self.genesys_url, self.whatsapp_url, self.gateway_url, self.worker_url = (
            f"http://127.0.0.1:{free_port()}" for _ in range(4)
        )
        self._settings = dict(settings or {})
        self.children: dict[str, ChildProcess] = {}
        """By name: ``genesys``, ``whatsapp``, ``worker``, ``gateway``."""
        self._stack = ExitStack()
        self._environment = {
            "CORDON_KAFKA_BOOTSTRAP_SERVERS": broker.bootstrap_servers,
            "CORDON_TOPIC_PREFIX": self.prefix,
            "CORDON_KEYRING_FILE": str(folder / "keyring.json"),
            "CORDON_GATEWAY_AUTH": "off",
            **GENESYS.settings(self.genesys_url),
            **WHATSAPP.settings(self.whatsapp_url),
            "CORDON_MEDIA_BASE_URL": self.gateway_url,
        }

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def topics(self) -> list[str]:
        """The names of its topics on the broker."""
        return [f"{self.prefix}{topic}" for topic in Topic]

    def _start(self) -> None:
        self._run("keys", "create", self._environment["CORDON_KEYRING_FILE"])
        self._broker.make_topics(self.topics(), partitions=PARTITIONS)
        limits = ["--requests-per-minute", "0", "--retry-seconds", "0.5"]
        genesys = self._child("genesys", ["sandbox", "genesys", "--port", _port(self.genesys_url), *limits])
        whatsapp = self._child("whatsapp", ["sandbox", "whatsapp", "--port", _port(self.whatsapp_url)])
        genesys.wait_ready(f"{self.genesys_url}/_sandbox/health")
        whatsapp.wait_ready(f"{self.whatsapp_url}/_sandbox/health")
        worker = self._child("worker", ["worker", "--stages", STAGES], CORDON_METRICS_PORT=_port(self.worker_url))
        gateway = self._child("gateway", ["gateway"], CORDON_GATEWAY_PORT=_port(self.gateway_url))
        worker.wait_ready(f"{self.worker_url}/readyz")
        gateway.wait_ready(f"{self.gateway_url}/readyz")
        for url, path in ((self.genesys_url, "genesys"), (self.whatsapp_url, "whatsapp")):
            httpx.put(f"{url}/_sandbox/webhook", json={"url": f"{self.gateway_url}/webhooks/{path}"}).raise_for_status()

    def _child(self, name: str, arguments: list[str], **settings: str) -> ChildProcess:
        environment = {**self._environment, "CORDON_DATA_DIR": str(self.folder / f"data-{name}")}
        environment |= self._settings | settings
        log = self.folder / f"{name}.log"
        child = ChildProcess(cordon(*arguments), environment=environment, log=log)
        self.children[name] = self._stack.enter_context(child)
        return child

    def _run(self, *arguments: str) -> None:
        environment = {**os.environ, **self._environment}
        done = subprocess.run(  # noqa: S603  (our own command)
            cordon(*arguments), env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"cordon {' '.join(arguments[:2])} failed: {done.stderr.strip()[-300:]}")


def _port(url: str) -> str:
    return url.rpartition(":")[2]
