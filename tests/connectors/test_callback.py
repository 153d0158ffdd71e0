import hashlib
import hmac

import httpx
import pytest

from connectors.callback import CallbackDestination
from connectors.destination import Taken
from connectors.failures import DestinationAway, RefusedForGood
from schemas import DeliveryStatus, Direction, Receipt
from tests.connectors.connector_parts import AT, Outside, forwarded

SECRET = b"a secret of the channel"


def callback(outside: Outside) -> CallbackDestination:
    return CallbackDestination(url="https://channel.test/hook", secret=SECRET, http=outside.http)


async def test_a_message_is_posted_signed_over_its_time_and_body() -> None:
    outside = Outside(httpx.Response(200, json={"id": "their-7"}))

    given = await callback(outside).send_message(forwarded("hello", channel="sms"))

    (request,) = outside.requests
    signed = request.headers["X-Cordon-Timestamp"].encode() + b"." + request.content
    assert given == Taken("their-7")
    assert outside.bodies[0]["message"]["text"] == "hello"
    assert request.headers["X-Cordon-Signature"] == f"sha256={hmac.new(SECRET, signed, hashlib.sha256).hexdigest()}"


def test_it_serves_the_channels_that_have_no_client_of_their_own() -> None:
    destination = callback(Outside())
    receipt = Receipt(
        receipt_id="r",
        event_id="e",
        conversation_id="c",
        direction=Direction.INBOUND,
        channel="sms",
        status=DeliveryStatus.SENT,
        occurred_at=AT,
    )

    assert destination.takes(forwarded("hello", channel="sms"))
    assert not destination.takes(forwarded("hello", channel="whatsapp"))
    assert not destination.takes(forwarded("hello", channel="sms", direction=Direction.INBOUND))
    assert destination.wants(receipt)
    assert not destination.wants(receipt.model_copy(update={"direction": Direction.OUTBOUND}))


@pytest.mark.parametrize("status", [302, 404, 408, 429, 500, 503])
async def test_a_fault_of_the_channel_is_no_fault_of_the_message(status: int) -> None:
    with pytest.raises(DestinationAway):
        await callback(Outside(httpx.Response(status))).send_message(forwarded("hello"))


async def test_a_message_that_the_channel_refuses_is_refused_for_good() -> None:
    with pytest.raises(RefusedForGood, match="blocked_number"):
        await callback(Outside(httpx.Response(422, json={"code": "blocked_number"}))).send_message(forwarded("hello"))
