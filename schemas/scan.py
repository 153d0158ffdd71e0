"""``POST /dlp/scan``: the brief's contract."""

from pydantic import Field

from schemas.record import Identifier, Record
from schemas.vocabulary import Direction, Severity


class ScanRequest(Record):
    """A text to judge before it is sent."""

    message_text: str
    conversation_id: Identifier
    """The conversation; also the Kafka key."""
    direction: Direction
    """Who wrote the message."""
    agent_id: str | None = None
    """The agent who wrote it, or serves the conversation."""


class ScanViolation(Record):
    """One rule that found something."""

    rule: str
    """The policy's name for the rule."""
    severity: Severity
    """How bad a value in a message is."""
    match_count: int = Field(alias="matchCount")
    """How many."""
    conversation_id: str = Field(alias="conversationId")
    """The conversation; also the Kafka key."""
    direction: Direction
    """Who wrote the message."""
    agent_id: str | None = Field(default=None, alias="agentId")
    """The agent who wrote it, or serves the conversation."""


class ScanResponse(Record):
    """The verdict. ``redacted_text`` has every tier's findings taken out."""

    is_clean: bool
    redacted_text: str
    violations: tuple[ScanViolation, ...]
