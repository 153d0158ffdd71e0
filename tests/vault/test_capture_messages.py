"""What a capture says in its conversation: the link to the customer, the tokens to the agent, and never a value."""

from typing import Any

import pytest

from schemas import Direction
from vault.capture_messages import NOTE, link_message, note_of
from vault.capture_states import LANGUAGES, CaptureLink, CaptureState, CaptureStatus, CustomerAddress, NewCapture

TO = CustomerAddress(channel="whatsapp", customer="15550100001", ours="15550100000")
LINK = CaptureLink(capture_id="abc", secret="s3cret", flow_token="cf_1", expires_at=2e9)
URL = LINK.url("https://capture.bank.example/")


def new(language: str = "en") -> NewCapture:
    return NewCapture(
        conversation_id="c-1", fields=("payment_card",), ttl_seconds=900, language=language, agent_id="ana"
    )


def submitted(**results: dict[str, Any]) -> CaptureStatus:
    return CaptureStatus(
        capture_id="abc",
        conversation_id="c-1",
        state=CaptureState.SUBMITTED,
        progress={},
        results=results,
        expires_at=2e9,
        agent_id="ana",
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_link_goes_to_the_customer_in_their_language_asked_for_or_offered(language: str) -> None:
    asked = link_message(new(language), LINK, URL, TO, wording="link")
    offered = link_message(new(language), LINK, URL, TO, wording="offer")

    assert (asked.direction, asked.channel, asked.sender) == (Direction.OUTBOUND, "whatsapp", "15550100000")
    assert (asked.recipient, asked.conversation_id, asked.agent_id) == ("15550100001", "c-1", "ana")
    assert asked.text.endswith("https://capture.bank.example/c/abc#s3cret")
    assert offered.text.endswith(URL)
    assert asked.text != offered.text
    assert asked.event_id == offered.event_id == "capture-abc"


def test_the_note_tells_each_token_and_its_verdict_and_of_a_card_its_last_four() -> None:
    card = {"token": "tok_payment_card_1", "last4": "1111", "is_valid": True}
    expiry = {"token": "tok_card_expiry_2", "last4": None, "is_valid": False}
    note = note_of(submitted(payment_card=card, card_expiry=expiry), TO)

    assert note.text.splitlines() == [
        NOTE,
        "payment_card: tok_payment_card_1 (ends in 1111, valid)",
        "card_expiry: tok_card_expiry_2 (not valid)",
    ]
    assert note.metadata == {
        "capture_id": "abc",
        "payment_card_token": "tok_payment_card_1",
        "payment_card_is_valid": "true",
        "card_expiry_token": "tok_card_expiry_2",
        "card_expiry_is_valid": "false",
    }
    assert (note.direction, note.sender, note.recipient) == (Direction.INBOUND, "15550100001", "15550100000")


def test_a_note_that_is_told_twice_is_one_message() -> None:
    assert note_of(submitted(), TO).event_id == note_of(submitted(), TO).event_id == "capture-abc-submitted"


def test_no_text_form_of_a_link_or_an_address_shows_it() -> None:
    for shown in (repr(LINK), str(TO), repr(link_message(new(), LINK, URL, TO))):
        assert not [secret for secret in ("s3cret", "cf_1", "15550100001") if secret in shown]
