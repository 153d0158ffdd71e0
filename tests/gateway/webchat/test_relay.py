"""A guest's chat through the gateway: what Genesys gets, what the guest gets, in which order, and how it ends."""

import asyncio
import json
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from sandbox.webmessaging_state import WebMessaging
from streams.producer import BrokerUnavailable
from tests.gateway.gateway_parts import Published
from tests.gateway.webchat.conftest import ORIGIN
from tests.gateway.webchat.guest_client import DEPLOYMENT, GuestClient

SSN = "536-22-8726"
CARD = "4539 1488 0343 6467"


def everything(genesys: WebMessaging) -> str:
    """All that ever reached the double, on any path."""
    transcripts = [session.transcript for session in genesys.sessions.values()]
    files = [content.decode("utf-8", "replace") for _, content in genesys.files.values()]
    return json.dumps([genesys.handshakes, genesys.received, transcripts, files])


def violations(published: Published) -> list[dict[str, Any]]:
    return [json.loads(value) for value in published.to("dlp.violations")]


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


class TestFromGuest:
    async def test_a_clean_message_goes_on_as_it_is(self, gateway: str, genesys: WebMessaging) -> None:
        async with GuestClient.joined(gateway) as guest:
            echo = await guest.heard("hello, my order 1234 is late")
        assert echo["body"]["text"] == "hello, my order 1234 is late"
        assert "cordonRemoved" not in echo["body"]["metadata"]
        assert "order 1234 is late" in everything(genesys)

    async def test_a_number_never_arrives(self, gateway: str, genesys: WebMessaging, published: Published) -> None:
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
        assert [(one["rule"], one["direction"], one["channel"]) for one in found] == [
            ("SSN", "INBOUND", "webmessaging")
        ]
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
        self, gateway: str, genesys: WebMessaging, published: Published, frame: dict[str, Any]
    ) -> None:
        async with GuestClient.joined(gateway) as guest:
            await guest.send("onMessage", **frame)
            assert (await guest.heard("done"))["body"]["text"] == "done"
        assert SSN not in everything(genesys)
        assert len(violations(published)) == 1

    async def test_a_bare_number_under_a_telling_name_is_found(self, gateway: str, genesys: WebMessaging) -> None:
        attributes = {"channel": {"metadata": {"customAttributes": {"customerSsn": "536228726"}}}}
        async with GuestClient.joined(gateway) as guest:
            await guest.heard("hi", **attributes)
        assert "536228726" not in everything(genesys)

    async def test_a_card_number_as_a_number_is_found(self, gateway: str, genesys: WebMessaging) -> None:
        async with GuestClient.joined(gateway) as guest:
            await guest.heard("hi", metadata={"duration": 4539148803436467})
        assert "4539148803436467" not in everything(genesys)

    async def test_a_number_over_two_messages_is_found(self, gateway: str, genesys: WebMessaging) -> None:
        async with GuestClient.joined(gateway) as guest:
            await guest.heard("my card number is 4539 1488")
            echo = await guest.heard("0343 6467")
        assert "0343 6467" not in echo["body"]["text"]
        assert "0343 6467" not in everything(genesys)

    async def test_an_offered_answer_goes_back_verbatim(
        self, gateway: str, genesys: WebMessaging, control: httpx.AsyncClient
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

    async def test_what_is_not_known_is_refused(self, gateway: str, genesys: WebMessaging) -> None:
        async with GuestClient.joined(gateway) as guest:
            arrived = len(genesys.received)
            for action in ("resumeToken", "disconnectCustomer", "somethingNew"):
                answer = await guest.answer(await guest.send(action, text=SSN))
                assert (answer["class"], answer["code"]) == ("string", 400)
            for raw in ("no json", "[]", '"text"', "{" * 100_000):
                await guest.connection.send(raw)
                assert (await guest.next(lambda _: True))["code"] == 400
            assert len(genesys.received) == arrived

    async def test_of_two_keys_of_one_name_only_the_judged_one_goes_on(
        self, gateway: str, genesys: WebMessaging
    ) -> None:
        async with GuestClient.joined(gateway) as guest:
            message = f'{{"type":"Text","text":"ssn {SSN}","text":"hello"}}'
            await guest.connection.send(f'{{"action":"onMessage","token":"{guest.token}","message":{message}}}')
            await guest.heard("done")
        assert SSN not in everything(genesys)

    async def test_another_session_s_token_is_refused(self, gateway: str) -> None:
        async with GuestClient.joined(gateway) as guest:
            guest.token = "22222222-aaaa-bbbb-cccc-000000000002"
            assert (await guest.heard("hello"))["code"] == 400

    async def test_an_engine_that_fails_lets_nothing_through(
        self, gateway: str, app: Any, genesys: WebMessaging, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with GuestClient.joined(gateway) as guest:
            monkeypatch.setattr(app.state.engine, "scan", lambda *_, **__: 1 / 0)
            answer = await guest.heard("hello there")
        assert (answer["class"], answer["code"]) == ("string", 5000)
        assert "hello there" not in everything(genesys)

    async def test_nothing_goes_on_that_has_no_record(
        self, gateway: str, genesys: WebMessaging, published: Published, monkeypatch: pytest.MonkeyPatch
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


class TestFromService:
    async def test_an_agent_s_message_is_cleaned(
        self, gateway: str, control: httpx.AsyncClient, published: Published
    ) -> None:
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

    async def test_every_place_of_it(self, gateway: str, control: httpx.AsyncClient) -> None:
        card = {"title": f"pay with {CARD}", "actions": [{"type": "Postback", "text": "ok", "payload": CARD}]}
        content = [{"contentType": "Card", "card": card}]
        async with GuestClient.joined(gateway) as guest:
            await control.post("/agent-message", json={"type": "Structured", "text": "", "content": content})
            await guest.message()
        assert CARD not in json.dumps(guest.frames)

    async def test_what_the_guest_missed_is_cleaned_in_the_history(
        self, gateway: str, genesys: WebMessaging, control: httpx.AsyncClient, published: Published
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

    async def test_unknown_classes_are_dropped(self, gateway: str, control: httpx.AsyncClient) -> None:
        async with GuestClient.joined(gateway) as guest:
            await control.post("/socket-faults", json={"kind": "unknown_class", "text": SSN})
            await guest.heard("hello")
        assert "SurpriseEvent" not in {frame["class"] for frame in guest.frames}

    async def test_an_error_s_words_are_cleaned(self, gateway: str, control: httpx.AsyncClient) -> None:
        async with GuestClient.joined(gateway) as guest:
            frame = {"type": "response", "class": "string", "code": 4020, "body": f"bad value {SSN}"}
            await control.post("/raw", json={"frame": frame})
            assert (await guest.next(lambda one: one["class"] == "string"))["body"] == "bad value [SSN REDACTED]"

    async def test_a_message_on_three_sockets_is_one_violation(
        self, gateway: str, control: httpx.AsyncClient, published: Published
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
        self, gateway: str, app: Any, control: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with GuestClient.joined(gateway) as guest:
            monkeypatch.setattr(app.state.engine, "scan", lambda *_, **__: 1 / 0)
            await control.post("/agent-message", json={"text": "a secret"})
            assert (await guest.message())["text"] == "[Message withheld by policy]"
        assert "a secret" not in json.dumps(guest.frames)


class TestOrder:
    async def test_both_directions_keep_it(self, gateway: str, control: httpx.AsyncClient) -> None:
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


class TestHandshake:
    @pytest.mark.parametrize("query", ["", "?application=x", "?deploymentId=", f"?deploymentId={'x' * 200}"])
    async def test_without_a_deployment(self, gateway: str, query: str) -> None:
        with pytest.raises(InvalidStatus) as refused:
            await connect(f"{gateway.replace('http', 'ws', 1)}/v1{query}", proxy=None)
        assert refused.value.response.status_code == 403

    async def test_what_genesys_refuses_is_refused(self, gateway: str, control: httpx.AsyncClient) -> None:
        await control.post("/socket-faults", json={"kind": "refuse"})
        with pytest.raises(InvalidStatus) as refused:
            async with GuestClient.joined(gateway):
                pass
        assert refused.value.response.status_code == 403

    @pytest.mark.parametrize("chat_settings", [{"URL": "ws://127.0.0.1:9"}])
    async def test_genesys_away(self, gateway: str) -> None:
        with pytest.raises(InvalidStatus) as refused:
            async with GuestClient.joined(gateway):
                pass
        assert refused.value.response.status_code == 503


@pytest.mark.parametrize("chat_settings", [{"ALLOWED_ORIGINS": "https://www.bank.example"}])
class TestOrigins:
    @pytest.mark.parametrize("origin", ["https://www.bank.example", None, "www.bank.example"])
    async def test_allowed(self, gateway: str, origin: str | None) -> None:
        async with GuestClient.joined(gateway, origin=origin) as guest:
            await guest.heard("hello")

    async def test_the_gateway_s_own_pages(self, gateway: str) -> None:
        async with GuestClient.joined(gateway, origin=gateway) as guest:
            await guest.heard("hello")

    @pytest.mark.parametrize("origin", ["https://evil.example", "https://www.bank.example.evil.example", "null"])
    async def test_strangers(self, gateway: str, origin: str) -> None:
        with pytest.raises(InvalidStatus) as refused:
            async with GuestClient.joined(gateway, origin=origin):
                pass
        assert refused.value.response.status_code == 403
        async with httpx.AsyncClient() as http:
            answer = await http.get(f"{gateway}/api/v2/webmessaging/messages", headers={"Origin": origin})
        assert answer.status_code == 403


class TestLimits:
    async def test_text_is_counted_in_bytes(self, gateway: str, genesys: WebMessaging) -> None:
        async with GuestClient.joined(gateway) as guest:
            assert (await guest.heard("é" * 2048))["class"] == "StructuredMessage"
            assert (await guest.heard("é" * 2048 + "e"))["code"] == 4011

    async def test_a_text_at_the_limit_stays_within_it(self, gateway: str, genesys: WebMessaging) -> None:
        text = f"ssn {SSN} " * 3 + "é" * 2024
        assert len(text.encode()) == 4096
        async with GuestClient.joined(gateway) as guest:
            echo = await guest.heard(text)
        assert echo["class"] == "StructuredMessage"
        assert len(echo["body"]["text"].encode()) <= 4096
        assert SSN not in everything(genesys)

    async def test_attributes(self, gateway: str) -> None:
        def channel(size: int) -> dict[str, Any]:
            return {"metadata": {"customAttributes": {"k": "v" * size}}}

        async with GuestClient.joined(gateway) as guest:
            assert (await guest.heard("hi", channel=channel(2047)))["class"] == "StructuredMessage"
            assert (await guest.heard("hi", channel=channel(2048)))["code"] == 4013

    @pytest.mark.parametrize("options", [{"is_scripted": False, "messages_per_second": 2}])
    async def test_genesys_s_own_pace_is_passed_on(self, gateway: str) -> None:
        async with GuestClient.joined(gateway) as guest:
            tracing = [await guest.say("hello") for _ in range(3)]
            answer = await guest.answer(tracing[-1])
        assert (answer["class"], answer["body"]["errorCode"]) == ("TooManyRequestsErrorMessage", 4029)

    @pytest.mark.parametrize("chat_settings", [{"FRAMES_PER_MINUTE": "3"}])
    async def test_a_flood_does_not_reach_genesys(self, gateway: str, genesys: WebMessaging) -> None:
        async with GuestClient.joined(gateway) as guest:
            for _ in range(10):
                await guest.say("hello")
            await guest.next(lambda frame: frame["class"] == "TooManyRequestsErrorMessage")
        assert len(genesys.received) == 3

    @pytest.mark.parametrize("chat_settings", [{"CONNECTIONS_PER_MINUTE": "2"}])
    async def test_connections(self, gateway: str) -> None:
        async with GuestClient.joined(gateway), GuestClient.joined(gateway):
            with pytest.raises(InvalidStatus) as refused:
                async with GuestClient.joined(gateway):
                    pass
        assert refused.value.response.status_code == 429

    @pytest.mark.parametrize("chat_settings", [{"MAX_SOCKETS": "1"}])
    async def test_sockets(self, gateway: str) -> None:
        async with GuestClient.joined(gateway):
            with pytest.raises(InvalidStatus) as refused:
                async with GuestClient.joined(gateway):
                    pass
        assert refused.value.response.status_code == 503


class TestEnd:
    @pytest.mark.parametrize("code", [1000, 1001, 1008, 1011, 4000])
    async def test_genesys_s_code_is_the_guest_s(self, gateway: str, control: httpx.AsyncClient, code: int) -> None:
        async with GuestClient.joined(gateway) as guest:
            await control.post("/close", json={"code": code})
            assert await guest.closed() == code

    async def test_a_guest_who_leaves_takes_the_socket_at_genesys_along(
        self, gateway: str, genesys: WebMessaging, app: Any
    ) -> None:
        async with GuestClient.joined(gateway):
            assert len(genesys.latest.sockets) == 1  # type: ignore[union-attr]  # there is one
        async with asyncio.timeout(5):
            while genesys.latest.sockets or app.state.web_chat.sockets:  # type: ignore[union-attr]  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    async def test_a_connection_lost_in_the_middle(self, gateway: str, control: httpx.AsyncClient) -> None:
        async with GuestClient.joined(gateway) as guest:
            await control.post("/socket-faults", json={"kind": "drop"})
            await guest.say("hello")
            assert await guest.closed() == 1011

    async def test_binary_frames(self, gateway: str) -> None:
        async with GuestClient.joined(gateway) as guest:
            await guest.connection.send(b"\x00\x01")
            assert await guest.closed() == 1003

    async def test_a_fourth_connection_closes_the_first(self, gateway: str) -> None:
        async with (
            GuestClient.joined(gateway) as first,
            GuestClient.joined(gateway, token=first.token),
            GuestClient.joined(gateway, token=first.token),
            GuestClient.joined(gateway, token=first.token),
        ):
            assert await first.closed() == 1000
        assert first.frames[-1]["class"] == "ConnectionClosedEvent"

    async def test_expiry_and_clearing_are_told(self, gateway: str, control: httpx.AsyncClient) -> None:
        async with GuestClient.joined(gateway) as guest:
            await control.post("/expire", json={})
            await guest.next(lambda frame: frame["class"] == "SessionExpiredEvent")
            assert (await guest.heard("hello"))["code"] == 4006

    async def test_clear(self, gateway: str) -> None:
        async with GuestClient.joined(gateway) as guest:
            clear = {"type": "Event", "events": [{"eventType": "Presence", "presence": {"type": "Clear"}}]}
            await guest.send("onMessage", message=clear)
            assert await guest.closed() == 1000
        assert [frame["class"] for frame in guest.frames[-2:]] == ["SessionClearedEvent", "ConnectionClosedEvent"]


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
