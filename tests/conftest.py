"""One Kafka for the whole run, and topics of its own for each test that asks."""

import os
from collections.abc import Iterator
from uuid import uuid4

import authlib.deprecate  # noqa: F401  (sets a filter for warnings when it is imported: the suite's own come after it)
import hypothesis
import pytest

from sandbox.broker import Broker, local_broker
from sandbox.memory_kafka import MemoryKafka
from streams.topics import Topic

PARTITIONS = 4

hypothesis.settings.register_profile("ci", derandomize=True, deadline=None)
if "CI" in os.environ:  # the same examples in every run: what a run there says is about the change alone
    hypothesis.settings.load_profile("ci")


@pytest.fixture(scope="session")
def broker(request: pytest.FixtureRequest) -> Iterator[Broker]:
    """The best Kafka this machine has; the run says which."""
    reporter = request.config.pluginmanager.get_plugin("terminalreporter")

    def say(line: str) -> None:
        if reporter is not None:
            reporter.write_line(line)

    with local_broker(say, prefer_docker=True) as chosen:
        yield chosen


@pytest.fixture(scope="session")
def whole_broker(broker: Broker) -> Broker:
    """One that does all that Kafka does: the one in memory loses members of groups and finds nothing by its time."""
    if isinstance(broker, MemoryKafka):
        pytest.skip("needs a real Kafka: the broker in memory loses members of groups and finds nothing by its time")
    return broker


@pytest.fixture
def topic_prefix(broker: Broker) -> str:
    """Prefix of a set of Cordon's topics that this test has for itself."""
    prefix = f"test-{uuid4().hex[:10]}."
    broker.make_topics([f"{prefix}{topic}" for topic in Topic], partitions=PARTITIONS)
    return prefix
