"""Names of conversations and messages, ours and the outside systems'."""

from datetime import UTC, datetime
from typing import Any

from gateway.stitching import Stitching
from schemas import DeliveryStatus, Direction, Receipt


def receipt(**given: Any) -> Receipt:
    default = {
        "receipt_id": "r",
        "event_id": "m-1",
        "conversation_id": "ours",
        "direction": Direction.INBOUND,
        "channel": "sms",
        "status": DeliveryStatus.SENT,
        "occurred_at": datetime(2026, 1, 31, tzinfo=UTC),
    }
    return Receipt(**(default | given))


def test_both_names_are_learned_when_genesys_took_a_message() -> None:
    stitching = Stitching()

    stitching.learn(receipt(external_conversation_id="theirs"))

    assert (stitching.ours("theirs"), stitching.theirs("ours")) == ("ours", "theirs")
    assert (stitching.ours("ours"), stitching.theirs("theirs")) == (None, None)


def test_the_channels_name_of_an_agents_message_leads_to_genesys_own() -> None:
    stitching = Stitching()

    stitching.learn(receipt(direction=Direction.OUTBOUND, event_id="c327", external_id="wamid.9"))
    stitching.learn(receipt(event_id="wamid.1", external_id="g-1"))

    assert stitching.message("wamid.9") == "c327"
    assert stitching.message("g-1") is None
