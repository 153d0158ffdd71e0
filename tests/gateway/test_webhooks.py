"""The webhooks of WhatsApp and Genesys: who is let in, what becomes an event, and when it is answered."""

import json
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from schemas import MessageEvent, MessagePart, Receipt
from streams.producer import BrokerUnavailable
from streams.topics import Topic
from tests.gateway.gateway_parts import Published
from tests.gateway.webhook_bodies import (
    APP_SECRET,
    CUSTOMER,
    GENESYS_SECRET,
    VERIFY_TOKEN,
    agent_wrote,
    by_genesys,
    by_meta,
    said,
    whatsapp,
)

CARD = "4111 1111 1111 1111"
Opened = Callable[[], list[MessageEvent]]


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORDON_WHATSAPP_APP_SECRET", APP_SECRET)
    monkeypatch.setenv("CORDON_WHATSAPP_VERIFY_TOKEN", VERIFY_TOKEN)
    monkeypatch.setenv("CORDON_GENESYS_WEBHOOK_SECRET", GENESYS_SECRET)


@pytest.fixture
def opened(app: FastAPI, published: Published) -> Opened:
    """The events that were published, in order."""

    def read() -> list[MessageEvent]:
        return [
            MessageEvent.model_validate_json(app.state.codec.open(topic, value, [("cordon.sealed", b"")]))
            for topic, _, value in published.records
            if topic in {Topic.INBOUND, Topic.OUTBOUND}
        ]

    return read


async def post(client: httpx.AsyncClient, path: str, signed: tuple[bytes, dict[str, str]]) -> httpx.Response:
    raw, headers = signed
    return await client.post(path, content=raw, headers={"Content-Type": "application/json", **headers})


def texts(event: MessageEvent) -> set[str]:
    return {event.text} | {part.text if isinstance(part, MessagePart) else part for part in event.parts}


async def test_the_handshake_answers_the_bare_challenge(anonymous: httpx.AsyncClient) -> None:
    asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": VERIFY_TOKEN}

    right = await anonymous.get("/webhooks/whatsapp", params=asked)
    wrong = await anonymous.get("/webhooks/whatsapp", params=asked | {"hub.verify_token": "guess"})

    assert (right.status_code, right.text) == (200, "1158201444")
    assert wrong.status_code == 403


@pytest.mark.parametrize("path", ["/webhooks/whatsapp", "/webhooks/genesys"])
async def test_a_body_that_is_not_signed_leaves_no_trace(
    anonymous: httpx.AsyncClient, published: Published, path: str
) -> None:
    good, wrong_key = by_genesys if path.endswith("whatsapp") else by_meta, {"X-Hub-Signature-256": "sha256=00"}
    raw, headers = good(whatsapp(said("text", {"body": CARD})))

    answers = [await post(anonymous, path, (raw, sent)) for sent in ({}, wrong_key, headers)]

    assert [answer.status_code for answer in answers] == [401, 401, 401]
    assert not any(CARD in answer.text for answer in answers)
    assert not published.records


async def test_a_whatsapp_message_becomes_an_event_under_its_own_id(
    anonymous: httpx.AsyncClient, opened: Opened, published: Published
) -> None:
    answer = await post(anonymous, "/webhooks/whatsapp", by_meta(whatsapp(said("text", {"body": f"Grüße {CARD}"}))))

    (event,) = opened()
    assert answer.status_code == 200
    assert (event.event_id, event.channel, event.sender) == ("wamid.1", "whatsapp", CUSTOMER)
    assert (event.text, event.metadata) == (f"Grüße {CARD}", {"nickname": "Maria"})
    assert event.occurred_at is not None
    assert event.occurred_at.timestamp() == 1749416383
    assert CUSTOMER not in event.conversation_id
    ((topic, key, value),) = published.records
    assert (topic, key) == (Topic.INBOUND, event.conversation_id.encode())
    assert CARD.encode() not in value


