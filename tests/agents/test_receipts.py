"""Receipts name the message and its state, however long the message's own id is."""

import pytest

from agents.receipts import receipt_for
from gateway.whatsapp_events import receipts_of
from schemas import DeliveryStatus, Receipt
from schemas.record import MAX_ID_LENGTH
from tests.connectors.connector_parts import forwarded

LONGEST = "e" * MAX_ID_LENGTH


@pytest.mark.parametrize("event_id", ["c327", LONGEST])
def test_every_state_of_a_message_has_an_id_of_its_own(event_id: str) -> None:
    written = [receipt_for(forwarded(event_id=event_id), status) for status in DeliveryStatus]
    receipts = [Receipt.model_validate_json(one.value) for one in written]
    assert {one.event_id for one in receipts} == {event_id}
    assert len({one.receipt_id for one in receipts}) == len(DeliveryStatus)
    assert all(one.receipt_id.endswith(f"-{one.status}") for one in receipts)


def test_whatsapps_states_of_a_long_id_differ_too() -> None:
    long = "e" * 480  # as much as comes back with a state
    states = [
        {
            "id": "wamid.1",
            "status": state,
            "biz_opaque_callback_data": f'["{long}","c",null]',
            "timestamp": "1749416383",
        }
        for state in ("delivered", "read")
    ]
    body = {"entry": [{"changes": [{"field": "messages", "value": {"statuses": states}}]}]}
    found = list(receipts_of(body))
    assert [one.receipt_id for one in found] == [f"{long}-delivered", f"{long}-read"]
