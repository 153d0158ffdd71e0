"""Who serves a conversation at Genesys: named where it is known in time, and in nobody's way where it is not."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from connectors.failures import DestinationAway, RefusedForGood
from connectors.genesys_participants import Serving, serving_of
from gateway.serving import FRESH_SECONDS, REST_SECONDS, WAIT_SECONDS, ServingDesk
from sandbox.genesys_state import GenesysOptions
from sandbox.process import ChildProcess, cordon, free_port
from schemas import Direction, MessageEvent
from streams.topics import Topic
from tests.gateway.gateway_parts import Published
from tests.gateway.webhook_bodies import GENESYS_SECRET, agent_wrote, by_genesys

ANA = Serving("ana", "cards")
OPTIONS = GenesysOptions()


class Genesys:
    """Answers as it is told, and counts."""

    def __init__(self) -> None:
        self.calls = 0
        self.answer: Serving | Exception = ANA
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.now = 0.0

    async def ask(self, _: str) -> Serving:
        self.calls += 1
        await self.may_answer.wait()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def desk(self) -> ServingDesk:
        return ServingDesk(self.ask, clock=lambda: self.now)


def message(**more: object) -> MessageEvent:
    given = {"conversation_id": "c", "direction": Direction.OUTBOUND, "text": "hello", **more}
    return MessageEvent(**given)  # type: ignore[arg-type]  # any fields


async def test_a_conversation_is_asked_for_once_in_a_while() -> None:
    genesys = Genesys()
    desk = genesys.desk()
    assert [await desk.of("g") for _ in range(3)] == [ANA, ANA, ANA]
    assert genesys.calls == 1
    genesys.now, genesys.answer = FRESH_SECONDS + 1, Serving("ben", "loans")  # it was transferred
    assert await desk.of("g") == Serving("ben", "loans")


async def test_messages_that_come_together_ask_once() -> None:
    genesys = Genesys()
    desk = genesys.desk()
    assert await asyncio.gather(*(desk.of("g") for _ in range(20))) == [ANA] * 20
    assert genesys.calls == 1


async def test_a_message_does_not_wait_for_long_and_the_next_one_has_it() -> None:
    genesys = Genesys()
    genesys.may_answer.clear()
    desk = genesys.desk()
    began = asyncio.get_running_loop().time()
    assert await desk.of("g") == Serving()
    assert asyncio.get_running_loop().time() - began < WAIT_SECONDS + 0.5
    genesys.may_answer.set()
    await asyncio.sleep(0.01)
    assert await desk.of("g") == ANA
    assert genesys.calls == 1


async def test_after_a_failure_nobody_waits_and_what_was_known_holds() -> None:
    genesys = Genesys()
    desk = genesys.desk()
    await desk.of("g")
    genesys.now, genesys.answer = FRESH_SECONDS + 1, DestinationAway("403")
    assert await desk.of("g") == ANA
    assert await desk.of("other") == Serving()
    assert genesys.calls == 2
    genesys.now, genesys.answer = FRESH_SECONDS + 2 + REST_SECONDS, ANA
    assert await desk.of("other") == ANA


async def test_what_a_bot_says_is_no_agents_and_what_the_message_names_stays() -> None:
    desk = Genesys().desk()
    by_bot = await desk.named(message(metadata={"originating_entity": "Bot"}), "g")
    assert (by_bot.agent_id, by_bot.queue_id) == (None, "cards")
    named = await desk.named(message(agent_id="eva", queue_id="loans"), "g")
    assert (named.agent_id, named.queue_id) == ("eva", "loans")


async def test_a_conversation_that_genesys_refuses_rests_nobody_else() -> None:
    genesys = Genesys()
    desk = genesys.desk()
    genesys.answer = RefusedForGood("bad.request", status=400)
    assert await desk.of("strange") == Serving()
    genesys.answer = ANA
    assert await desk.of("g") == ANA


@pytest.mark.parametrize(
    ("participants", "serving"),
    [
        ([], Serving()),
        ("none", Serving()),
        ([{"purpose": "customer", "userId": "x", "queueId": "y"}], Serving()),
        ([{"purpose": "acd", "queueId": "cards"}], Serving(None, "cards")),
        (
            [
                {"purpose": "acd", "queueId": "cards"},
                {"purpose": "agent", "userId": "ana"},
                {"purpose": "acd", "queueId": "loans"},
                {"purpose": "agent", "userId": "ben", "queueId": "loans"},
            ],
            Serving("ben", "loans"),
        ),
        ([{"purpose": "agent", "userId": 7}], Serving()),
    ],
)
def test_the_last_of_the_participants_counts(participants: object, serving: Serving) -> None:
    assert serving_of({"participants": participants}) == serving


@pytest.fixture
def genesys_url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The double, and a gateway's settings for it."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = {
        "API_URL": url,
        "LOGIN_URL": url,
        "CLIENT_ID": OPTIONS.client_id,
        "CLIENT_SECRET": OPTIONS.client_secret,
        "INTEGRATION_ID": OPTIONS.integration_id,
        "WEBHOOK_SECRET": GENESYS_SECRET,
        "LOOKS_UP_AGENTS": "true",
    }
    for name, value in settings.items():
        monkeypatch.setenv(f"CORDON_GENESYS_{name}", value)
    with ChildProcess(cordon("sandbox", "genesys", "--port", str(port)), environment={}, log=tmp_path / "log") as child:
        child.wait_ready(f"{url}/_sandbox/health")
        yield url


async def test_an_agents_message_goes_on_with_the_agent_and_the_queue(
    genesys_url: str, app: FastAPI, anonymous: httpx.AsyncClient, published: Published
) -> None:
    async with httpx.AsyncClient(base_url=genesys_url) as genesys:
        begun = await genesys.post("/_sandbox/agent-message", json={"to": "16505551234", "text": "hello"})
    known_to_genesys = begun.json()["conversationId"]
    for number, name in enumerate(("7a1f0f3e-5c5a-4c7e-8f2e-3b7f0a4c9d11", known_to_genesys)):
        raw, headers = by_genesys(agent_wrote("hello", message_id=f"m{number}", conversationId=name))
        assert (await anonymous.post("/webhooks/genesys", content=raw, headers=headers)).status_code == 200
    unknown, known = (opened(app, value) for value in published.to(Topic.OUTBOUND))
    assert (known.agent_id, known.queue_id) == (OPTIONS.user_id, OPTIONS.queue_id)
    assert (unknown.agent_id, unknown.queue_id) == (None, None)


def opened(app: FastAPI, value: bytes) -> MessageEvent:
    headers = app.state.codec.seal(Topic.OUTBOUND, b"")[1]
    return MessageEvent.model_validate_json(app.state.codec.open(Topic.OUTBOUND, value, headers))
