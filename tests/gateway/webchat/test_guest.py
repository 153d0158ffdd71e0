"""What a guest sends: cleaned in every place before Genesys gets it, or not sent at all."""

import json
from typing import Any

import httpx
import pytest

from sandbox.webmessaging_state import WebMessaging
from streams.producer import BrokerUnavailable
from tests.gateway.gateway_parts import Published
from tests.gateway.webchat.chat_parts import SSN, everything, violations
from tests.gateway.webchat.guest_client import GuestClient


async def test_a_clean_message_goes_on_as_it_is(gateway: str, genesys: WebMessaging) -> None:
    async with GuestClient.joined(gateway) as guest:
        echo = await guest.heard("hello, my order 1234 is late")
    assert echo["body"]["text"] == "hello, my order 1234 is late"
    assert "cordonRemoved" not in echo["body"]["metadata"]
    assert "order 1234 is late" in everything(genesys)


async def test_a_number_never_arrives(gateway: str, genesys: WebMessaging, published: Published) -> None:
    async with GuestClient.joined(gateway) as guest:
        echo = await guest.heard(f"my ssn is {SSN}")
        history = await guest.history()
    assert echo["body"]["text"] == "my ssn is [SSN REDACTED]"
    assert echo["body"]["metadata"]["cordonRemoved"] == "1"
    assert echo["body"]["metadata"]["cordonEntities"] == "us_ssn"
    assert "[SSN REDACTED]" in everything(genesys)
    assert SSN not in everything(genesys)
    assert SSN not in json.dumps(history)
    found = violations(published)
    assert [(one["rule"], one["direction"], one["channel"]) for one in found] == [("SSN", "INBOUND", "webmessaging")]
    assert SSN not in json.dumps(found)
    assert {json.loads(alert)["audience"] for alert in published.to("dlp.alerts")} == {"agent", "supervisor"}


@pytest.mark.parametrize(
    "frame",
    [
        {"message": {"type": "Text", "text": "hi", "metadata": {"note": SSN}}},
        {"message": {"type": "Text", "text": "hi", "channel": {"metadata": {"customAttributes": {"k": SSN}}}}},
        {"message": {"type": "Text", "text": "hi"}, "channel": {"metadata": {"customAttributes": {"k": SSN}}}},
        {"message": {"type": "Text", "text": "hi", "channel": {"metadata": {"customAttributes": {SSN: "v"}}}}},
        {
            "message": {
                "type": "Structured",
                "text": "Yes",
                "content": [
                    {
                        "contentType": "ButtonResponse",
                        "buttonResponse": {"type": "QuickReply", "text": f"ssn {SSN}", "payload": SSN},
                    }
                ],
            }
        },
        {
            "message": {
                "type": "Structured",
                "text": "Sent",
                "content": [
                    {
                        "contentType": "Form",
                        "form": {
                            "response": [
                                {
                                    "id": "q1",
                                    "component": {
                                        "contentType": "ButtonResponse",
                                        "buttonResponse": {"type": "Form", "text": SSN, "payload": SSN},
                                    },
                                }
                            ]
                        },
                    }
                ],
            }
        },
        {"message": {"type": "Text", "text": "hi", "surprise": {"deep": [{"deeper": SSN}]}}},
        {"message": {"type": "Text", "text": "hi", SSN: 1}},
        {"message": {"type": "Text", "text": "hi", "metadata": {"id": SSN}}},
        {"message": {"type": "Text", "text": "hi"}, "tracingId": SSN},
        {"message": {"type": "Text", "text": "", "content": [{"contentType": "Text", "text": SSN}]}},
    ],
    ids=[
        "metadata",
        "attribute",
        "attribute beside the message",
        "attribute's name",
        "quick reply",
        "form",
        "unknown place",
        "unknown key",
        "message id",
        "tracing id",
        "content",
    ],
)
async def test_no_place_of_a_message_carries_it_through(
    gateway: str, genesys: WebMessaging, published: Published, frame: dict[str, Any]
) -> None:
    async with GuestClient.joined(gateway) as guest:
        await guest.send("onMessage", **frame)
        assert (await guest.heard("done"))["body"]["text"] == "done"
    assert SSN not in everything(genesys)
    assert len(violations(published)) == 1


