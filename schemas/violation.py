"""A rule found something: the compliance record that SIEMs receive."""

from pydantic import Field

from schemas.record import Identifier, Record, Timestamp, VersionedRecord
from schemas.vocabulary import Action, Direction, Severity


class Match(Record):
    """One value that the rule found, without the value."""

    part: str
    """Which string: ``text``, ``parts.0``, ``metadata.key``."""
    start: int
    """First code point of the value in the original string."""
    end: int
    """Code point after the value's last one."""
    score: float
    """Confidence, 0 to 1."""
    masked_preview: str
    """At most the last four characters of a card, else mask characters only."""
    fingerprint: str
    """Keyed hash: equal values give equal fingerprints within a deployment, and nobody can enumerate them."""
    event_ids: tuple[Identifier, ...] = ()
    """The earlier messages that hold the rest of a value split over several."""


class Violation(VersionedRecord):
    """``dlp.violations``: one rule on one message, whatever number of values it found. Never a raw value."""

    violation_id: Identifier
    """Deterministic: the same message, rule and spans give the same id after a replay."""
    event_id: Identifier
    """The message."""
    rule: Identifier
    """The policy's name for the rule, such as ``CreditCard``."""
    severity: Severity
    """How bad a value in a message is."""
    match_count: int = Field(alias="matchCount", ge=1)
    """How many values the rule found."""
    conversation_id: Identifier = Field(alias="conversationId")
    """The conversation; also the Kafka key."""
    direction: Direction
    """Who wrote the message."""
    agent_id: str | None = Field(default=None, alias="agentId")
    """The agent who wrote it, or serves the conversation."""
    queue_id: Identifier | None = None
    """The queue of the conversation, where known."""
    stage: str
    """``critical``, ``medium`` or ``gateway``."""
    action: Action
    """What was done with the values."""
    entity: str
    """What the values are, in the field's name: ``payment_card``, ``us_ssn`` ..."""
    channel: Identifier
    """``whatsapp``, ``open``, ``webmessaging``, ..."""
    policy_version: str
    """Which policy judged: a short hash of its rules."""
    masked_preview: str
    """Of the first match."""
    fingerprint: str
    """Of the first match."""
    matches: tuple[Match, ...] = ()
    """Every match, in order of part and place."""
    occurred_at: Timestamp
    """When the message was written."""
    detected_at: Timestamp
    """When the stage judged it."""
