"""Delivery state of a forwarded message, both ways."""

from enum import StrEnum

from schemas.record import Identifier, Timestamp, VersionedRecord
from schemas.vocabulary import Direction


class DeliveryStatus(StrEnum):
    """What became of a message in the outside system."""

    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


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
