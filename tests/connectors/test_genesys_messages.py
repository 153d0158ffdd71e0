"""Bodies for Genesys's Open Messaging: held to what the double of Genesys takes."""

import json
from typing import Any

import pytest

from connectors.genesys_messages import IN_REPLY_TO, inbound_message, receipt, structured_response
from sandbox.genesys_bodies import Body, parsed
from schemas import DeliveryStatus, Direction, ForwardMessage, MessagePart, Receipt
from tests.connectors.connector_parts import AT, forwarded


def from_customer(text: str = "", *parts: MessagePart | str, **more: Any) -> ForwardMessage:
    given = {"direction": Direction.INBOUND, "event_id": "wamid.1", "sender": "16505551234", "recipient": None}
    return forwarded(text, *parts, **(given | more))


def taken(kind: str, body: dict[str, Any]) -> bool:
    return isinstance(parsed(kind, json.dumps(body).encode()), Body)


def test_a_message_keeps_the_channels_own_id_and_sender() -> None:
    body = inbound_message(from_customer("hello", metadata={"nickname": "Maria"}))

    assert body["channel"]["messageId"] == "wamid.1"
    assert body["channel"]["from"] == {"id": "16505551234", "idType": "Phone", "nickname": "Maria"}
    assert body["text"] == "hello"
    assert "metadata" not in body["channel"]
    assert taken("message", body)


def test_the_note_stands_in_the_text_and_the_counts_in_the_participants_data() -> None:
    message = from_customer(
        "pay with [CREDIT CARD REDACTED]", is_redacted=True, redaction_count=2, entities=("payment_card", "us_ssn")
    )

    body = inbound_message(message)

    assert body["text"].splitlines() == [
        "pay with [CREDIT CARD REDACTED]",
        "[DLP ALERT] 2 sensitive data pattern(s) automatically redacted from customer message.",
    ]
    assert body["channel"]["metadata"]["customAttributes"] == {
        "dlp.count": "2",
        "dlp.blocked": "false",
        "dlp.categories": "payment_card,us_ssn",
    }
    assert taken("message", body)


def test_what_is_withheld_says_so_and_nothing_else() -> None:
    body = inbound_message(from_customer("", is_blocked=True, is_redacted=True, redaction_count=1))

    assert body["text"].splitlines()[0] == "[Message withheld by policy]"
    assert taken("message", body)


def test_every_readable_part_is_a_line_and_no_technical_one() -> None:
    parts = (
        MessagePart(text="description", ref="description"),
        MessagePart(kind="formatted_name", text="Jo", ref="contacts.0.name.formatted_name"),
        MessagePart(kind="payload", text="p-1", ref="payload"),
    )

    assert inbound_message(from_customer("A", *parts))["text"] == "A\ndescription\nformatted_name: Jo"


CHOSEN = (MessagePart(kind="payload", text="p-1", ref="payload"),)


def test_a_choice_answers_the_message_that_offered_it() -> None:
    body = structured_response(from_customer("Yes", *CHOSEN, metadata={IN_REPLY_TO: "c327"}))

    assert body is not None
    assert body["buttonResponse"] == {"type": "QuickReply", "text": "Yes", "payload": "p-1"}
    assert body["originatingMessageId"] == "c327"
    assert taken("structured/response", body)


@pytest.mark.parametrize(
    "message",
    [
        from_customer("Yes", *CHOSEN),
        from_customer("Yes [SSN REDACTED]", *CHOSEN, redaction_count=1, metadata={IN_REPLY_TO: "c327"}),
        from_customer("", is_blocked=True, metadata={IN_REPLY_TO: "c327"}),
    ],
    ids=["an answer to nothing known", "redacted", "withheld"],
)
def test_other_choices_are_messages(message: ForwardMessage) -> None:
    assert structured_response(message) is None
    assert taken("message", inbound_message(message))


def reached(status: DeliveryStatus, **more: Any) -> Receipt:
    return Receipt(
        receipt_id="r",
        event_id="c327",
        conversation_id="conversation",
        direction=Direction.OUTBOUND,
        channel="whatsapp",
        status=status,
        recipient="16505551234",
        occurred_at=AT,
        **more,
    )


def test_a_receipt_names_the_message_and_its_reader() -> None:
    body = receipt(reached(DeliveryStatus.DELIVERED))

    assert body is not None
    assert (body["id"], body["status"], body["channel"]["to"]["id"]) == ("c327", "Delivered", "16505551234")
    assert "reasons" not in body
    assert taken("receipt", body)


def test_a_failure_has_its_reason_in_words_that_genesys_knows() -> None:
    filtered = receipt(reached(DeliveryStatus.FAILED, reason_code="DataFiltered", reason="withheld"))
    foreign = receipt(reached(DeliveryStatus.FAILED, reason_code="Unheard"))

    assert filtered is not None
    assert foreign is not None
    assert filtered["reasons"] == [{"code": "DataFiltered", "message": "withheld"}]
    assert foreign["reasons"][0]["code"] == "GeneralError"
    assert taken("receipt", filtered)


@pytest.mark.parametrize("status", [DeliveryStatus.SENT, DeliveryStatus.READ])
def test_a_state_that_open_messaging_does_not_know_is_not_told(status: DeliveryStatus) -> None:
    assert receipt(reached(status)) is None
