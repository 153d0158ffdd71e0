"""A guest's chat through the gateway: who Genesys sees, in which order, and what is logged."""

import json

import httpx
import pytest

from sandbox.webmessaging_state import WebMessaging
from tests.gateway.webchat.chat_parts import CARD, SSN, everything
from tests.gateway.webchat.conftest import ORIGIN
from tests.gateway.webchat.guest_client import DEPLOYMENT, GuestClient


async def test_a_guest_is_somebody_else_at_genesys(gateway: str, genesys: WebMessaging) -> None:
    async with GuestClient.joined(gateway, origin="https://shop.example") as guest:
        await guest.send(
            "configureSession",
            deploymentId=DEPLOYMENT,
            journeyContext={"customer": {"id": guest.token, "idType": "cookie"}},
        )
        await guest.next(lambda frame: frame["class"] == "SessionResponse")
    assert genesys.handshakes[0]["query"]["deploymentId"] == genesys.options.deployment_id
    assert genesys.handshakes[0]["origin"] == ORIGIN
    assert guest.token not in everything(genesys)
    assert DEPLOYMENT not in everything(genesys)
    assert genesys.options.deployment_id not in json.dumps(guest.frames)


async def test_the_same_guest_comes_back_to_the_same_session(gateway: str, genesys: WebMessaging) -> None:
    async with GuestClient.joined(gateway) as first:
        await first.heard("hello")
    async with GuestClient.connected(gateway, token=first.token) as second:
        assert (await second.configure())["body"]["newSession"] is False
    assert len(genesys.sessions) == 1


async def test_both_directions_keep_their_order(gateway: str, control: httpx.AsyncClient) -> None:
    async with GuestClient.joined(gateway) as guest:
        sent = [f"message {number}" + (f" {CARD}" if number % 3 == 0 else "") for number in range(40)]
        tracing = [await guest.say(text) for text in sent]
        for number in range(20):
            await control.post("/agent-message", json={"text": f"answer {number}"})
        answers = [(await guest.message())["text"] for _ in range(20)]
        await guest.heard("done")
    echoes = [frame for frame in guest.frames if frame.get("tracingId") in tracing]
    assert [frame["tracingId"] for frame in echoes] == tracing
    assert [frame["body"]["text"].split(" [")[0] for frame in echoes] == [f"message {n}" for n in range(40)]
    assert answers == [f"answer {number}" for number in range(20)]


async def test_nothing_sensitive_is_logged(
    gateway: str, control: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="gateway")
    async with GuestClient.joined(gateway) as guest:
        await guest.heard(f"my ssn is {SSN}")
        await guest.send("unknown", text=SSN)
        await control.post("/agent-message", json={"text": CARD})
        await guest.message()
        jwt = await guest.jwt()
    assert not [secret for secret in (SSN, CARD, guest.token, jwt) if secret in caplog.text]
