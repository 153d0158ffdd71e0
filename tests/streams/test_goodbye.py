"""Connections to Kafka end, whether or not the other side says goodbye."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiokafka import conn

from streams.goodbye import PromptConnection, part_promptly
from streams.reading import TopicReader
from streams.settings import KafkaSettings

STOCK = conn.AIOKafkaConnection


@pytest.fixture
async def silent(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """A goodbye that is never answered: the transport stays open."""
    waiting: list[asyncio.StreamWriter] = []

    def close(writer: asyncio.StreamWriter) -> None:
        waiting.append(writer)

    monkeypatch.setattr(asyncio.StreamWriter, "close", close)
    monkeypatch.setattr(conn, "AIOKafkaConnection", STOCK)  # puts back what a test installs
    yield
    for writer in waiting:
        writer.transport.abort()
    await asyncio.sleep(0)


async def opened_and_closed(kafka: KafkaSettings, seconds: float) -> None:
    async with asyncio.timeout(seconds), TopicReader.open(kafka, "messages.receipts"):
        pass


@pytest.mark.usefixtures("silent")
async def test_a_client_is_closed_though_nobody_answers_its_goodbye(memory_kafka: KafkaSettings) -> None:
    part_promptly()

    await opened_and_closed(memory_kafka, 5)


@pytest.mark.usefixtures("silent")
async def test_the_stock_client_waits(memory_kafka: KafkaSettings) -> None:
    with pytest.raises(TimeoutError):
        await opened_and_closed(memory_kafka, 1)


@pytest.mark.usefixtures("silent")
async def test_every_connection_made_from_then_on_is_prompt(memory_kafka: KafkaSettings) -> None:
    part_promptly()
    host, port = memory_kafka.servers[0].rsplit(":", 1)
    made = await conn.create_conn(host, int(port))

    assert isinstance(made, PromptConnection)
    await made.close()
