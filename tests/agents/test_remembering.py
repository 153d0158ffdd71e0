"""What was said before a restart is known after it."""

import json
from pathlib import Path

import pytest

from agents.building import Workshop, _critical
from sandbox.broker import Broker
from streams.topics import Topic
from tests.streams.stream_parts import World, running


def said(text: str, name: str) -> tuple[str, bytes]:
    event = {"conversation_id": "c-1", "direction": "INBOUND", "text": text, "event_id": name}
    return "c-1", json.dumps(event).encode()


async def test_a_card_number_cut_by_a_restart_is_found(
    broker: Broker, topic_prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CORDON_KAFKA_BOOTSTRAP_SERVERS", broker.bootstrap_servers)
    world = World(broker.bootstrap_servers, topic_prefix, tmp_path)

    world.publish(Topic.INBOUND, said("my card is 4111 1111", "m-1"))
    async with running(world, *_critical(Workshop(world.settings, world.metrics))):
        await world.settled(Topic.FORWARD, 1)
    async with running(world, *_critical(Workshop(world.settings, world.metrics))):
        world.publish(Topic.INBOUND, said("1111 1111", "m-2"))
        await world.settled(Topic.FORWARD, 2)

    (_, last, _) = world.read(Topic.FORWARD)[-1]
    assert json.loads(last)["is_redacted"]
    assert "1111" not in json.loads(last)["text"]
