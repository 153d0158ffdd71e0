"""Receipts that the forwarder writes: what became of a message at its destination."""

from datetime import UTC, datetime
from typing import Final

from connectors.destination import Taken
from schemas import DeliveryStatus, ForwardMessage, Receipt
from schemas.receipt import receipt_id_of
from streams.stage import Output
from streams.topics import Topic, key_of

NOTHING_TAKEN: Final = Taken()


def receipt_for(
    message: ForwardMessage,
    status: DeliveryStatus,
    *,
    taken: Taken = NOTHING_TAKEN,
    reason_code: str | None = None,
    reason: str | None = None,
) -> Output:
    """Make the record for ``messages.receipts``. The same message and status give the same receipt id."""
    receipt = Receipt(
        receipt_id=receipt_id_of(message.event_id, status),
        event_id=message.event_id,
        conversation_id=message.conversation_id,
        direction=message.direction,
        channel=message.channel,
        status=status,
        external_id=taken.message_id,
        external_conversation_id=taken.conversation_id,
        reason_code=reason_code,
        reason=reason,
        recipient=message.recipient,
        occurred_at=datetime.now(UTC),
    )
    key = key_of(message.conversation_id)
    return Output(Topic.RECEIPTS, key, receipt.model_dump_json().encode())
