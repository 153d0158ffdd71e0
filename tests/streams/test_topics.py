"""A worker looks at its topics before it takes anything from them."""

from collections.abc import Iterator

import pytest
from aiokafka.errors import KafkaConnectionError, KafkaTimeoutError, NodeNotReadyError

from sandbox.memory_kafka import MemoryKafka
from streams import topics as module
from streams.settings import KafkaSettings
from streams.topics import ROAD, Topic, TopicsUnfitError, check_topics


@pytest.fixture(autouse=True)
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 0.0)
    monkeypatch.setattr(module, "RETRY_SECONDS", 0.01)


@pytest.fixture
def broker() -> Iterator[MemoryKafka]:
    with MemoryKafka() as memory:
        yield memory


def reach(broker: MemoryKafka) -> KafkaSettings:
    return KafkaSettings.load(bootstrap_servers=broker.bootstrap_servers)


async def test_topics_as_they_should_be_pass(broker: MemoryKafka) -> None:
    broker.make_topics([f"acme.{topic}" for topic in Topic], partitions=4)

    await check_topics(reach(broker), "acme.", ROAD)


async def test_a_missing_topic_is_named_with_the_prefix(broker: MemoryKafka) -> None:
    broker.make_topics([f"acme.{topic}" for topic in Topic if topic is not Topic.REVIEW], partitions=4)

    with pytest.raises(TopicsUnfitError, match=r"^[^\n]*PREFIX is acme\.\): dlp\.review: does not exist$"):
        await check_topics(reach(broker), "acme.", ROAD)
    await check_topics(reach(broker), "acme.", {Topic.VIOLATIONS})  # by a stage that does not need it


async def test_an_unequal_number_of_partitions_is_named(broker: MemoryKafka) -> None:
    broker.make_topics([Topic.INBOUND], partitions=2)
    broker.make_topics([topic for topic in Topic if topic is not Topic.INBOUND], partitions=4)

    with pytest.raises(TopicsUnfitError, match=r"messages\.inbound: 2 partitions, but all on a message's road need"):
        await check_topics(reach(broker), "", ROAD)


async def test_topics_that_are_made_meanwhile_are_waited_for(
    broker: MemoryKafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 5.0)
    told = await module.describe_topics(reach(broker), "")
    answers = iter([told])

    async def later(*_: object) -> list[module.TopicState]:
        return next(answers, [module.TopicState(topic, 4, 1) for topic in Topic])

    monkeypatch.setattr(module, "describe_topics", later)

    await check_topics(reach(broker), "", ROAD)


@pytest.mark.parametrize("fault", [NodeNotReadyError("node id 1"), KafkaTimeoutError(), TimeoutError()])
async def test_a_cluster_that_lost_a_broker_is_asked_again(
    broker: MemoryKafka, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 5.0)
    unequal = [module.TopicState(topic, 2 if topic is Topic.INBOUND else 4, 1) for topic in Topic]
    answers: Iterator[list[module.TopicState] | Exception] = iter([fault, fault, unequal])

    async def at_times(*_: object) -> list[module.TopicState]:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(module, "describe_topics", at_times)

    with pytest.raises(TopicsUnfitError, match=r"messages\.inbound: 2 partitions"):
        await check_topics(reach(broker), "", ROAD)


async def test_a_cluster_that_tells_nothing_keeps_no_worker_from_its_work(
    broker: MemoryKafka, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def never(*_: object) -> list[module.TopicState]:
        raise NodeNotReadyError("node id 1")

    monkeypatch.setattr(module, "describe_topics", never)

    await check_topics(reach(broker), "", ROAD)

    assert "the topics could not be looked at (NodeNotReadyError)" in caplog.text


async def test_where_no_broker_answers_the_start_ends() -> None:
    with pytest.raises(KafkaConnectionError):
        await check_topics(KafkaSettings.load(bootstrap_servers="127.0.0.1:1"), "", ROAD)