@pytest.mark.parametrize(
    ("message", "read"),
    [
        (said("image", {"id": "1", "mime_type": "image/jpeg", "caption": CARD}), {CARD}),
        (said("document", {"id": "1", "mime_type": "text/csv", "caption": "see", "filename": CARD}), {"see", CARD}),
        (said("interactive", {"type": "button_reply", "button_reply": {"id": CARD, "title": "Yes"}}), {"Yes", CARD}),
        (
            said("interactive", {"type": "list_reply", "list_reply": {"id": "r", "title": "A", "description": CARD}}),
            {"A", CARD},
        ),
        (
            said(
                "interactive",
                {
                    "type": "nfm_reply",
                    "nfm_reply": {
                        "name": "flow",
                        "body": "Sent",
                        "response_json": json.dumps({"flow_token": "t", "note": CARD, "number": 4111111111111111}),
                    },
                },
            ),
            {"Sent", CARD, "4111111111111111", "t"},
        ),
        (
            said(
                "interactive",
                {
                    "type": "nfm_reply",
                    "nfm_reply": {"name": "flow", "body": "Sent", "response_json": f"no json {CARD}"},
                },
            ),
            {"Sent", f"no json {CARD}"},
        ),
        (said("button", {"text": "Call me", "payload": CARD}), {"Call me", CARD}),
        (said("location", {"latitude": 52.5, "longitude": 13.4, "name": CARD, "address": "B"}), {CARD, "B"}),
        (
            said("contacts", [{"name": {"formatted_name": "Jo"}, "phones": [{"phone": CARD}], "emails": []}]),
            {"Jo", CARD},
        ),
        (said("order", {"catalog_id": "c", "text": CARD, "product_items": [{"quantity": 2}]}), {CARD, "2"}),
        (said("reaction", {"message_id": "wamid.0", "emoji": "👍"}), {"👍"}),
        (
            said("edit", {"original_message_id": "wamid.0", "message": {"type": "text", "text": {"body": CARD}}}),
            {CARD, "[The customer edited an earlier message]"},
        ),
        (said("revoke", {"original_message_id": "wamid.0"}), {"[The customer deleted a message]"}),
        (said("system", {"body": CARD, "type": "user_changed_number"}), {CARD}),
    ],
    ids=lambda value: value["type"] if isinstance(value, dict) else "",
)
async def test_every_string_of_every_kind_is_there_to_be_scanned(
    anonymous: httpx.AsyncClient, opened: Opened, message: dict[str, Any], read: set[str]
) -> None:
    assert (await post(anonymous, "/webhooks/whatsapp", by_meta(whatsapp(message)))).status_code == 200

    (event,) = opened()
    assert read <= texts(event)


@pytest.mark.parametrize(
    "message",
    [
        said("hologram", {"secret": CARD}),
        said("text", {"unexpected": CARD}),
        said("text", CARD),
        said("interactive", {"type": "palm_reading", "palm_reading": {"line": CARD}}),
    ],
)
async def test_what_is_not_known_reaches_the_agent_as_a_notice_only(
    anonymous: httpx.AsyncClient, opened: Opened, message: dict[str, Any]
) -> None:
    await post(anonymous, "/webhooks/whatsapp", by_meta(whatsapp(message)))

    (event,) = opened()
    assert texts(event) == {"[Message of an unknown kind withheld]"}


async def test_a_batch_is_taken_whole_and_in_order(anonymous: httpx.AsyncClient, opened: Opened) -> None:
    batch = whatsapp(*(said("text", {"body": str(number)}, message_id=f"wamid.{number}") for number in range(5)))
    batch["entry"].append(whatsapp(said("text", {"body": "5"}, message_id="wamid.5"))["entry"][0])

    await post(anonymous, "/webhooks/whatsapp", by_meta(batch))

    assert [event.text for event in opened()] == list("012345")
    assert len({event.conversation_id for event in opened()}) == 1


