import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from connectors.genesys_messages import inbound_message
from connectors.signing import signature_of
from gateway.vault_desk import VaultDesk
from schemas import Alert, Direction, ForwardMessage, MessageEvent
from streams.producer import BrokerUnavailable
from streams.sealing import SEALED
from streams.topics import Topic
from tests.gateway.gateway_parts import Published
from tests.gateway.test_captures import FORM, created, sealed

SECRET = "callback-s3cret"
ADDRESS = {"channel": "whatsapp", "recipient": "5511999990000", "sender": "15550001111"}


@dataclass(slots=True)
class Receiver:
    """Whom the end of a capture is told to."""

    answers: list[int] = field(default_factory=list)
    heard: list[httpx.Request] = field(default_factory=list)

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.heard.append(request)
        return httpx.Response(self.answers.pop(0) if self.answers else 204)


@pytest.fixture
def desk(app: FastAPI) -> VaultDesk:
    desk: VaultDesk = app.state.vault_desk
    return desk


@pytest.fixture
def receiver(desk: VaultDesk) -> Receiver:
    receiver, telling = Receiver(), desk.telling
    telling._url, telling._secret = "https://flows.example/captured", SecretStr(SECRET)
    telling._http = httpx.AsyncClient(transport=httpx.MockTransport(receiver.answer))
    return receiver


def alerts(published: Published) -> list[Alert]:
    return [Alert.model_validate_json(value) for value in published.to(Topic.ALERTS)]


async def fill_in(client: httpx.AsyncClient, anonymous: httpx.AsyncClient, **more: object) -> dict[str, Any]:
    capture = await created(client, **more)
    body = await sealed(anonymous, capture, FORM)
    secret = {"secret": body["secret"]}
    for state in ("typing", "valid"):
        told = {**secret, "field": "br_cpf", "state": state}
        await anonymous.post(f"/c/{capture['capture_id']}/progress", json=told)
    assert (await anonymous.post(f"/c/{capture['capture_id']}/submit", json=body)).status_code == 204
    return capture


async def test_the_agent_follows_every_step_and_sees_no_character(
    client: httpx.AsyncClient, anonymous: httpx.AsyncClient, desk: VaultDesk, published: Published
) -> None:
    capture = await fill_in(client, anonymous, agent_id="agent-7")
    await desk.telling.tell_all()

    told = alerts(published)
    news = [(alert.capture.state, alert.capture.field) for alert in told if alert.capture]
    assert news == [("opened", None), ("typing", "br_cpf"), ("valid", "br_cpf"), ("submitted", None)]
    assert {(alert.agent_id, alert.conversation_id, alert.rule) for alert in told} == {
        ("agent-7", "c-1", "SecureCapture")
    }
    assert len({alert.alert_id for alert in told}) == len(told)
    last = told[-1].capture
    assert last is not None
    assert (last.capture_id, last.results["payment_card"].last4) == (capture["capture_id"], "1111")
    assert not any(b"4111" in value or b"529.982" in value for _, _, value in published.records)


async def test_the_end_is_told_by_a_signed_callback(
    client: httpx.AsyncClient, anonymous: httpx.AsyncClient, desk: VaultDesk, receiver: Receiver
) -> None:
    capture = await fill_in(client, anonymous)
    await desk.telling.tell_all()

    (request,) = receiver.heard
    told = json.loads(request.content)
    assert (told["capture_id"], told["state"]) == (capture["capture_id"], "submitted")
    assert told["results"]["br_cpf"]["is_valid"] is True
    signed = signature_of(SECRET.encode(), request.headers["X-Cordon-Timestamp"], request.content)
    assert request.headers["X-Cordon-Signature"] == signed
    assert b"4111" not in request.content


