"""A queue from the message to the supervisor who looks after it: stream, alerts and console, in real processes."""

import asyncio
import time
from collections.abc import Iterator

import httpx
import pytest

from gateway.front_desk import open_console_database
from gateway.roles import Role
from gateway.signin.people import Person
from gateway.signin.sessions import SessionBook
from sandbox.broker import Broker
from streams.settings import ProcessSettings
from streams.topics import Topic
from tests.conftest import PARTITIONS
from tests.gateway.alerts.alert_world import Gateway, Listener

pytestmark = pytest.mark.kafka

CARD = "my card is 4539 1488 0343 6467"
SPOKEN = {"c-cards": "cards", "c-loans": "loans", "c-nowhere": None}
"""Conversation to its queue."""


@pytest.fixture(scope="module")
def gateway(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    prefix = f"queues-{time.time_ns() % 10**8}."
    broker.make_topics([f"{prefix}{topic}" for topic in Topic], partitions=PARTITIONS)
    running = Gateway(broker, prefix, tmp_path_factory.mktemp("queues"))
    with running.worker():
        yield running
    running.process.terminate()


def supervisor_of(gateway: Gateway, queue: str) -> str:
    """The session of somebody whose sign-in names this queue."""

    async def opened() -> str:
        process = ProcessSettings(keyring_file=gateway.folder / "keyring.json", data_dir=gateway.folder / "data")
        database = await open_console_database(process)
        try:
            person = Person(f"oidc:{queue}", "Rita", Role.SUPERVISOR, queues=frozenset({queue}))
            return await SessionBook(database, 600).open(person)
        finally:
            await database.close()

    return asyncio.run(opened())


def say(gateway: Gateway) -> None:
    """The same message in each conversation."""
    with httpx.Client(base_url=gateway.url, headers={"Authorization": f"Bearer {gateway.key}"}) as client:
        for conversation, queue in SPOKEN.items():
            event = {"conversation_id": conversation, "direction": "INBOUND", "text": CARD, "queue_id": queue}
            assert client.post("/v1/messages", json=event).status_code == 202


def heard(listener: Listener) -> set[str]:
    return {data["conversation_id"] for name, data, _, _ in listener.events if name == "alert"}


def wait_until(listener: Listener, *conversations: str) -> None:
    deadline = time.monotonic() + 20
    while not set(conversations) <= heard(listener):
        assert time.monotonic() < deadline, heard(listener)
        time.sleep(0.02)


def test_who_looks_after_a_queue_hears_of_its_messages_and_of_no_others(gateway: Gateway) -> None:
    session = supervisor_of(gateway, "cards")
    everything = Listener(gateway.url, gateway.key, audience="supervisor")
    asked = Listener(gateway.url, gateway.key, audience="supervisor", queue="loans")
    scoped = Listener(gateway.url, session, audience="supervisor")
    say(gateway)
    wait_until(everything, *SPOKEN)
    wait_until(asked, "c-loans")
    wait_until(scoped, "c-cards")
    time.sleep(0.5)  # nothing else comes late
    assert heard(asked) == {"c-loans"}
    assert heard(scoped) == {"c-cards"}
    for listener in (everything, asked, scoped):
        listener.close()

    with httpx.Client(base_url=gateway.url, headers={"Authorization": f"Bearer {session}"}) as console:
        deadline = time.monotonic() + 20
        while not (rows := console.get("/console/api/violations").json()["violations"]):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        assert {row["conversation_id"] for row in rows} == {"c-cards"}
