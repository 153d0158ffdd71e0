"""``POST /dlp/scan``: the brief's contract."""

from pydantic import Field

from schemas.record import Identifier, Record
from schemas.vocabulary import Action, Direction, Severity


class ScanRequest(Record):
    """A text to judge before it is sent."""

    message_text: str
    conversation_id: Identifier
    """The conversation; also the Kafka key."""
    direction: Direction
    """Who wrote the message."""
    agent_id: str | None = None
    """The agent who wrote it, or serves the conversation."""
    queue_id: Identifier | None = None
    """The queue of the conversation, where known: policy may depend on it."""
    channel: Identifier = "open"
    """``whatsapp``, ``open``, ``webmessaging``, ...: policy may depend on it."""
    is_draft: bool = False
    """A text that is still being typed: it is judged, and nothing is put on record, because nothing was sent."""


class ScanFinding(Record):
    """One value in the text, without the value."""

    rule: str
    """The policy's name for the rule."""
    entity: str
    """What the value is."""
    severity: Severity
    """How bad a value in a message is."""
    action: Action
    """What policy does with it."""
    start: int
    """First code point of the value."""
    end: int
    """Code point after its last one."""
    score: float
    """Confidence, 0 to 1."""
    replacement: str
    """What takes its place when it is redacted."""
    reasons: tuple[str, ...] = ()
    """Why: names of evidence."""
    blocks: bool
    """Whether it has to be taken out before the text may be sent. Never at MEDIUM or below."""
    may_override: bool = False
    """Whether policy lets the caller send it all the same, for a reason."""


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
    findings: tuple[ScanFinding, ...] = ()
    """Every value, in order."""
