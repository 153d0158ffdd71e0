"""A worker's siem stage as its user runs it: a real Kafka, the worker as a process of its own, receivers beside it."""

import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
from confluent_kafka import Consumer, Producer, TopicPartition

from sandbox.broker import Broker
from sandbox.process import ChildProcess, cordon, free_port
from sandbox.splunk import DEFAULT_TOKEN
from schemas import Action, Direction, Match, Severity, Violation
from streams.topics import Topic
from vault.keyring import Keyring

CONVERSATIONS = 40
POISON_MARKER = "RuleThatTheReceiverRefuses"


def violation(number: int, *, rule: str = "CreditCard", run: str = "run") -> Violation:
    """One of a run's violations."""
    now = datetime.now(UTC)
    return Violation(
        violation_id=f"{run}-{number}",
        event_id=f"event-{number}",
        rule=rule,
        severity=Severity.CRITICAL,
        match_count=1,
        conversation_id=f"conversation-{number % CONVERSATIONS}",
        direction=Direction.INBOUND,
        agent_id="agent-7",
        stage="critical",
        action=Action.REDACT,
        entity="payment_card",
        channel="whatsapp",
        policy_version="a6dfaee1a4e8",
        masked_preview="************1111",
        fingerprint="d82ea58094689e99106284cfd96a4d5b",
        matches=(
            Match(
                part="text",
                start=11,
                end=30,
                score=0.99,
                masked_preview="************1111",
                fingerprint="d82ea58094689e99106284cfd96a4d5b",
            ),
        ),
        occurred_at=now,
        detected_at=now,
    )


class SplunkReceiver:
    """The double of the collector, as a process."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._options = options
        self._log = folder / f"splunk-{self.port}.log"
        self.process: ChildProcess | None = None

    @property
    def settings(self) -> dict[str, str]:
        return {"CORDON_SPLUNK_URL": self.url, "CORDON_SPLUNK_TOKEN": DEFAULT_TOKEN}

    def start(self) -> None:
        command = cordon("sandbox", "splunk", "--port", str(self.port), *self._options)
        self.process = ChildProcess(command, environment={}, log=self._log)
        self.process.wait_ready(f"{self.url}/_sandbox/health")

    def fault(self, kind: str, **more: Any) -> None:
        httpx.post(f"{self.url}/_sandbox/faults", json={"kind": kind, **more}).raise_for_status()

    def heal(self) -> None:
        httpx.delete(f"{self.url}/_sandbox/faults").raise_for_status()

    def counts(self) -> dict[str, Any]:
        counts: dict[str, Any] = httpx.get(f"{self.url}/_sandbox/health", timeout=20).json()
        return counts

    def ids(self) -> Counter[str]:
        events = httpx.get(f"{self.url}/_sandbox/received", timeout=60).json()
        return Counter(event["fields"]["violation_id"] for event in events)

    def close(self) -> None:
        if self.process is not None:
            self.process.terminate()


class SiemWorld:
    """One run: topics of its own, a keyring, a worker that can be killed and started again."""

    def __init__(self, broker: Broker, prefix: str, folder: Path, settings: Mapping[str, str]) -> None:
        self.broker = broker
        self.prefix = prefix
        self.folder = folder
        self._stack = ExitStack()
        self.metrics_url = f"http://127.0.0.1:{free_port()}"
        keyring = folder / "keyring.json"
        if not keyring.exists():
            Keyring.create(keyring)
        self.environment = {
            "CORDON_KAFKA_BOOTSTRAP_SERVERS": broker.bootstrap_servers,
            "CORDON_TOPIC_PREFIX": prefix,
            "CORDON_KEYRING_FILE": str(keyring),
            "CORDON_DATA_DIR": str(folder / "data"),
            "CORDON_METRICS_PORT": self.metrics_url.rpartition(":")[2],
            **settings,
        }
        self._producer = Producer(
            {"bootstrap.servers": broker.bootstrap_servers, "partitioner": "murmur2_random", "linger.ms": 5}
        )
        self.worker: ChildProcess | None = None

    def start_worker(self) -> ChildProcess:
        self.worker = self._stack.enter_context(
            ChildProcess(cordon("worker", "--stages", "siem"), environment=self.environment, log=self.log)
        )
        return self.worker

    def wait_ready(self) -> None:
        """As a supervisor does: a worker that stops itself (a group that does not come about, say) is started again."""
        for attempt in range(3):
            assert self.worker is not None
            try:
                self.worker.wait_ready(f"{self.metrics_url}/readyz", seconds=90)
            except RuntimeError:
                if self.worker.is_running or attempt == 2:
                    raise
                report(f"the worker stopped itself with {self.worker.exit_code} and is started again")
                self.start_worker()
            else:
                return

    @property
    def log(self) -> Path:
        return self.folder / "worker.log"

    def feed(self, violations: Iterable[Violation], *, rate: float | None = None) -> list[str]:
        """Publish, at ``rate`` a second or at once. Returns the ids once the broker has all of them."""
        ids, began = [], time.monotonic()
        for number, one in enumerate(violations):
            self.publish(Topic.VIOLATIONS, one.model_dump_json().encode(), one.conversation_id)
            ids.append(one.violation_id)
            if rate is not None and (early := began + number / rate - time.monotonic()) > 0:
                time.sleep(early)
        assert self._producer.flush(60) == 0
        return ids

    def publish(self, topic: Topic, value: bytes, key: str) -> None:
        while True:
            try:
                self._producer.produce(f"{self.prefix}{topic}", value, key=key.encode())
            except BufferError:
                self._producer.poll(0.1)
            else:
                self._producer.poll(0)
                return

    def metric(self, start: str) -> float:
        lines = httpx.get(f"{self.metrics_url}/metrics", timeout=10).text.splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(start))

    def dead_letters(self) -> list[dict[str, str]]:
        """The headers of everything put aside."""
        consumer = Consumer({"bootstrap.servers": self.broker.bootstrap_servers, "group.id": "unused"})
        topic = f"{self.prefix}{Topic.DEAD_LETTERS}"
        found = []
        try:
            for partition in consumer.list_topics(topic, timeout=10).topics[topic].partitions:
                place = TopicPartition(topic, partition, 0)
                _, end = consumer.get_watermark_offsets(place, timeout=10)
                consumer.assign([place])
                while place.offset < end:
                    record = consumer.poll(10)
                    assert record is not None
                    assert record.error() is None
                    place.offset = (record.offset() or 0) + 1
                    found.append({name: value.decode() for name, value in record.headers() or []})
        finally:
            consumer.close()
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()


def until(is_so: Callable[[], bool], seconds: float) -> float:
    """Wait for it. Returns how long it took."""
    began = time.monotonic()
    while not is_so():
        if time.monotonic() - began > seconds:
            raise AssertionError(f"not within {seconds:.0f} s")
        time.sleep(0.2)
    return time.monotonic() - began


def report(line: str) -> None:
    """A figure for the person who runs the test with ``-s``."""
    sys.stderr.write(f"\n{line}\n")


def json_lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
