"""A word to a person: coaching for the agent, an alert for the supervisor."""

from enum import StrEnum

from schemas.record import Identifier, Timestamp, VersionedRecord
from schemas.vocabulary import Action, Direction, Severity


class Audience(StrEnum):
    """Who is told."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"


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
    occurred_at: Timestamp
    """When the message was judged."""
