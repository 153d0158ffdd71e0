"""The client of Genesys Cloud: tokens, several clients in turn, pauses, and what is refused for good."""

import asyncio
import base64
import json
from typing import Any

import httpx
import pytest

from connectors.destination import Taken
from connectors.failures import DestinationAway, DestinationBusy, RefusedForGood
from connectors.genesys import GenesysClient
from connectors.genesys_messages import IN_REPLY_TO
from schemas import Direction
from tests.connectors.connector_parts import Outside, forwarded

MESSAGE = forwarded("hello", direction=Direction.INBOUND, sender="16505551234")
TAKEN = {"id": "g-1", "conversationId": "c-1"}


class Genesys(Outside):
    """Grants a token for every login; answers the calls from a list."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        super().__init__(*answers, default=lambda: httpx.Response(202, json=TAKEN))
        self.logins: list[str] = []

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/oauth/token":
            self.logins.append(base64.b64decode(request.headers["Authorization"].removeprefix("Basic ")).decode())
            return httpx.Response(200, json={"access_token": f"t{len(self.logins)}", "expires_in": 3600})
        return super()._answer(request)


def client(genesys: Genesys, *clients: tuple[str, str]) -> GenesysClient:
    return GenesysClient(
        api_url="https://api.genesys.test",
        login_url="https://login.genesys.test",
        clients=clients or (("one", "secret"),),
        integration_id="integration",
        http=genesys.http,
    )


def busy(**headers: str) -> httpx.Response:
    return httpx.Response(429, headers=headers)


def tokens(genesys: Genesys) -> list[str]:
    return [request.headers["Authorization"].removeprefix("Bearer ") for request in genesys.requests]


async def test_a_message_is_sent_and_genesys_names_the_conversation() -> None:
    genesys = Genesys()

    assert await client(genesys).send_message(MESSAGE) == Taken("g-1", "c-1")

    (request,) = genesys.requests
    assert request.url.path == "/api/v2/conversations/messages/integration/inbound/open/message"
    assert request.url.params["prefetchConversationId"] == "true"
    assert (genesys.logins, tokens(genesys)) == (["one:secret"], ["t1"])


async def test_a_token_that_was_withdrawn_is_fetched_anew_once() -> None:
    genesys = Genesys(httpx.Response(401))

    await client(genesys).send_message(MESSAGE)

    assert tokens(genesys) == ["t1", "t2"]


async def test_many_calls_that_learn_of_it_at_different_times_log_in_once() -> None:
    genesys, sent, renewed = Genesys(), asyncio.Event(), asyncio.Event()

    async def withdrawn(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/oauth/token" or request.headers["Authorization"] != "Bearer t1":
            return genesys._answer(request)
        if not sent.is_set():
            sent.set()
            await renewed.wait()  # the second call hears of it once the first one has a new token
        return httpx.Response(401)

    genesys.http = httpx.AsyncClient(transport=httpx.MockTransport(withdrawn))
    there = client(genesys)
    late = asyncio.create_task(there.send_message(MESSAGE))
    await sent.wait()
    await there.send_message(MESSAGE)
    renewed.set()
    await late

    assert (len(genesys.logins), tokens(genesys)) == (2, ["t2", "t2"])


async def test_clients_take_turns_and_a_resting_one_is_passed_over() -> None:
    genesys = Genesys(httpx.Response(202, json={}), busy(**{"Retry-After": "30"}))
    there = client(genesys, ("one", "a"), ("two", "b"))

    for _ in range(3):
        await there.send_message(MESSAGE)

    # one, two (busy), one in its stead, and one again while two rests
    assert tokens(genesys) == ["t1", "t2", "t1", "t1"]
    assert sorted(genesys.logins) == ["one:a", "two:b"]


async def test_the_pause_that_genesys_asks_for_is_kept_when_nobody_else_can_send() -> None:
    there = client(Genesys(busy(**{"Retry-After": "7"})))

    with pytest.raises(DestinationBusy) as first:
        await there.send_message(MESSAGE)
    with pytest.raises(DestinationBusy) as second:
        await there.send_message(MESSAGE)

    assert first.value.retry_after == pytest.approx(7.2, abs=0.3)
    assert second.value.reason == "resting"


@pytest.mark.parametrize("answer", [httpx.Response(503), httpx.Response(404), httpx.ReadError("gone")])
async def test_a_fault_of_service_or_setup_loses_no_message(answer: Any) -> None:
    with pytest.raises(DestinationAway):
        await client(Genesys(answer)).send_message(MESSAGE)


async def test_a_refusal_carries_genesys_own_code_and_quotes_nothing() -> None:
    body = {"code": "bad.request", "message": "hello is not allowed"}

    with pytest.raises(RefusedForGood) as refused:
        await client(Genesys(httpx.Response(400, json=body))).send_message(MESSAGE)

    assert str(refused.value) == "bad.request"


async def test_an_answer_that_genesys_does_not_take_as_one_is_a_message() -> None:
    genesys = Genesys(httpx.Response(400, json={"code": "bad.request"}))
    answer = MESSAGE.model_copy(update={"metadata": {IN_REPLY_TO: "forgotten"}})

    await client(genesys).send_message(answer)

    paths = [request.url.path.rpartition("/open/")[2] for request in genesys.requests]
    assert paths == ["structured/response", "message"]
    assert json.loads(genesys.requests[1].content)["text"] == "hello"
