"""A broker in memory where nothing needs a real one, and topics of its own for each test that asks."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from sandbox.memory_kafka import MemoryKafka
from streams.settings import KafkaSettings

PARTITIONS = 4
"""Of every topic that this broker makes when it is named."""


@pytest.fixture(scope="session")
def memory() -> Iterator[MemoryKafka]:
    with MemoryKafka() as memory:
        yield memory


@pytest.fixture
def memory_prefix() -> str:
    """Prefix of topics that this test has for itself."""
    return f"test-{uuid4().hex[:10]}."


@pytest.fixture
def memory_kafka(memory: MemoryKafka) -> KafkaSettings:
    return KafkaSettings.load(bootstrap_servers=memory.bootstrap_servers)
