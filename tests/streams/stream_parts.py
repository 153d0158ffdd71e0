"""A stage of the simplest kind, and a worker that runs it inside the test."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from confluent_kafka import Consumer, Producer, TopicPartition

from schemas import DeadLetterReason
from schemas import Stage as StageName
from streams.computing import BatchStage
from streams.deadletters import DeadLetters, PoisonError
from streams.metrics import Metrics
from streams.record import KafkaRecord
from streams.runner import _Worker
from streams.sealing import SealingCodec
from streams.settings import KafkaSettings, WorkerSettings
from streams.stage import Decision, Output, StageTools, StreamStage
from streams.topics import Topic
from vault.envelope import Sealer
from vault.keyring import Keyring


@dataclass
class World:
    """One broker, topics of its own, and what is needed to run a stage on them."""

    bootstrap_servers: str
    prefix: str
    folder: Path
    metrics: Metrics = field(default_factory=Metrics)

    def __post_init__(self) -> None:
        keyring = Keyring.create(self.folder / "keyring.json")
        codec = SealingCodec(Sealer(keyring))
        self.dead_letters = DeadLetters(codec, self.prefix)
        self.tools = StageTools(codec, self.dead_letters, self.metrics, self.prefix)
        self.kafka = KafkaSettings(bootstrap_servers=self.bootstrap_servers)
        self.settings = WorkerSettings(
            keyring_file=keyring.path, data_dir=self.folder, topic_prefix=self.prefix, metrics_port=0
        )

    def publish(self, topic: Topic, *records: tuple[str | None, bytes | None], codec: str = "none") -> None:
        producer = Producer(
            {
                "bootstrap.servers": self.bootstrap_servers,
                "partitioner": "murmur2_random",
                "compression.type": codec,
                "log_level": 0,
            }
        )
        for key, value in records:
            producer.produce(f"{self.prefix}{topic}", value, key)
        assert producer.flush(20) == 0

    def read(self, topic: Topic) -> list[tuple[bytes | None, bytes, dict[str, bytes]]]:
        """Every record of a topic, in the order of each partition."""
        client = Consumer({"bootstrap.servers": self.bootstrap_servers, "group.id": "reader", "log_level": 0})
        name, found = f"{self.prefix}{topic}", []
        try:
            for partition in client.list_topics(name, timeout=20).topics[name].partitions:
                low, high = client.get_watermark_offsets(TopicPartition(name, partition), timeout=20)
                if low == high:
                    continue
                client.assign([TopicPartition(name, partition, low)])
                while low < high:
                    message = client.poll(20)
                    assert message is not None
                    assert not message.error()
                    low = message.offset() + 1
                    found.append((message.key(), message.value() or b"", dict(message.headers() or [])))
        finally:
            client.close()
        return found

    def count(self, topic: Topic) -> int:
        client = Consumer({"bootstrap.servers": self.bootstrap_servers, "group.id": "counter", "log_level": 0})
        name = f"{self.prefix}{topic}"
        try:
            ends = [
                client.get_watermark_offsets(TopicPartition(name, partition), timeout=20)
                for partition in client.list_topics(name, timeout=20).topics[name].partitions
            ]
        finally:
            client.close()
        return sum(high - low for low, high in ends)

    async def settled(self, topic: Topic, count: int, *, seconds: float = 30) -> None:
        """Wait until so many records stand on a topic."""
        async with asyncio.timeout(seconds):
            while await asyncio.to_thread(self.count, topic) < count:  # noqa: ASYNC110  (asked of a broker)
                await asyncio.sleep(0.1)

    def adds_up(self, stage: str) -> bool:
        """The conservation law, once everything is at rest."""
        text = self.metrics.exposition().decode()
        received = _sum(text, f'dlp_messages_received_total{{stage="{stage}"')
        return received > 0 and received == _sum(text, "dlp_messages_settled_total{") + _sum(text, "dlp_inflight{")


def _sum(text: str, start: str) -> float:
    return sum(float(line.rpartition(" ")[2]) for line in text.splitlines() if line.startswith(start))


class EchoStage(BatchStage):
    """Forwards what it reads, puts ``poison`` aside, and throws at ``bug``."""

    name = StageName.CRITICAL
    inputs = (Topic.INBOUND, Topic.OUTBOUND)

    async def decide(self, record: KafkaRecord) -> Decision:
        if record.value is None or record.value.startswith(b"poison"):
            raise PoisonError(DeadLetterReason.MALFORMED_JSON)
        if record.value.startswith(b"bug"):
            raise ZeroDivisionError(record.value.decode())
        return Decision("forwarded", (Output(Topic.FORWARD, record.key, record.value),))


@asynccontextmanager
async def running(world: World, *stages: StreamStage) -> AsyncIterator[_Worker]:
    """Run a worker's whole life around the block; it has to leave in order."""
    worker = _Worker(stages, world.kafka, world.settings, world.metrics)
    life = asyncio.create_task(worker.run())
    try:
        async with asyncio.timeout(60):
            while any("is not started" in r or "has not joined" in r for r in worker._reasons()) and not life.done():  # noqa: ASYNC110  (flags of Faust's)
                await asyncio.sleep(0.02)
        yield worker
    finally:
        worker._stop.set()
        code = await asyncio.wait_for(life, 40)
    assert code == 0


def numbered(count: int, keys: int = 7) -> list[tuple[str | None, bytes | None]]:
    """Records whose values say their place within their key."""
    return [(f"conversation-{n % keys}", json.dumps([n % keys, n // keys]).encode()) for n in range(count)]
