"""``POST /dlp/scan``: the brief's contract."""

from pydantic import Field

from schemas.record import Identifier, Record
from schemas.vocabulary import Direction, Severity


class ScanRequest(Record):
    """A text to judge before it is sent."""

    message_text: str
    conversation_id: Identifier
    direction: Direction
    agent_id: str | None = None


class ScanViolation(Record):
    """One rule that found something."""

    rule: str
    severity: Severity
    match_count: int = Field(alias="matchCount")
    conversation_id: str = Field(alias="conversationId")
    direction: Direction
    agent_id: str | None = Field(default=None, alias="agentId")


class ScanResponse(Record):
    """The verdict. ``redacted_text`` has every tier's findings taken out."""

    is_clean: bool
    redacted_text: str
    violations: tuple[ScanViolation, ...]
