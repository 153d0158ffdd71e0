"""``/v1/alerts`` from outside: a real gateway on a port, a real Kafka behind it."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from confluent_kafka import Producer

from gateway.auth import create_key
from sandbox.broker import Broker
from sandbox.process import ChildProcess, cordon, free_port
from schemas import Audience
from streams.topics import Topic
from tests.conftest import PARTITIONS
from tests.gateway.alerts.alert_parts import alert
from vault.keyring import Keyring

pytestmark = pytest.mark.kafka


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
        return [data["alert_id"] for name, data, _, _ in self.events if name == "alert"]

    def wait_for(self, *wanted: str, seconds: float = 10) -> None:
        deadline = time.monotonic() + seconds
        while not set(wanted) <= set(self.alert_ids()):
            assert time.monotonic() < deadline, self.alert_ids()
            time.sleep(0.01)

    def close(self) -> None:
        self._client.close()


class Gateway:
    def __init__(self, broker: Broker, prefix: str, folder: Path) -> None:
        keyring = Keyring.create(folder / "keyring.json")
        self.keys = folder / "keys.jsonl"
        _, self.key = create_key(self.keys, ("alerts",))
        port = free_port()
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
        self.process = ChildProcess(cordon("gateway"), environment=self._settings, log=self._log)
        self.process.wait_ready(f"{self.url}/readyz")
        return self.process

    def write(self, *alert_ids: str, **fields: Any) -> float:
        """Publish alerts; the time at which the broker had them."""
        for alert_id in alert_ids:
            written = alert(alert_id, **fields)
            self._producer.produce(self.topic, written.model_dump_json(), written.conversation_id)
        assert self._producer.flush(10) == 0
        return time.monotonic()


@pytest.fixture(scope="module")
def gateway(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    prefix = f"alerts-{time.time_ns() % 10**8}."
    broker.make_topics([f"{prefix}{topic}" for topic in Topic], partitions=PARTITIONS)
    running = Gateway(broker, prefix, tmp_path_factory.mktemp("alerts"))
    yield running
    running.process.terminate()


def test_an_alert_is_seen_within_a_second(gateway: Gateway) -> None:
    listener = Listener(gateway.url, gateway.key, audience="supervisor")
    gateway.write("warm")
    listener.wait_for("warm")
    written = gateway.write("seen")
    listener.wait_for("seen")
    assert listener.events[-1][3] - written < 1.0
    listener.close()


def test_a_listener_gets_only_what_was_asked_for(gateway: Gateway) -> None:
    listener = Listener(gateway.url, gateway.key, conversation="c-mine", audience="agent", agent="ben")
    gateway.write("other-conversation", conversation_id="c-other", audience=Audience.AGENT, agent_id="ben")
    gateway.write("other-audience", conversation_id="c-mine", agent_id="ben")
    gateway.write("other-agent", conversation_id="c-mine", audience=Audience.AGENT, agent_id="ana")
    gateway.write("mine", conversation_id="c-mine", audience=Audience.AGENT, agent_id="ben")
    listener.wait_for("mine")
    assert listener.alert_ids() == ["mine"]
    listener.close()


def test_who_comes_back_gets_what_was_missed_once_and_also_from_another_process(gateway: Gateway) -> None:
    conversations = [f"c-{number}" for number in range(6)]  # over several partitions
    listener = Listener(gateway.url, gateway.key)
    for conversation in conversations:
        gateway.write(f"before-{conversation}", conversation_id=conversation)
    listener.wait_for(*(f"before-{one}" for one in conversations))
    last = listener.events[-1][2]
    listener.close()
    for conversation in conversations:
        gateway.write(f"missed-{conversation}", conversation_id=conversation)
    missed = {f"missed-{one}" for one in conversations}

    again = Listener(gateway.url, gateway.key, last=last)
    again.wait_for(*missed)
    assert sorted(again.alert_ids()) == sorted(missed)
    again.close()

    assert gateway.process.terminate() == 0
    gateway.start()
    restarted = Listener(gateway.url, gateway.key, last=last)
    restarted.wait_for(*missed)
    assert sorted(restarted.alert_ids()) == sorted(missed)
    restarted.close()


def test_a_place_that_is_none_of_ours_is_told(gateway: Gateway) -> None:
    listener = Listener(gateway.url, gateway.key, last="tomorrow")
    gateway.write("after-reset")
    listener.wait_for("after-reset")
    assert listener.events[0][0] == "reset"
    listener.close()


def test_the_gateway_stops_in_time_while_somebody_listens(gateway: Gateway) -> None:
    listener = Listener(gateway.url, gateway.key)
    began = time.monotonic()
    assert gateway.process.terminate() == 0
    assert time.monotonic() - began < 10
    listener.close()
    gateway.start()


def test_a_key_without_the_scope_hears_nothing(gateway: Gateway) -> None:
    _, key = create_key(gateway.keys, ("scan",))
    assert httpx.get(f"{gateway.url}/v1/alerts", headers={"Authorization": f"Bearer {key}"}).status_code == 403
    assert httpx.get(f"{gateway.url}/v1/alerts").status_code == 401