async def test_a_callback_that_is_not_heard_is_repeated(
    client: httpx.AsyncClient,
    anonymous: httpx.AsyncClient,
    desk: VaultDesk,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    receiver.answers = [503, 302]
    await fill_in(client, anonymous)
    heard = []
    now = desk.captures._clock()
    for seconds in (0, 0, 20, 60, 120):
        monkeypatch.setattr(desk.captures, "_clock", lambda later=now + seconds: later)
        heard.append(await desk.telling.tell_all())

    assert heard == [0, 0, 0, 1, 0]
    assert len(receiver.heard) == 3
    assert len({request.content for request in receiver.heard}) == 1


async def test_a_link_is_sent_as_a_message_of_the_conversation(
    app: FastAPI, client: httpx.AsyncClient, published: Published
) -> None:
    capture = await created(client, language="pt", send_to={"channel": "whatsapp", "recipient": "5511999990000"})

    (value,) = published.to(Topic.OUTBOUND)
    secret = capture["url"].partition("#")[2].encode()
    assert secret not in value  # sealed
    event = MessageEvent.model_validate_json(app.state.codec.open(Topic.OUTBOUND, value, [(SEALED, b"")]))
    assert event.text == f"Preencha, por favor, este formulário seguro: {capture['url']}"
    assert (event.channel, event.recipient, event.conversation_id) == ("whatsapp", "5511999990000", "c-1")
    scanned = app.state.engine.scan(event.text)
    assert scanned.redacted_text == event.text  # the critical stage lets the link pass


async def test_a_link_that_cannot_be_sent_is_cancelled(
    app: FastAPI, client: httpx.AsyncClient, desk: VaultDesk, published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise BrokerUnavailable("away")

    monkeypatch.setattr(published, "publish", away)
    body = {"conversation_id": "c-1", "fields": ["iban"], "send_to": {"channel": "whatsapp", "recipient": "5511"}}

    assert (await client.post("/v1/captures", json=body)).status_code == 503
    states = await desk.vault.database.run(
        lambda c: c.exec_driver_sql("SELECT state FROM vault_captures").scalars().all()
    )
    assert states == ["cancelled"]


def notes(app: FastAPI, published: Published) -> list[MessageEvent]:
    opened = [app.state.codec.open(Topic.INBOUND, value, [(SEALED, b"")]) for value in published.to(Topic.INBOUND)]
    return [MessageEvent.model_validate_json(value) for value in opened]


async def first_notes(app: FastAPI, published: Published) -> list[MessageEvent]:
    """The notes, once there is one: the gateway tells of ends by itself, beside the test."""
    async with asyncio.timeout(5):
        while not published.to(Topic.INBOUND):  # noqa: ASYNC110  (a list has no event)
            await asyncio.sleep(0.01)
    return notes(app, published)


@pytest.mark.parametrize("way", ["send_to", "note_to"])
async def test_the_tokens_come_into_the_conversation_as_a_message(
    app: FastAPI, client: httpx.AsyncClient, anonymous: httpx.AsyncClient, published: Published, *, way: str
) -> None:
    capture = await fill_in(client, anonymous, **{way: ADDRESS})
    await app.state.vault_desk.telling.tell_all()

    results = (await client.get(f"/v1/captures/{capture['capture_id']}")).json()["results"]
    card, cpf = results["payment_card"]["token"], results["br_cpf"]["token"]
    (note,) = await first_notes(app, published)
    assert note.text.splitlines() == [
        "[SECURE FORM] The customer has filled in:",
        f"payment_card: {card} (ends in 1111, valid)",
        f"br_cpf: {cpf} (valid)",
    ]
    assert (note.direction, note.conversation_id, note.channel) == (Direction.INBOUND, "c-1", "whatsapp")
    assert (note.sender, note.recipient) == (ADDRESS["recipient"], ADDRESS["sender"])
    assert note.metadata["br_cpf_token"] == cpf
    assert app.state.engine.scan(note.text).is_clean  # the critical stage lets it pass as it is
    body = inbound_message(ForwardMessage(**note.model_dump(), is_redacted=False, violation_count=0))
    assert body["text"] == note.text
    assert body["metadata"]["payment_card_token"] == card


async def test_a_note_is_written_once_however_often_the_callback_fails(
    app: FastAPI,
    client: httpx.AsyncClient,
    anonymous: httpx.AsyncClient,
    *,
    receiver: Receiver,
    published: Published,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    receiver.answers = [503, 503]
    await fill_in(client, anonymous, note_to=ADDRESS)
    desk: VaultDesk = app.state.vault_desk
    now = desk.captures._clock()
    for seconds in (0, 20, 60):
        monkeypatch.setattr(desk.captures, "_clock", lambda later=now + seconds: later)
        await desk.telling.tell_all()

    assert len(receiver.heard) == 3
    assert len(notes(app, published)) == 1


async def test_a_note_that_the_broker_did_not_take_is_written_later(
    app: FastAPI,
    client: httpx.AsyncClient,
    anonymous: httpx.AsyncClient,
    *,
    published: Published,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk: VaultDesk = app.state.vault_desk

    async def away(*_: object) -> None:
        raise BrokerUnavailable("away")

    with monkeypatch.context() as broken:
        broken.setattr(published, "publish", away)
        await fill_in(client, anonymous, note_to=ADDRESS)
        assert await desk.telling.tell_all() == 0
    now = desk.captures._clock()
    monkeypatch.setattr(desk.captures, "_clock", lambda: now + 20)

    await desk.telling.tell_all()
    assert len(await first_notes(app, published)) == 1


async def test_without_an_address_or_for_a_flow_there_is_no_note(
    app: FastAPI, client: httpx.AsyncClient, anonymous: httpx.AsyncClient, published: Published
) -> None:
    desk: VaultDesk = app.state.vault_desk
    await fill_in(client, anonymous)
    by_flow = await created(client, note_to=ADDRESS)
    await desk.captures.submit_flow(by_flow["flow_token"], FORM)  # WhatsApp's reply brings the tokens itself
    await desk.telling.tell_all()

    assert len(alerts(published)) > 1
    assert notes(app, published) == []


async def test_the_customers_address_stands_sealed_in_the_database(client: httpx.AsyncClient, app: FastAPI) -> None:
    await created(client, note_to=ADDRESS)

    vault = app.state.vault_desk.vault
    (kept,) = await vault.database.run(
        lambda c: c.exec_driver_sql("SELECT note_to FROM vault_captures").scalars().all()
    )
    assert kept
    assert ADDRESS["recipient"].encode() not in kept


async def test_a_flow_sends_a_link_by_a_data_action(client: httpx.AsyncClient, published: Published) -> None:
    body = {"conversationId": "c-1", "fields": "br_cpf", "channel": "whatsapp", "address": "5511999990000"}

    assert (await client.post("/data-actions/capture-links", json=body)).status_code == 200
    assert len(published.to(Topic.OUTBOUND)) == 1
