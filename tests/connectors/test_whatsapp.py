"""WhatsApp's answers told apart: try again, wait, or refused for good."""

from typing import Any

import httpx
import pytest

from connectors.destination import Taken
from connectors.failures import DestinationAway, DestinationBusy, RefusedForGood
from connectors.whatsapp import WhatsAppClient
from connectors.whatsapp_destination import WhatsAppDestination
from schemas import DeliveryStatus, Direction, Receipt
from tests.connectors.connector_parts import AT, Outside, forwarded


def taken(wamid: str) -> httpx.Response:
    return httpx.Response(200, json={"messages": [{"id": wamid}]})


def refused(code: int, status: int = 400, **headers: str) -> httpx.Response:
    error: dict[str, Any] = {"message": f"(#{code}) to 16505551234", "code": code}
    return httpx.Response(status, json={"error": error}, headers=headers)


def destination(outside: Outside, *, marks_read: bool = False) -> WhatsAppDestination:
    client = WhatsAppClient(
        api_url="https://graph.test/v23.0", phone_number_id="1", access_token="secret", http=outside.http
    )
    return WhatsAppDestination(client, marks_read=marks_read)


async def test_a_message_goes_out_with_the_token_and_its_id_comes_back() -> None:
    outside = Outside(taken("wamid.9"))

    assert await destination(outside).send_message(forwarded("Hello")) == Taken("wamid.9")
    assert str(outside.requests[0].url) == "https://graph.test/v23.0/1/messages"
    assert outside.requests[0].headers["Authorization"] == "Bearer secret"


async def test_the_closed_window_is_explained_and_no_operators_business() -> None:
    there = destination(Outside(refused(131047)))

    with pytest.raises(RefusedForGood) as failure:
        await there.send_message(forwarded("Hello"))

    refusal = there.explain(failure.value)
    assert (refusal.reason_code, refusal.is_explained) == ("MessageExpired", True)
    assert "16505551234" not in str(failure.value)


@pytest.mark.parametrize(
    ("answer", "concerns_all"),
    [(refused(130429, 400), True), (refused(80007), True), (refused(131056), False), (refused(1, 429), True)],
)
async def test_a_pace_that_is_too_quick_waits(*, answer: httpx.Response, concerns_all: bool) -> None:
    with pytest.raises(DestinationAway) as failure:
        await destination(Outside(answer)).send_message(forwarded("Hello"))

    assert failure.value.concerns_all is concerns_all


async def test_a_pause_that_was_asked_for_is_kept() -> None:
    with pytest.raises(DestinationBusy) as failure:
        await destination(Outside(refused(130429, 429, **{"Retry-After": "7"}))).send_message(forwarded("Hello"))

    assert failure.value.retry_after == 7


@pytest.mark.parametrize(
    "answer", [refused(190, 401), refused(131000, 500), httpx.Response(503), httpx.ConnectError("refused")]
)
async def test_an_ended_token_or_a_fault_of_the_service_loses_no_message(answer: Any) -> None:
    with pytest.raises(DestinationAway):
        await destination(Outside(answer)).send_message(forwarded("Hello"))


async def test_a_message_of_several_parts_goes_on_where_it_failed() -> None:
    outside = Outside(taken("wamid.1"), httpx.Response(503), taken("wamid.2"))
    there, message = destination(outside), forwarded("word " * 1_000)

    with pytest.raises(DestinationAway):
        await there.send_message(message)
    assert await there.send_message(message) == Taken("wamid.2")

    texts = [body["text"]["body"] for body in outside.bodies]
    assert texts[1] == texts[2] != texts[0]


async def test_a_customers_message_is_marked_as_read_where_that_is_wanted() -> None:
    receipt = Receipt(
        receipt_id="r",
        event_id="wamid.7",
        conversation_id="c",
        direction=Direction.INBOUND,
        channel="whatsapp",
        status=DeliveryStatus.SENT,
        occurred_at=AT,
    )
    outside = Outside()

    assert not destination(outside).wants(receipt)
    assert destination(outside, marks_read=True).wants(receipt)
    await destination(outside, marks_read=True).send_receipt(receipt)
    assert outside.bodies == [{"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.7"}]
