"""Delivery state of a forwarded message, both ways."""

import hashlib
from enum import StrEnum

from schemas.record import MAX_ID_LENGTH, Identifier, Timestamp, VersionedRecord
from schemas.vocabulary import Direction


class DeliveryStatus(StrEnum):
    """What became of a message in the outside system."""

    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


def receipt_id_of(event_id: str, status: DeliveryStatus) -> str:
    """Name a message's state: the same for the same, and as long as an id may be."""
    name = f"{event_id}-{status}"
    if len(name) <= MAX_ID_LENGTH:
        return name
    return f"{hashlib.sha256(event_id.encode('utf-8', 'replace')).hexdigest()}-{status}"


class Receipt(VersionedRecord):
    """``messages.receipts``: written by the gateway and the forwarder, relayed by the forwarder."""

    receipt_id: Identifier
    """Deterministic: message and status."""
    event_id: Identifier
    """The message that it speaks of."""
    conversation_id: Identifier
    """The conversation; also the Kafka key."""
    direction: Direction
    """Of the message, not of the receipt."""
    channel: Identifier
    """``whatsapp``, ``open``, ``webmessaging``, ..."""
    status: DeliveryStatus
    """What became of the message."""
    external_id: str | None = None
    """The id that the outside system gave the message."""
    external_conversation_id: str | None = None
    """The outside system's own id of the conversation, where it named one."""
    reason_code: str | None = None
    """Why it failed, in Genesys's words: ``MessageExpired``, ``DataFiltered`` ..."""
    reason: str | None = None
    """A sentence that an agent understands."""
    recipient: str | None = None
    """Whom the message was for."""
    occurred_at: Timestamp
    """When the state was reached."""
