"""What stands in a topic, read back by a client that is not ours."""

import json
import time
from typing import Any
from uuid import uuid4

from confluent_kafka import Consumer, TopicPartition

from streams.topics import Topic
from tests.browser.browser_parts import RunningGateway


def records_of(
    gateway: RunningGateway, topic: Topic, *, count: int, conversation: str, seconds: float = 15, **wanted: str
) -> list[dict[str, Any]]:
    """The records of a conversation, once there are so many; then a moment more, to see whether there are others."""
    name = f"{gateway.prefix}{topic}"
    servers = gateway.environment["CORDON_KAFKA_BOOTSTRAP_SERVERS"]
    consumer = Consumer({"bootstrap.servers": servers, "group.id": uuid4().hex, "log_level": 0})
    found: list[dict[str, Any]] = []
    deadline = time.monotonic() + seconds
    try:
        partitions = consumer.list_topics(name, timeout=10).topics[name].partitions
        consumer.assign([TopicPartition(name, partition, 0) for partition in partitions])
        while time.monotonic() < deadline:
            message = consumer.poll(0.2)
            if message is not None and message.error() is None and (value := message.value()):
                record = json.loads(value)
                ids = {record.get("conversation_id"), record.get("conversationId")}
                if conversation in ids and all(record.get(name) == text for name, text in wanted.items()):
                    found.append(record)
                    if len(found) == count:
                        deadline = time.monotonic() + 1.0
    finally:
        consumer.close()
    assert len(found) >= count, f"{len(found)} records of {conversation} in {topic}"
    return found
