"""A word to a person: coaching for the agent, an alert for the supervisor."""

from enum import StrEnum

from pydantic import Field

from schemas.record import Identifier, Record, Timestamp, VersionedRecord
from schemas.vocabulary import Action, Direction, Severity


class Audience(StrEnum):
    """Who is told."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"


class CaptureResult(Record):
    """One field as it was collected outside the chat."""

    token: str
    last4: str | None
    """Of a card only."""
    is_valid: bool


class CaptureNews(Record):
    """How far a customer is with a secure form. Never a character that was typed."""

    capture_id: Identifier
    state: str
    """``opened``, ``typing``, ``valid``, ``submitted``, ``expired``, ``cancelled`` or ``locked``."""
    field: str | None = None
    """The entity that is being typed or is valid."""
    results: dict[str, CaptureResult] = Field(default_factory=dict)
    """Entity to what became of it, once submitted."""


class Alert(VersionedRecord):
    """``dlp.alerts``: shown inline to the agent or the supervisor. Never a raw value."""

    alert_id: Identifier
    """Deterministic, like the violation it tells of."""
    audience: Audience
    """Who is told."""
    conversation_id: Identifier
    """The conversation; also the Kafka key."""
    event_id: Identifier | None = None
    """The message."""
    agent_id: str | None = None
    """The agent who wrote it, or serves the conversation."""
    rule: Identifier
    """The policy's name for the rule."""
    severity: Severity
    """How bad a value in a message is."""
    message: str
    """The sentence to show."""
    direction: Direction | None = None
    """Who wrote the message."""
    channel: str | None = None
    """``whatsapp``, ``open``, ``webmessaging``, ..."""
    action: Action | None = None
    """What was done with the values."""
    queue_id: str | None = None
    """The queue of the conversation, where known."""
    capture: CaptureNews | None = None
    """Where a secure form is what it tells of."""
    occurred_at: Timestamp
    """When the message was judged."""
