"""How much a guest may say and how often, and how many guests there may be."""

from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from sandbox.webmessaging_state import WebMessaging
from tests.gateway.webchat.chat_parts import SSN, everything
from tests.gateway.webchat.guest_client import GuestClient


async def test_text_is_counted_in_bytes(gateway: str, genesys: WebMessaging) -> None:
    async with GuestClient.joined(gateway) as guest:
        assert (await guest.heard("é" * 2048))["class"] == "StructuredMessage"
        assert (await guest.heard("é" * 2048 + "e"))["code"] == 4011


async def test_a_text_at_the_limit_stays_within_it(gateway: str, genesys: WebMessaging) -> None:
    text = f"ssn {SSN} " * 3 + "é" * 2024
    assert len(text.encode()) == 4096
    async with GuestClient.joined(gateway) as guest:
        echo = await guest.heard(text)
    assert echo["class"] == "StructuredMessage"
    assert len(echo["body"]["text"].encode()) <= 4096
    assert SSN not in everything(genesys)


async def test_attributes(gateway: str) -> None:
    def channel(size: int) -> dict[str, Any]:
        return {"metadata": {"customAttributes": {"k": "v" * size}}}

    async with GuestClient.joined(gateway) as guest:
        assert (await guest.heard("hi", channel=channel(2047)))["class"] == "StructuredMessage"
        assert (await guest.heard("hi", channel=channel(2048)))["code"] == 4013


@pytest.mark.parametrize("options", [{"is_scripted": False, "messages_per_second": 2}])
async def test_genesys_s_own_pace_is_passed_on(gateway: str) -> None:
    async with GuestClient.joined(gateway) as guest:
        tracing = [await guest.say("hello") for _ in range(3)]
        answer = await guest.answer(tracing[-1])
    assert (answer["class"], answer["body"]["errorCode"]) == ("TooManyRequestsErrorMessage", 4029)


@pytest.mark.parametrize("chat_settings", [{"FRAMES_PER_MINUTE": "3"}])
async def test_a_flood_does_not_reach_genesys(gateway: str, genesys: WebMessaging) -> None:
    async with GuestClient.joined(gateway) as guest:
        for _ in range(10):
            await guest.say("hello")
        await guest.next(lambda frame: frame["class"] == "TooManyRequestsErrorMessage")
    assert len(genesys.received) == 3


@pytest.mark.parametrize("chat_settings", [{"CONNECTIONS_PER_MINUTE": "2"}])
async def test_connections(gateway: str) -> None:
    async with GuestClient.joined(gateway), GuestClient.joined(gateway):
        with pytest.raises(InvalidStatus) as refused:
            async with GuestClient.joined(gateway):
                pass
    assert refused.value.response.status_code == 429


@pytest.mark.parametrize("chat_settings", [{"MAX_SOCKETS": "1"}])
async def test_sockets(gateway: str) -> None:
    async with GuestClient.joined(gateway):
        with pytest.raises(InvalidStatus) as refused:
            async with GuestClient.joined(gateway):
                pass
    assert refused.value.response.status_code == 503
