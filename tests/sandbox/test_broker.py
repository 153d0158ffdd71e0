import json
from collections.abc import Iterator

import pytest
from confluent_kafka import Consumer, Producer

from sandbox.broker import Broker, NamedBroker, local_broker
from sandbox.memory_kafka import MemoryKafka


def round_trip(broker: Broker, topic: str) -> list[bytes]:
    producer = Producer({"bootstrap.servers": broker.bootstrap_servers, "log_level": 0})
    for number in range(3):
        producer.produce(topic, json.dumps(number).encode(), b"key")
    producer.flush(20)
    settings = {"group.id": topic, "auto.offset.reset": "earliest", "log_level": 0}
    consumer = Consumer({"bootstrap.servers": broker.bootstrap_servers, **settings})
    consumer.subscribe([topic])
    try:
        return [message.value() or b"" for message in consumer.consume(3, timeout=20)]
    finally:
        consumer.close()


@pytest.fixture
def memory() -> Iterator[MemoryKafka]:
    with MemoryKafka() as broker:
        yield broker


def test_the_broker_in_memory_keeps_order(memory: MemoryKafka) -> None:
    memory.make_topics(["t"], partitions=1)

    assert round_trip(memory, "t") == [b"0", b"1", b"2"]


def test_a_named_broker_is_taken_as_it_is(memory: MemoryKafka, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORDON_KAFKA_BOOTSTRAP_SERVERS", memory.bootstrap_servers)
    said: list[str] = []

    with local_broker(said.append) as broker:
        assert isinstance(broker, NamedBroker)
        assert broker.bootstrap_servers == memory.bootstrap_servers

    assert "CORDON_KAFKA_BOOTSTRAP_SERVERS names" in said[0]


def test_without_java_the_broker_is_in_memory_and_says_that_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CORDON_KAFKA_BOOTSTRAP_SERVERS", raising=False)
    monkeypatch.setenv("PATH", "")
    said: list[str] = []

    with local_broker(said.append) as broker:
        assert isinstance(broker, MemoryKafka)

    assert said == [
        f"Kafka: in memory, nothing is kept and latencies say little (no Java), at {broker.bootstrap_servers}"
    ]


@pytest.mark.kafka
def test_the_broker_of_this_run_keeps_order(broker: Broker, topic_prefix: str) -> None:
    assert round_trip(broker, f"{topic_prefix}messages.forward") == [b"0", b"1", b"2"]
