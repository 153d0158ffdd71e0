"""What Genesys sends: cleaned in every place before the guest gets it, and on record once."""

import asyncio
import json
from typing import Any

import httpx
import pytest

from sandbox.webmessaging_state import WebMessaging
from tests.gateway.gateway_parts import Published
from tests.gateway.webchat.chat_parts import CARD, SSN, violations
from tests.gateway.webchat.guest_client import GuestClient


async def test_an_agent_s_message_is_cleaned(gateway: str, control: httpx.AsyncClient, published: Published) -> None:
    async with GuestClient.joined(gateway) as guest:
        await control.post("/agent-message", json={"text": f"your card is {CARD}"})
        body = await guest.message()
        history = await guest.history()
    assert body["text"] == "your card is [CREDIT CARD REDACTED]"
    assert body["metadata"]["cordonRemoved"] == "1"
    assert history[0]["text"] == body["text"]
    assert history[0]["channel"]["time"] == body["channel"]["time"]
    assert CARD not in json.dumps(guest.frames)
    assert [one["direction"] for one in violations(published)] == ["OUTBOUND"]


async def test_every_place_of_it(gateway: str, control: httpx.AsyncClient) -> None:
    card = {"title": f"pay with {CARD}", "actions": [{"type": "Postback", "text": "ok", "payload": CARD}]}
    content = [{"contentType": "Card", "card": card}]
    async with GuestClient.joined(gateway) as guest:
        await control.post("/agent-message", json={"type": "Structured", "text": "", "content": content})
        await guest.message()
    assert CARD not in json.dumps(guest.frames)


async def test_what_the_guest_missed_is_cleaned_in_the_history(
    gateway: str, genesys: WebMessaging, control: httpx.AsyncClient, published: Published
) -> None:
    async with GuestClient.joined(gateway) as guest:
        await guest.heard("hello")
    while next(iter(genesys.sessions.values())).sockets:  # noqa: ASYNC110  (the other end learns of it a little later)
        await asyncio.sleep(0.01)
    await control.post("/agent-message", json={"text": f"your card is {CARD}"})
    async with GuestClient.joined(gateway, token=guest.token) as again:
        history = await again.history()
        await again.history()
    assert [entity["text"] for entity in history] == ["your card is [CREDIT CARD REDACTED]", "hello"]
    assert len(violations(published)) == 1


async def test_unknown_classes_are_dropped(gateway: str, control: httpx.AsyncClient) -> None:
    async with GuestClient.joined(gateway) as guest:
        await control.post("/socket-faults", json={"kind": "unknown_class", "text": SSN})
        await guest.heard("hello")
    assert "SurpriseEvent" not in {frame["class"] for frame in guest.frames}


async def test_an_error_s_words_are_cleaned(gateway: str, control: httpx.AsyncClient) -> None:
    async with GuestClient.joined(gateway) as guest:
        frame = {"type": "response", "class": "string", "code": 4020, "body": f"bad value {SSN}"}
        await control.post("/raw", json={"frame": frame})
        assert (await guest.next(lambda one: one["class"] == "string"))["body"] == "bad value [SSN REDACTED]"


async def test_a_message_on_three_sockets_is_one_violation(
    gateway: str, control: httpx.AsyncClient, published: Published
) -> None:
    async with (
        GuestClient.joined(gateway) as one,
        GuestClient.joined(gateway, token=one.token) as two,
        GuestClient.joined(gateway, token=one.token) as three,
    ):
        await control.post("/agent-message", json={"text": "the number is 4539 1488"})
        await control.post("/agent-message", json={"text": "0343 6467"})
        for guest in (one, two, three):
            texts = [(await guest.message())["text"] for _ in range(2)]
            assert texts[0] == "the number is 4539 1488"
            assert "0343 6467" not in texts[1]
    assert len(violations(published)) == 1


async def test_an_engine_that_fails_withholds_the_message(
    gateway: str, app: Any, control: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with GuestClient.joined(gateway) as guest:
        monkeypatch.setattr(app.state.engine, "scan", lambda *_, **__: 1 / 0)
        await control.post("/agent-message", json={"text": "a secret"})
        assert (await guest.message())["text"] == "[Message withheld by policy]"
    assert "a secret" not in json.dumps(guest.frames)
