"""What was fed: an entry is written only once the broker has acknowledged the record."""

import json
import random
import time
from dataclasses import dataclass, field

from confluent_kafka import KafkaError, Message, Producer

from schemas import Direction

CONVERSATIONS = 60
"""Enough that every partition has several, few enough that each has a long order to keep."""

POISON: tuple[bytes | None, ...] = (
    b"{not json",
    b"\xff\xfe\x00 not utf-8",
    b"null",
    b"[]",
    b"",
    None,
    b'{"conversation_id":"poison","direction":"INBOUND"}',
    b'{"conversation_id":"poison","direction":"SIDEWAYS","text":"x"}',
    b'{"conversation_id":"poison","direction":"INBOUND","text":7}',
    json.dumps({"conversation_id": "poison", "direction": "INBOUND", "text": "A" * 900_000}).encode(),
)
"""Every way in which a record of another producer can be wrong."""

TRANSACTION = 20
"""Messages of one transaction."""

Coordinates = tuple[str, int, int]
"""Topic, partition, offset."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One acknowledged message."""

    conversation_id: str
    direction: Direction
    sequence: int
    """Its place in its conversation and direction, from 0 without gaps."""


@dataclass(slots=True)
class Ledger:
    """Everything the broker acknowledged, and the values planted in it."""

    entries: dict[str, Entry] = field(default_factory=dict)
    poison: set[Coordinates] = field(default_factory=set)
    canaries: set[str] = field(default_factory=set)

    def __len__(self) -> int:
        return len(self.entries) + len(self.poison)


def card_number(random_source: random.Random) -> str:
    """Invent a Visa number with a valid check digit (Luhn, ISO/IEC 7812-1)."""
    digits = [4, *(random_source.randrange(10) for _ in range(14))]
    doubled = [d * 2 - 9 * (d > 4) if place % 2 == 0 else d for place, d in enumerate(digits)]  # noqa: PLR2004  (Luhn)
    return "".join(map(str, digits)) + str(-sum(doubled) % 10)


class Feeder:
    """Publishes seeded messages of many conversations in both directions, a fifth of them with a planted card."""

    def __init__(self, bootstrap_servers: str, prefix: str, ledger: Ledger, *, seed: int) -> None:
        self._prefix = prefix
        self._ledger = ledger
        self._random = random.Random(seed)  # noqa: S311  (repeatable, not secret)
        self._sequences: dict[tuple[str, Direction], int] = {}
        self._count = 0
        self._failures: list[KafkaError] = []
        self._settings: dict[str, str | int | float | bool] = {
            "bootstrap.servers": bootstrap_servers,
            "acks": "all",
            "enable.idempotence": True,  # a retry neither repeats nor reorders what it feeds
            "partitioner": "murmur2_random",  # the partitioner of the Java client, and ours
            "linger.ms": 1,
            "log_level": 0,
            "topic.metadata.refresh.interval.ms": 10_000,  # topics may get more partitions
        }
        self._producer = Producer({**self._settings, "delivery.timeout.ms": 180_000})

    def feed(self, count: int, *, rate: float | None = None, poison_share: float = 0.0) -> None:
        """Publish ``count`` records, at ``rate`` a second or as fast as may be. Returns when all are acknowledged."""
        began = time.monotonic()
        for number in range(count):
            if self._random.random() < poison_share:
                self._publish_poison(self._random.choice(POISON))
            else:
                self._publish_message()
            self._producer.poll(0)
            if rate is not None and (early := began + (number + 1) / rate - time.monotonic()) > 0:
                time.sleep(early)
        if self._producer.flush(180) or self._failures:
            raise RuntimeError(f"the broker did not take everything: {len(self._failures)} refused")

    def feed_in_transactions(self, count: int) -> None:
        """Publish ``count`` messages in transactions, each followed by one that is aborted and so never was."""
        producer = Producer({**self._settings, "transactional.id": f"{self._prefix}feeder"})
        producer.init_transactions(30)
        for _ in range(count // TRANSACTION):
            producer.begin_transaction()
            for _message in range(TRANSACTION):
                self._publish_message(producer)
            producer.commit_transaction(60)
            producer.begin_transaction()
            aborted = {"conversation_id": "aborted", "direction": "INBOUND", "text": "this was never said"}
            producer.produce(f"{self._prefix}messages.inbound", json.dumps(aborted).encode(), "aborted")
            producer.flush(30)
            producer.abort_transaction(60)

    def feed_megabytes(self, count: int) -> None:
        """Publish records that are too large to be messages, all of them poison."""
        for _ in range(count):
            self._publish_poison(POISON[-1])
        if self._producer.flush(180) or self._failures:
            raise RuntimeError("the broker did not take everything")

    def _publish_message(self, producer: Producer | None = None) -> None:
        direction = self._random.choice(list(Direction))
        conversation = f"conversation-{self._random.randrange(CONVERSATIONS)}"
        sequence = self._sequences.get((conversation, direction), -1) + 1
        self._sequences[conversation, direction] = sequence
        event_id = f"event-{self._count}"
        self._count += 1
        event = {
            "event_id": event_id,
            "conversation_id": conversation,
            "direction": direction,
            "text": f"#{sequence} {self._sentence()}",
        }
        entry = Entry(conversation, direction, sequence)

        def acknowledged(error: KafkaError | None, _: Message) -> None:
            if error:
                self._failures.append(error)
            else:
                self._ledger.entries[event_id] = entry

        self._produce(direction, conversation, json.dumps(event).encode(), acknowledged, producer)

    def _publish_poison(self, value: bytes | None) -> None:
        def acknowledged(error: KafkaError | None, message: Message) -> None:
            if error:
                self._failures.append(error)
            else:
                self._ledger.poison.add((message.topic(), message.partition(), message.offset()))

        conversation = f"conversation-{self._random.randrange(CONVERSATIONS)}"
        self._produce(Direction.INBOUND, conversation, value, acknowledged)

    def _produce(
        self,
        direction: Direction,
        key: str,
        value: bytes | None,
        acknowledged: object,
        producer: Producer | None = None,
    ) -> None:
        topic = f"{self._prefix}messages.{direction.lower()}"
        client = producer or self._producer
        while True:
            try:
                client.produce(topic, value=value, key=key, on_delivery=acknowledged)
            except BufferError:  # the queue is full: an outage is back-pressure
                client.poll(0.1)
            else:
                return

    def _sentence(self) -> str:
        if self._random.random() < 0.2:  # noqa: PLR2004  (a fifth)
            card = card_number(self._random)
            self._ledger.canaries.add(card)
            return f"please charge my card {card} today"
        return self._random.choice(
            (
                "hello, can you help me with my order",
                "the order number is 1234567890123456",
                "thank you, that is all I needed",
                "see DOC-2024-ABC-1234 for the details",
            )
        )