async def test_a_customer_without_a_number_is_known_by_the_user_id(
    anonymous: httpx.AsyncClient, opened: Opened
) -> None:
    message = said("text", {"body": "hi"}) | {"from": None}
    call = whatsapp(message, contacts=[{"profile": {"name": "Jo"}, "user_id": "US.13491208655302741918"}])

    await post(anonymous, "/webhooks/whatsapp", by_meta(call))

    assert opened()[0].sender == "US.13491208655302741918"


async def test_a_state_becomes_a_receipt_of_the_message_it_speaks_of(
    anonymous: httpx.AsyncClient, published: Published
) -> None:
    data = json.dumps(["c327", "conversation", CUSTOMER])
    state = {"id": "wamid.9", "timestamp": "1749416383", "recipient_id": "other", "biz_opaque_callback_data": data}
    call = whatsapp(
        statuses=[
            state | {"status": "sent"},
            state | {"status": "delivered"},
            state | {"status": "failed", "errors": [{"code": 131047, "title": "Re-engagement message"}]},
            {"id": "wamid.foreign", "status": "delivered", "timestamp": "1749416383"},
        ]
    )

    assert (await post(anonymous, "/webhooks/whatsapp", by_meta(call))).status_code == 200

    delivered, failed = (Receipt.model_validate_json(value) for value in published.to(Topic.RECEIPTS))
    assert (delivered.event_id, delivered.conversation_id, delivered.recipient) == ("c327", "conversation", CUSTOMER)
    assert (failed.status, failed.reason_code) == ("failed", "MessageExpired")


async def test_an_agents_message_becomes_an_event_for_the_customers_channel(
    anonymous: httpx.AsyncClient, opened: Opened
) -> None:
    for body in (agent_wrote("Hello"), agent_wrote("Hello", to="web-user-7", message_id="c328")):
        assert (await post(anonymous, "/webhooks/genesys", by_genesys(body))).status_code == 200

    to_whatsapp, to_open = opened()
    assert (to_whatsapp.event_id, to_whatsapp.channel, to_whatsapp.recipient) == ("c327", "whatsapp", CUSTOMER)
    assert (to_whatsapp.direction, to_whatsapp.conversation_id[:9]) == ("OUTBOUND", "whatsapp-")
    assert to_open.conversation_id == to_whatsapp.metadata["genesys_conversation_id"] == agent_wrote()["conversationId"]
    assert (to_open.channel, to_open.recipient) == ("open", "web-user-7")


async def test_structured_content_is_taken_apart_and_unknown_content_withheld(
    anonymous: httpx.AsyncClient, opened: Opened
) -> None:
    content = [
        {"contentType": "QuickReply", "quickReply": {"text": "Yes", "payload": CARD, "action": "Message"}},
        {"contentType": "Card", "card": {"title": "A", "actions": [{"type": "Link", "text": "B", "url": "https://c"}]}},
        {"contentType": "Hologram", "hologram": {"text": CARD}},
    ]

    await post(anonymous, "/webhooks/genesys", by_genesys(agent_wrote("Choose", type="Structured", content=content)))

    (event,) = opened()
    assert [(part.ref, part.text) for part in event.parts if isinstance(part, MessagePart)] == [
        ("content.0.quickReply.text", "Yes"),
        ("content.0.quickReply.payload", CARD),
        ("content.1.card.title", "A"),
        ("content.1.card.actions.0.text", "B"),
        ("content.1.card.actions.0.url", "https://c"),
        (None, "[Content of an unknown kind withheld]"),
    ]


async def test_typing_is_no_message(anonymous: httpx.AsyncClient, published: Published) -> None:
    typing = agent_wrote(type="Event", events=[{"eventType": "Typing", "typing": {"type": "On", "duration": 5000}}])
    del typing["conversationId"]

    assert (await post(anonymous, "/webhooks/genesys", by_genesys(typing))).status_code == 200
    assert not published.records


