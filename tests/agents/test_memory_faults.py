"""What was said before survives a kill: the worker that comes after it reads the topics' recent past again."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from confluent_kafka import Consumer, Producer

from sandbox.broker import Broker
from sandbox.process import ChildProcess, cordon, free_port
from streams.topics import Topic
from tests.agents.siem_world import until
from vault.keyring import Keyring

pytestmark = [pytest.mark.faults, pytest.mark.timeout(180)]


class World:
    """Conversations through a critical stage that can be killed."""

    def __init__(self, broker: Broker, prefix: str, folder: Path) -> None:
        self._prefix = prefix
        self._folder = folder
        self._metrics_url = f"http://127.0.0.1:{free_port()}"
        self._environment = {
            "CORDON_KAFKA_BOOTSTRAP_SERVERS": broker.bootstrap_servers,
            "CORDON_TOPIC_PREFIX": prefix,
            "CORDON_KEYRING_FILE": str(folder / "keyring.json"),
            "CORDON_DATA_DIR": str(folder / "data"),
            "CORDON_METRICS_PORT": self._metrics_url.rpartition(":")[2],
        }
        Keyring.create(folder / "keyring.json")
        self._producer = Producer(
            {"bootstrap.servers": broker.bootstrap_servers, "partitioner": "murmur2_random", "linger.ms": 5}
        )
        self._consumer = Consumer(
            {"bootstrap.servers": broker.bootstrap_servers, "group.id": uuid4().hex, "auto.offset.reset": "earliest"}
        )
        self._consumer.subscribe([f"{prefix}{topic}" for topic in (Topic.FORWARD, Topic.VIOLATIONS, Topic.ALERTS)])
        self.seen: list[tuple[str, dict[str, Any]]] = []
        self.worker: ChildProcess | None = None

    def start(self) -> None:
        command = cordon("worker", "--stages", "critical,medium")
        self.worker = ChildProcess(command, environment=self._environment, log=self._folder / "worker.log")
        self.worker.wait_ready(f"{self._metrics_url}/readyz")

    def kill(self) -> None:
        assert self.worker is not None
        self.worker.kill()

    def say(self, event_id: str, text: str, *, outbound: bool = False) -> None:
        direction, topic = ("OUTBOUND", Topic.OUTBOUND) if outbound else ("INBOUND", Topic.INBOUND)
        event = {"event_id": event_id, "conversation_id": "c-1", "direction": direction, "text": text}
        self._producer.produce(f"{self._prefix}{topic}", json.dumps(event).encode(), key=b"c-1")
        assert self._producer.flush(30) == 0
        until(lambda: event_id in self.forwarded(), 60)

    def forwarded(self) -> dict[str, str]:
        """Text by event id, as consumers get it."""
        return {message["event_id"]: message["text"] for message in self.of(Topic.FORWARD)}

    def of(self, topic: Topic) -> list[dict[str, Any]]:
        while (record := self._consumer.poll(0.3)) is not None:
            if record.error() is None:
                self.seen.append((record.topic() or "", json.loads(record.value() or b"{}")))
        return [value for name, value in self.seen if name == f"{self._prefix}{topic}"]

    def close(self) -> None:
        self._consumer.close()
        if self.worker is not None:
            self.worker.terminate()


@pytest.fixture
def world(broker: Broker, topic_prefix: str, tmp_path: Path) -> Iterator[World]:
    made = World(broker, topic_prefix, tmp_path)
    made.start()
    yield made
    made.close()


def test_a_card_cut_by_a_kill_is_still_one(world: World) -> None:
    world.say("e-1", "my card is 4539 1488")
    world.kill()
    world.start()

    world.say("e-2", "0343 6467 is the rest")

    assert world.forwarded()["e-1"] == "my card is 4539 1488"
    assert world.forwarded()["e-2"] == "[CREDIT CARD REDACTED] is the rest"
    until(lambda: len(world.of(Topic.ALERTS)) >= 2, 20)
    (violation,) = world.of(Topic.VIOLATIONS)  # what was read again said nothing a second time
    assert (violation["event_id"], violation["rule"]) == ("e-2", "CreditCard")
    assert violation["matches"][0]["event_ids"] == ["e-1"]
    assert {alert["audience"] for alert in world.of(Topic.ALERTS)} == {"agent", "supervisor"}
    assert [m["event_id"] for m in world.of(Topic.FORWARD)].count("e-1") == 1


def test_a_question_asked_before_a_kill_still_gets_its_answer_cut(world: World) -> None:
    world.say("q-1", "And the security code on the back of your card?", outbound=True)
    world.kill()
    world.start()

    world.say("a-1", "123")

    assert world.forwarded()["a-1"] == "[CVV REDACTED]"


def test_without_what_was_said_before_the_same_words_go_on(world: World) -> None:
    world.say("e-1", "0343 6467 is the rest")
    world.say("e-2", "123")
    assert world.forwarded() == {"e-1": "0343 6467 is the rest", "e-2": "123"}
