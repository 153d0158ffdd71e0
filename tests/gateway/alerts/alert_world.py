"""``/v1/alerts`` from outside: a gateway process on a port, whoever listens to it, and a worker beside it."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from confluent_kafka import Producer

from gateway.auth import create_key
from sandbox.broker import Broker
from sandbox.process import ChildProcess, cordon, free_port
from tests.gateway.alerts.alert_parts import alert
from vault.keyring import Keyring


class Listener:
    """Reads events in a thread, with the time of each."""

    def __init__(self, url: str, key: str, *, last: str | None = None, **wanted: str) -> None:
        headers = {"Authorization": f"Bearer {key}", **({"Last-Event-ID": last} if last else {})}
        self.events: list[tuple[str, dict[str, Any], str, float]] = []
        self.lines: list[str] = []
        self._client = httpx.Client(timeout=30)
        self._stream = self._client.stream("GET", f"{url}/v1/alerts", params=wanted, headers=headers)
        self._answer = self._stream.__enter__()
        assert self._answer.status_code == 200
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        fields: dict[str, str] = {}
        try:
            for line in self._answer.iter_lines():
                self.lines.append(line)
                name, _, value = line.partition(": ")
                if line:
                    fields[name] = value
                elif "event" in fields:
                    data = json.loads(fields.get("data", "{}"))
                    self.events.append((fields["event"], data, fields.get("id", ""), time.monotonic()))
                    fields = {}
        except httpx.HTTPError:
            return

    def alert_ids(self) -> list[str]:
        """Of the alerts so far, in order."""
        return [data["alert_id"] for name, data, _, _ in self.events if name == "alert"]

    def wait_for(self, *wanted: str, seconds: float = 10) -> None:
        """Return once these alerts have come."""
        deadline = time.monotonic() + seconds
        while not set(wanted) <= set(self.alert_ids()):
            assert time.monotonic() < deadline, self.alert_ids()
            time.sleep(0.01)

    def close(self) -> None:
        """Go away."""
        self._client.close()


class Gateway:
    """``cordon gateway`` with topics of its own."""

    def __init__(self, broker: Broker, prefix: str, folder: Path) -> None:
        keyring = Keyring.create(folder / "keyring.json")
        self.keys = folder / "keys.jsonl"
        _, self.key = create_key(self.keys, ("alerts", "messages"))
        port = free_port()
        self.folder = folder
        self.url = f"http://127.0.0.1:{port}"
        self.topic = f"{prefix}dlp.alerts"
        self._producer = Producer({"bootstrap.servers": broker.bootstrap_servers, "linger.ms": 0, "log_level": 0})
        self._settings = {
            "CORDON_KAFKA_BOOTSTRAP_SERVERS": broker.bootstrap_servers,
            "CORDON_TOPIC_PREFIX": prefix,
            "CORDON_KEYRING_FILE": str(keyring.path),
            "CORDON_API_KEYS_FILE": str(self.keys),
            "CORDON_DATA_DIR": str(folder / "data"),
            "CORDON_GATEWAY_PORT": str(port),
        }
        self._log = folder / "gateway.log"
        self.process = self.start()

    def start(self) -> ChildProcess:
        """Start the process, and wait until it serves."""
        self.process = ChildProcess(cordon("gateway"), environment=self._settings, log=self._log)
        self.process.wait_ready(f"{self.url}/readyz")
        return self.process

    @contextmanager
    def worker(self) -> Iterator[ChildProcess]:
        """A worker that judges, ready."""
        port = free_port()
        own = {"CORDON_METRICS_PORT": str(port), "CORDON_DATA_DIR": str(self.folder / "data-worker")}
        command, log = cordon("worker", "--stages", "critical,medium"), self.folder / "worker.log"
        with ChildProcess(command, environment={**self._settings, **own}, log=log) as child:
            child.wait_ready(f"http://127.0.0.1:{port}/readyz")
            yield child

    def write(self, *alert_ids: str, **fields: Any) -> float:
        """Publish alerts; the time at which the broker had them."""
        for alert_id in alert_ids:
            written = alert(alert_id, **fields)
            self._producer.produce(self.topic, written.model_dump_json(), written.conversation_id)
        assert self._producer.flush(10) == 0
        return time.monotonic()
