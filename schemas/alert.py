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
    conversation_id: Identifier
    event_id: Identifier | None = None
    agent_id: str | None = None
    rule: Identifier
    severity: Severity
    message: str
    """The sentence to show."""
    direction: Direction | None = None
    channel: str | None = None
    action: Action | None = None
    queue_id: str | None = None
    occurred_at: Timestamp
