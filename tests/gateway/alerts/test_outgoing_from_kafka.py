"""Alerts from a real topic to a chat room and a mailbox, over restarts and with several gateways."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition

from gateway.alerts.channels import channels_of
from gateway.alerts.outgoing import GROUP, Outgoing, run
from sandbox.broker import Broker
from streams.factory import group_id
from streams.settings import KafkaSettings
from streams.settings.alerting import AlertingSettings
from streams.topics import Topic
from tests.conftest import PARTITIONS
from tests.gateway.alerts.alert_parts import alert
from tests.gateway.alerts.conftest import Mailbox

pytestmark = pytest.mark.kafka

Room = tuple[str, list[Any]]
SOON = 0.3
"""Seconds for a group, where it is to be told at once."""
LATER = 600.0
"""Where it is to wait for longer than the test lasts."""


class Desk:
    """The topic, its consumer group, and gateways that send from it."""

    def __init__(self, broker: Broker, prefix: str) -> None:
        self._prefix = prefix
        self._kafka = KafkaSettings(bootstrap_servers=broker.bootstrap_servers)
        self._producer = Producer({"bootstrap.servers": broker.bootstrap_servers, "linger.ms": 0, "log_level": 0})
        asked = {"bootstrap.servers": broker.bootstrap_servers, "group.id": group_id(GROUP, prefix), "log_level": 0}
        self._asker = Consumer(asked)

    @asynccontextmanager
    async def gateway(self, **settings: Any) -> AsyncIterator[Outgoing]:
        """One that has its partitions. On the way out it ends as a killed one does: without a word."""
        given = AlertingSettings(**settings)
        outgoing = Outgoing(channels_of(given), given)
        running = asyncio.create_task(run(self._kafka, self._prefix, outgoing))
        try:
            await until(lambda: self.committed() is not None)
            yield outgoing
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    def write(self, *alert_ids: str, **fields: Any) -> None:
        for number, alert_id in enumerate(alert_ids):
            written = alert(alert_id, conversation_id=f"c{number}", **fields)
            self._producer.produce(f"{self._prefix}{Topic.ALERTS}", written.model_dump_json(), written.conversation_id)
        assert self._producer.flush(10) == 0

    def committed(self) -> int | None:
        """How many alerts are settled in all; None until the group knows every partition."""
        topic = f"{self._prefix}{Topic.ALERTS}"
        try:
            places = self._asker.committed([TopicPartition(topic, number) for number in range(PARTITIONS)], 10)
        except KafkaException:  # a broker that has just begun has no group's coordinator yet
            return None
        offsets = [place.offset for place in places if place.offset >= 0]
        return sum(offsets) if len(offsets) == PARTITIONS else None


@pytest.fixture
def desk(whole_broker: Broker, topic_prefix: str) -> Desk:
    return Desk(whole_broker, topic_prefix)


async def until(is_so: Callable[[], bool], seconds: float = 40) -> None:
    deadline = time.monotonic() + seconds
    while not await asyncio.to_thread(is_so):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


def told(received: list[Any]) -> int:
    """How many alerts a room has heard of."""
    return sum(int(found[1]) for body in received if (found := re.search(r"Cordon: (\d+) alert", body["text"])))


async def test_a_group_reaches_the_room_and_the_mailbox_once(desk: Desk, webhook: Room, mailbox: Mailbox) -> None:
    url, received = webhook
    async with desk.gateway(webhook_url=url, group_seconds=1, **mailbox.settings):
        desk.write("a1", "a2", "a3")
        await until(lambda: bool(received and mailbox.mails))
        await until(lambda: desk.committed() == 3)
    assert [body["text"] for body in received] == ["Cordon: 3 alerts, critical"]
    assert [mail["Subject"] for mail in mailbox.mails] == ["Cordon: 3 alerts, critical"]


async def test_what_waits_when_a_gateway_dies_is_told_by_the_next(desk: Desk, webhook: Room) -> None:
    url, received = webhook
    async with desk.gateway(webhook_url=url, group_seconds=LATER) as first:
        desk.write("a1", "a2", "a3")
        await until(lambda: sum(first.settled(p, 99) < 99 for p in range(PARTITIONS)) > 0)
        await asyncio.sleep(1.5)
    assert received == []
    assert desk.committed() == 0
    async with desk.gateway(webhook_url=url, group_seconds=SOON):
        await until(lambda: told(received) == 3)


async def test_what_was_told_is_not_told_again(desk: Desk, webhook: Room) -> None:
    url, received = webhook
    async with desk.gateway(webhook_url=url, group_seconds=SOON):
        desk.write("a1", "a2", "a3")
        await until(lambda: desk.committed() == 3)
    async with desk.gateway(webhook_url=url, group_seconds=SOON):
        desk.write("b1")
        await until(lambda: desk.committed() == 4)
    assert told(received) == 4


async def test_a_stream_that_never_pauses_is_settled_all_the_same(desk: Desk, webhook: Room) -> None:
    url, received = webhook
    async with desk.gateway(webhook_url=url, group_seconds=1.5, per_hour=3600):
        for number in range(30):  # one of them waits at any time
            desk.write(f"a{number}", rule=f"Rule{number % 5}")
            await asyncio.sleep(0.1)
        assert (desk.committed() or 0) > 0
        await until(lambda: desk.committed() == 30)
    assert told(received) == 30


async def test_a_room_that_refuses_hears_it_from_the_gateway_that_comes_after(desk: Desk, webhook: Room) -> None:
    url, received = webhook
    async with desk.gateway(webhook_url=f"{url}/broken", group_seconds=SOON):
        desk.write("a1", "a2")
        await asyncio.sleep(2)  # it is refused once, and then rests for five seconds
    assert (received, desk.committed()) == ([], 0)
    async with desk.gateway(webhook_url=f"{url}/broken", group_seconds=SOON):
        await until(lambda: told(received) == 2)


async def test_two_gateways_tell_each_alert_once(desk: Desk, webhook: Room) -> None:
    url, received = webhook
    async with (
        desk.gateway(webhook_url=url, group_seconds=SOON, per_hour=3600),
        desk.gateway(webhook_url=url, group_seconds=SOON, per_hour=3600),
    ):
        await asyncio.sleep(4)  # the second has joined the group
        desk.write(*(f"a{number}" for number in range(40)))
        await until(lambda: told(received) >= 40)
        await until(lambda: desk.committed() == 40)
    assert told(received) == 40