async def test_a_bare_number_under_a_telling_name_is_found(gateway: str, genesys: WebMessaging) -> None:
    attributes = {"channel": {"metadata": {"customAttributes": {"customerSsn": "536228726"}}}}
    async with GuestClient.joined(gateway) as guest:
        await guest.heard("hi", **attributes)
    assert "536228726" not in everything(genesys)


async def test_a_card_number_as_a_number_is_found(gateway: str, genesys: WebMessaging) -> None:
    async with GuestClient.joined(gateway) as guest:
        await guest.heard("hi", metadata={"duration": 4539148803436467})
    assert "4539148803436467" not in everything(genesys)


async def test_a_number_over_two_messages_is_found(gateway: str, genesys: WebMessaging) -> None:
    async with GuestClient.joined(gateway) as guest:
        await guest.heard("my card number is 4539 1488")
        echo = await guest.heard("0343 6467")
    assert "0343 6467" not in echo["body"]["text"]
    assert "0343 6467" not in everything(genesys)


async def test_an_offered_answer_goes_back_verbatim(
    gateway: str, genesys: WebMessaging, control: httpx.AsyncClient
) -> None:
    offered = "account:536-22-8726"  # looks like a number, and is what the bot's flow matches on
    quick = {"contentType": "QuickReply", "quickReply": {"text": "Yes", "payload": offered, "action": "Message"}}
    button = {"type": "QuickReply", "text": "Yes", "payload": offered}
    content = [{"contentType": "ButtonResponse", "buttonResponse": button}]
    async with GuestClient.joined(gateway) as guest:
        await guest.send("onMessage", message={"type": "Structured", "text": "Yes", "content": content})
        await guest.heard("before")
        assert offered not in everything(genesys)
        await control.post("/agent-message", json={"type": "Structured", "text": "Pick", "content": [quick]})
        await guest.message()
        await guest.send("onMessage", message={"type": "Structured", "text": "Yes", "content": content})
        await guest.heard("after")
    assert any(offered in frame for frame in genesys.received)


async def test_what_is_not_known_is_refused(gateway: str, genesys: WebMessaging) -> None:
    async with GuestClient.joined(gateway) as guest:
        arrived = len(genesys.received)
        for action in ("resumeToken", "disconnectCustomer", "somethingNew"):
            answer = await guest.answer(await guest.send(action, text=SSN))
            assert (answer["class"], answer["code"]) == ("string", 400)
        for raw in ("no json", "[]", '"text"', "{" * 100_000):
            await guest.connection.send(raw)
            assert (await guest.next(lambda _: True))["code"] == 400
        assert len(genesys.received) == arrived


async def test_of_two_keys_of_one_name_only_the_judged_one_goes_on(gateway: str, genesys: WebMessaging) -> None:
    async with GuestClient.joined(gateway) as guest:
        message = f'{{"type":"Text","text":"ssn {SSN}","text":"hello"}}'
        await guest.connection.send(f'{{"action":"onMessage","token":"{guest.token}","message":{message}}}')
        await guest.heard("done")
    assert SSN not in everything(genesys)


async def test_another_session_s_token_is_refused(gateway: str) -> None:
    async with GuestClient.joined(gateway) as guest:
        guest.token = "22222222-aaaa-bbbb-cccc-000000000002"
        assert (await guest.heard("hello"))["code"] == 400


async def test_an_engine_that_fails_lets_nothing_through(
    gateway: str, app: Any, genesys: WebMessaging, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with GuestClient.joined(gateway) as guest:
        monkeypatch.setattr(app.state.engine, "scan", lambda *_, **__: 1 / 0)
        answer = await guest.heard("hello there")
    assert (answer["class"], answer["code"]) == ("string", 5000)
    assert "hello there" not in everything(genesys)


async def test_nothing_goes_on_that_has_no_record(
    gateway: str, genesys: WebMessaging, published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: Any, **__: Any) -> None:
        raise BrokerUnavailable("away")

    async with GuestClient.joined(gateway) as guest:
        with monkeypatch.context() as patched:
            patched.setattr(published, "publish", away)
            assert (await guest.heard(f"ssn {SSN}"))["code"] == 5000
            assert (await guest.heard("hello"))["body"]["text"] == "hello"  # nothing to record
        assert "REDACTED" not in everything(genesys)
        assert (await guest.heard(f"ssn {SSN}"))["body"]["text"] == "ssn [SSN REDACTED]"
