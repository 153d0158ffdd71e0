"""How a chat ends: by whom, with which code, and what is told before."""

import asyncio
from typing import Any

import httpx
import pytest

from sandbox.webmessaging_state import WebMessaging
from tests.gateway.webchat.guest_client import GuestClient


@pytest.mark.parametrize("code", [1000, 1001, 1008, 1011, 4000])
async def test_genesys_s_code_is_the_guest_s(gateway: str, control: httpx.AsyncClient, code: int) -> None:
    async with GuestClient.joined(gateway) as guest:
        await control.post("/close", json={"code": code})
        assert await guest.closed() == code


async def test_a_guest_who_leaves_takes_the_socket_at_genesys_along(
    gateway: str, genesys: WebMessaging, app: Any
) -> None:
    async with GuestClient.joined(gateway):
        session = genesys.latest
        assert session is not None
        assert len(session.sockets) == 1
    async with asyncio.timeout(5):
        while session.sockets or app.state.web_chat.sockets:  # noqa: ASYNC110  (the other end learns of it a little later)
            await asyncio.sleep(0.01)


async def test_a_connection_lost_in_the_middle(gateway: str, control: httpx.AsyncClient) -> None:
    async with GuestClient.joined(gateway) as guest:
        await control.post("/socket-faults", json={"kind": "drop"})
        await guest.say("hello")
        assert await guest.closed() == 1011


async def test_binary_frames(gateway: str) -> None:
    async with GuestClient.joined(gateway) as guest:
        await guest.connection.send(b"\x00\x01")
        assert await guest.closed() == 1003


async def test_a_fourth_connection_closes_the_first(gateway: str) -> None:
    async with (
        GuestClient.joined(gateway) as first,
        GuestClient.joined(gateway, token=first.token),
        GuestClient.joined(gateway, token=first.token),
        GuestClient.joined(gateway, token=first.token),
    ):
        assert await first.closed() == 1000
    assert first.frames[-1]["class"] == "ConnectionClosedEvent"


async def test_expiry_and_clearing_are_told(gateway: str, control: httpx.AsyncClient) -> None:
    async with GuestClient.joined(gateway) as guest:
        await control.post("/expire", json={})
        await guest.next(lambda frame: frame["class"] == "SessionExpiredEvent")
        assert (await guest.heard("hello"))["code"] == 4006


async def test_clear(gateway: str) -> None:
    async with GuestClient.joined(gateway) as guest:
        clear = {"type": "Event", "events": [{"eventType": "Presence", "presence": {"type": "Clear"}}]}
        await guest.send("onMessage", message=clear)
        assert await guest.closed() == 1000
    assert [frame["class"] for frame in guest.frames[-2:]] == ["SessionClearedEvent", "ConnectionClosedEvent"]
