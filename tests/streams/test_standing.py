"""Where a deployment stands, as Kafka tells it: also of one whose workers are all away."""

from pathlib import Path

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

from agents.critical import CriticalStage
from agents.forwarder import ForwarderStage
from agents.medium import MediumStage
from agents.siem import SiemStage
from sandbox.broker import Broker
from schemas import DeadLetterHeaders, DeadLetterReason, Stage
from schemas.deadletter import Resolution, ResolutionHeaders
from streams.factory import group_id
from streams.settings import KafkaSettings
from streams.standing import INPUTS, Surveyor
from streams.topics import Topic
from tests.conftest import PARTITIONS
from tests.streams.stream_parts import World, numbered


def test_it_knows_what_each_stage_reads() -> None:
    assert {stage.name: stage.inputs for stage in (CriticalStage, MediumStage, ForwarderStage, SiemStage)} == INPUTS


@pytest.fixture
def world(whole_broker: Broker, topic_prefix: str, tmp_path: Path) -> World:
    return World(whole_broker.bootstrap_servers, topic_prefix, tmp_path)


def commit(world: World, group: str, *places: TopicPartition) -> None:
    client = Consumer({"bootstrap.servers": world.bootstrap_servers, "group.id": group, "log_level": 0})
    client.commit(offsets=list(places), asynchronous=False)
    client.close()


def put_aside(world: World, partition: int, headers: list[tuple[str, bytes]]) -> None:
    producer = Producer({"bootstrap.servers": world.bootstrap_servers, "log_level": 0})
    producer.produce(f"{world.prefix}{Topic.DEAD_LETTERS}", b"sealed", b"c", partition, headers=headers)
    assert producer.flush(20) == 0


@pytest.mark.kafka
async def test_a_group_without_workers_is_told_with_what_waits_for_it_and_where(world: World) -> None:
    inbound = f"{world.prefix}{Topic.INBOUND}"
    world.publish(Topic.INBOUND, *numbered(40))
    world.publish(Topic.OUTBOUND, *numbered(3))
    commit(
        world, group_id("critical", world.prefix), *(TopicPartition(inbound, number, 2) for number in range(PARTITIONS))
    )
    commit(world, group_id("siem-splunk", world.prefix), TopicPartition(f"{world.prefix}{Topic.VIOLATIONS}", 0, 0))

    async with Surveyor.open(KafkaSettings(bootstrap_servers=world.bootstrap_servers), world.prefix) as surveyor:
        critical, siem = (await surveyor.look()).groups

    assert (critical.name, critical.state, critical.workers) == ("critical", "Empty", 0)
    assert (critical.partitions, critical.settled) == (2 * PARTITIONS, 2 * PARTITIONS)
    assert critical.lag == 43 - 2 * PARTITIONS
    assert sum(critical.behind.values()) == critical.lag
    assert all(place.startswith(("messages.inbound[", "messages.outbound[")) for place in critical.behind)
    assert critical.reached["messages.inbound[0]"] == 2
    assert (siem.name, siem.lag, siem.behind) == ("siem-splunk", 0, {})


@pytest.mark.kafka
async def test_dead_letters_are_counted_once_however_often_one_looks(world: World) -> None:
    letter = DeadLetterHeaders("messages.inbound", 0, 7, Stage.CRITICAL, DeadLetterReason.TOO_LARGE).encode()
    kafka = KafkaSettings(bootstrap_servers=world.bootstrap_servers)
    put_aside(world, 0, letter)
    put_aside(world, 1, letter)
    async with Surveyor.open(kafka, world.prefix) as surveyor:
        first, again = await surveyor.look(), await surveyor.look()
        put_aside(world, 0, ResolutionHeaders(0, Resolution.DROPPED).encode())
        put_aside(world, 1, [("foreign", b"record")])
        resolved = await surveyor.look()

    assert (first.dead_letters, first.resolved) == (again.dead_letters, again.resolved) == (2, 0)
    assert (resolved.dead_letters, resolved.resolved) == (1, 1)
    assert first.groups == ()


@pytest.mark.kafka
async def test_another_deployments_groups_are_not_this_ones(world: World) -> None:
    commit(world, group_id("critical", f"other-{world.prefix}"), TopicPartition(f"{world.prefix}{Topic.INBOUND}", 0, 0))

    async with Surveyor.open(KafkaSettings(bootstrap_servers=world.bootstrap_servers), world.prefix) as surveyor:
        assert (await surveyor.look()).groups == ()