async def test_without_kafka_both_are_told_to_come_again(
    anonymous: httpx.AsyncClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: Any, **__: Any) -> None:
        raise BrokerUnavailable("no acknowledgement")

    monkeypatch.setattr(app.state.producer, "publish", refuse)

    whatsapp_answer = await post(anonymous, "/webhooks/whatsapp", by_meta(whatsapp(said("text", {"body": CARD}))))
    genesys_answer = await post(anonymous, "/webhooks/genesys", by_genesys(agent_wrote(CARD)))

    assert (whatsapp_answer.status_code, genesys_answer.status_code) == (503, 503)


@pytest.mark.parametrize("body", [[], {}, {"entry": "x"}, {"entry": [{"changes": [{"field": "messages"}]}]}, "text"])
async def test_a_signed_body_of_another_shape_never_breaks_anything(
    anonymous: httpx.AsyncClient, published: Published, body: Any
) -> None:
    meta = await post(anonymous, "/webhooks/whatsapp", by_meta(body))
    genesys = await post(anonymous, "/webhooks/genesys", by_genesys(body))

    assert {meta.status_code, genesys.status_code} <= {200, 400}
    assert not published.records


async def test_half_a_surrogate_pair_and_an_endless_id_harm_nobody(
    anonymous: httpx.AsyncClient, opened: Opened
) -> None:
    call = whatsapp(said("text", {"body": "a\ud83d"}), said("text", {"body": "b"}, message_id="x" * 600))

    assert (await post(anonymous, "/webhooks/whatsapp", by_meta(call))).status_code == 200
    assert [event.text for event in opened()] == ["a?"]


async def test_a_huge_body_is_refused_before_it_is_read(anonymous: httpx.AsyncClient) -> None:
    answer = await post(anonymous, "/webhooks/genesys", by_genesys(agent_wrote("x" * 1_100_000)))

    assert answer.status_code == 413


async def test_a_choice_names_the_message_that_offered_it(anonymous: httpx.AsyncClient, opened: Opened) -> None:
    data = json.dumps(["c327", "conversation", CUSTOMER])
    state = {"id": "wamid.9", "status": "delivered", "timestamp": "1749416383", "biz_opaque_callback_data": data}
    chosen = {"type": "button_reply", "button_reply": {"id": "p-1", "title": "Yes"}}

    await post(anonymous, "/webhooks/whatsapp", by_meta(whatsapp(statuses=[state])))
    for asked in ("wamid.9", "wamid.foreign"):
        answer = said("interactive", chosen, message_id=f"answer to {asked}", context={"id": asked})
        await post(anonymous, "/webhooks/whatsapp", by_meta(whatsapp(answer)))

    known, foreign = opened()
    assert known.metadata["in_reply_to"] == "c327"
    assert "in_reply_to" not in foreign.metadata


async def test_an_old_call_that_somebody_kept_is_not_taken_again(
    anonymous: httpx.AsyncClient, app: FastAPI, opened: Opened
) -> None:
    app.state.webhooks._oldest = {"whatsapp": 604_800.0, "genesys": 900.0}
    old, young = said("text", {"body": "old"}), said("text", {"body": "young"}, message_id="wamid.2")
    young["timestamp"] = str(int(time.time()))

    assert (await post(anonymous, "/webhooks/whatsapp", by_meta(whatsapp(old, young)))).status_code == 200
    assert (await post(anonymous, "/webhooks/genesys", by_genesys(agent_wrote("old")))).status_code == 200

    assert [event.text for event in opened()] == ["young"]
    assert app.state.metrics.value("dlp_replays_refused_total", channel="whatsapp") == 1
    assert app.state.metrics.value("dlp_replays_refused_total", channel="genesys") == 1


async def test_a_sign_of_typing_is_understood_also_where_nobody_is_to_be_told(client: httpx.AsyncClient) -> None:
    told = await client.post("/v1/typing", json={"sender": "chat-user-7"})
    wrong = await client.post("/v1/typing", json={"sender": ""})

    assert (told.status_code, told.json()) == (202, {"is_passed_on": False})
    assert wrong.status_code == 422
