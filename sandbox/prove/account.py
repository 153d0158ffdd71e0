"""What came out, held against what was fed."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from confluent_kafka import Consumer, Message, TopicPartition

from sandbox.prove.ledger import Coordinates, Ledger

OUTPUT_TOPICS = ("messages.forward", "dlp.review", "dlp.violations", "dlp.alerts", "dlp.deadletters", "dlp.audit")
"""Where no planted value may stand in clear."""


@dataclass(frozen=True, slots=True)
class Account:
    """The figures of one scenario. ``lost``, ``order_breaks``, ``unaccounted`` and ``leaks`` have to be 0."""

    fed: int
    forwarded: int
    dead_letters: int
    lost: int
    """Fed and in no account."""
    repeated: int
    """Forwarded more than once: consumers drop them by ``event_id``."""
    order_breaks: int
    """First appearances that do not follow their predecessor in the conversation."""
    unaccounted: int
    """Poison without a dead letter, dead letters without poison, messages in two accounts."""
    leaks: int
    """Planted values found in an output topic or a log."""

    @property
    def is_whole(self) -> bool:
        """Whether every promise held."""
        return not (self.lost or self.order_breaks or self.unaccounted or self.leaks)


class Auditor:
    """Reads every account of one deployment from the first offset to the last."""

    def __init__(self, bootstrap_servers: str, prefix: str) -> None:
        self._bootstrap_servers = bootstrap_servers
        self._prefix = prefix
        self._read_to: dict[tuple[str, int], int] = {}
        self._seen: set[str] = set()
        self._put_aside: set[Coordinates] = set()

    def missing(self, ledger: Ledger) -> int:
        """How many records that were fed stand in neither account yet. Reads on where it stopped."""
        for message in self._records("messages.forward", self._read_to):
            self._seen.add(json.loads(message.value() or b"")["event_id"])
        for message in self._records("dlp.deadletters", self._read_to):
            headers = {name: value.decode() for name, value in message.headers() or []}
            if "cordon.resolves" not in headers:
                self._put_aside.add(_origin(headers, self._prefix))
        return len(ledger.entries.keys() - self._seen) + len(ledger.poison - self._put_aside)

    def account(self, ledger: Ledger, logs: Iterable[Path]) -> Account:
        """Hold the topics and the logs against the ledger."""
        taken = sorted(self._records("messages.forward"), key=lambda message: message.timestamp()[1])
        forwarded = [
            json.loads(message.value() or b"") for message in taken
        ]  # by time: topics may have grown meanwhile
        dead = self._dead_letters()
        first_seen = list(dict.fromkeys(record["event_id"] for record in forwarded))
        return Account(
            fed=len(ledger),
            forwarded=len(first_seen),
            dead_letters=len(dead),
            lost=len(ledger.entries.keys() - set(first_seen)),
            repeated=len(forwarded) - len(first_seen),
            order_breaks=_order_breaks(first_seen, ledger),
            unaccounted=len(dead ^ ledger.poison) + len(set(first_seen) - ledger.entries.keys()),
            leaks=self._leaks(ledger.canaries, logs),
        )

    def _dead_letters(self) -> set[Coordinates]:
        """Where dead letters came from that nobody sent on their way again."""
        letters: dict[tuple[int, int], Coordinates] = {}
        for message in self._records("dlp.deadletters"):
            headers = {name: value.decode() for name, value in message.headers() or []}
            if "cordon.resolves" in headers:
                letters.pop((message.partition(), int(headers["cordon.resolves"])), None)
            else:
                letters[message.partition(), message.offset()] = _origin(headers, self._prefix)
        return set(letters.values())

    def _leaks(self, canaries: set[str], logs: Iterable[Path]) -> int:
        values = [message.value() or b"" for topic in OUTPUT_TOPICS for message in self._records(topic)]
        haystack = b"\n".join([*values, *(log.read_bytes() for log in logs)]).decode("latin-1")
        return sum(canary in haystack for canary in canaries)

    def _records(self, topic: str, read_to: dict[tuple[str, int], int] | None = None) -> Iterator[Message]:
        """Every record of a topic; with ``read_to`` those behind it, which is moved on."""
        with _consumer(self._bootstrap_servers) as consumer:
            for partition, low, high in self._watermarks(consumer, topic):
                position = max(low, (read_to or {}).get((topic, partition), low))
                if read_to is not None:
                    read_to[topic, partition] = high
                if position >= high:
                    continue
                consumer.assign([TopicPartition(self._prefix + topic, partition, position)])
                while position < high:
                    message = consumer.poll(30)
                    if message is None or message.error():
                        raise RuntimeError(f"cannot read {topic} partition {partition} at offset {position}")
                    position = message.offset() + 1
                    yield message

    def _watermarks(self, consumer: Consumer, topic: str) -> list[tuple[int, int, int]]:
        name = self._prefix + topic
        partitions = consumer.list_topics(name, timeout=30).topics[name].partitions
        return [(p, *consumer.get_watermark_offsets(TopicPartition(name, p), timeout=30)) for p in sorted(partitions)]


@contextmanager
def _consumer(bootstrap_servers: str) -> Iterator[Consumer]:
    """Open a consumer outside every group; it is closed at the end of the block."""
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap_servers,
            "group.id": f"auditor-{uuid4().hex}",
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
        }
    )
    try:
        yield consumer
    finally:
        consumer.close()


def _origin(headers: Mapping[str, str], prefix: str) -> Coordinates:
    topic = headers["cordon.topic"]
    named = topic if topic.startswith(prefix) else prefix + topic
    return named, int(headers["cordon.partition"]), int(headers["cordon.offset"])


def _order_breaks(first_seen: Iterable[str], ledger: Ledger) -> int:
    breaks = 0
    last: dict[tuple[str, str], int] = {}
    for event_id in first_seen:
        if (entry := ledger.entries.get(event_id)) is None:
            continue
        lane = (entry.conversation_id, entry.direction)
        breaks += entry.sequence != last.get(lane, -1) + 1
        last[lane] = entry.sequence
    return breaks
