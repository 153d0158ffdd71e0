"""What a worker promises, on every broker that the local world has: in memory, and the real one where it runs."""

import asyncio
import json
import logging
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from sandbox.broker import Broker
from sandbox.memory_kafka import MemoryKafka
from schemas import Stage
from streams import limit
from streams.topics import Topic
from streams.transport import consumer
from tests.conftest import PARTITIONS
from tests.streams.stream_parts import EchoStage, World, numbered, running

CANARY = "4539 1488 0343 6467"


@pytest.fixture(params=["memory", "real"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    prefix = f"test-{uuid4().hex[:10]}."
    topics = [f"{prefix}{topic}" for topic in Topic]
    if request.param == "memory":
        with MemoryKafka() as memory:
            memory.make_topics(topics, partitions=PARTITIONS)
            yield World(memory.bootstrap_servers, prefix, tmp_path)
        return
    broker: Broker = request.getfixturevalue("broker")
    if isinstance(broker, MemoryKafka):
        pytest.skip("this machine runs no other broker")
    broker.make_topics(topics, partitions=PARTITIONS)
    yield World(broker.bootstrap_servers, prefix, tmp_path)


async def test_each_record_ends_once_in_order_and_a_second_life_repeats_nothing(world: World) -> None:
    records = [*numbered(300), ("conversation-1", b"poison"), (None, b'"without a key"'), ("conversation-2", None)]
    world.publish(Topic.INBOUND, *records)

    async with running(world, EchoStage(world.tools)):
        await world.settled(Topic.FORWARD, 301)
        await world.settled(Topic.DEAD_LETTERS, 2)
    async with running(world, EchoStage(world.tools)):
        world.publish(Topic.OUTBOUND, ("conversation-3", b'"last"'))
        await world.settled(Topic.FORWARD, 302)

    forwarded = world.read(Topic.FORWARD)
    assert len(forwarded) == 302
    seen = defaultdict(list)
    for _, value, _ in forwarded:
        if isinstance(place := json.loads(value), list):
            seen[place[0]].append(place[1])
    assert all(places == sorted(places) for places in seen.values())
    assert sum(map(len, seen.values())) == 300
    assert world.adds_up(Stage.CRITICAL)


@pytest.mark.parametrize("codec", ["gzip", "snappy", "lz4", "zstd"])
async def test_producers_may_compress_as_they_like(world: World, codec: str) -> None:
    world.publish(Topic.INBOUND, ("conversation-1", json.dumps("please help " * 200).encode()), codec=codec)

    async with running(world, EchoStage(world.tools)):
        await world.settled(Topic.FORWARD, 1)

    assert json.loads(world.read(Topic.FORWARD)[0][1]) == "please help " * 200


async def test_a_dead_letter_holds_the_whole_record_and_shows_nothing_of_it(world: World) -> None:
    value = f"poison {CANARY}".encode()
    world.publish(Topic.INBOUND, ("conversation-1", value))

    async with running(world, EchoStage(world.tools)):
        await world.settled(Topic.DEAD_LETTERS, 1)

    ((key, sealed, headers),) = world.read(Topic.DEAD_LETTERS)
    original = world.dead_letters.open(sealed, list(headers.items()))
    assert (key, original.key, original.value) == (b"conversation-1", b"conversation-1", value)
    assert headers["cordon.topic"].decode() == f"{world.prefix}{Topic.INBOUND}"
    assert headers["cordon.reason"] == b"malformed_json"
    assert CANARY.encode() not in sealed + b"".join(headers.values())
    assert CANARY not in repr(original)


async def test_a_stage_that_can_judge_nothing_holds_and_loses_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer, "SETTLE_SECONDS", 0.2)
    world.publish(Topic.INBOUND, *[("conversation-1", b"bug")] * 20)
    stage = EchoStage(world.tools)
    stage.limit = limit.DeadLetterLimit(5)

    async with running(world, stage) as worker:
        async with asyncio.timeout(20):
            while "critical: holds" not in worker._reasons():  # noqa: ASYNC110  (no event tells of it)
                await asyncio.sleep(0.05)
    assert world.metrics.value("dlp_stage_paused", stage="critical") == 1

    async with running(world, mended := EchoStage(world.tools)):
        mended.limit = limit.DeadLetterLimit(1_000)
        await world.settled(Topic.DEAD_LETTERS, 20)
    assert len({headers["cordon.offset"] for _, _, headers in world.read(Topic.DEAD_LETTERS)}) == 20


async def test_no_log_line_of_any_level_nor_a_metric_holds_what_a_message_says(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    from streams.logs import CARRIERS  # noqa: PLC0415  (beside its only use)

    for name, level in CARRIERS.items():
        monitored = logging.getLogger(name)
        monitored.setLevel(max(level, logging.DEBUG))
    kinds = [f'"{CANARY}"', f"poison {CANARY}", f"bug {CANARY}"]
    world.publish(Topic.INBOUND, *[("conversation-1", kind.encode()) for kind in kinds])

    with caplog.at_level(logging.DEBUG):
        async with running(world, EchoStage(world.tools)):
            await world.settled(Topic.DEAD_LETTERS, 2)
            await world.settled(Topic.FORWARD, 1)

    assert "dead letter" in caplog.text  # the log was listened to
    assert CANARY not in caplog.text
    assert CANARY not in world.metrics.exposition().decode()
