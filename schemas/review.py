"""What the critical stage hands to the medium stage."""

from schemas.message import MessagePart
from schemas.record import Identifier, Record, Timestamp, VersionedRecord
from schemas.vocabulary import Direction, Severity


class ReviewFinding(Record):
    """A finding of the first pass, as far as the second pass needs it."""

    rule: Identifier
    """The policy's name for the rule."""
    entity: str
    severity: Severity
    """How bad a value in a message is."""


class EarlierMessage(Record):
    """A message that was said shortly before, as far as it is remembered."""

    event_id: Identifier
    direction: Direction
    """Who wrote it."""
    text: str
    """Its end, in plain spelling, with a mark in the place of everything that was taken out."""
    entities: tuple[str, ...] = ()
    """What was found in it."""


class ReviewRequest(VersionedRecord):
    """``dlp.review``: the text as forwarded, for the rules that never delay a message. Sealed."""

    event_id: Identifier
    """The message."""
    conversation_id: Identifier
    """The conversation; also the Kafka key."""
    direction: Direction
    """Who wrote the message."""
    channel: Identifier
    """``whatsapp``, ``open``, ``webmessaging``, ..."""
    text: str
    """As forwarded: what the blocking tier found is already out."""
    parts: tuple[MessagePart | str, ...] = ()
    """The other readable strings, as forwarded."""
    sender: str | None = None
    """Address of the writer in its channel."""
    agent_id: str | None = None
    """The agent who wrote it, or serves the conversation."""
    queue_id: str | None = None
    """The queue of the conversation, where known."""
    first_pass: tuple[ReviewFinding, ...] = ()
    """What the blocking tier found: HIGH and CRITICAL ask for the slower second pass."""
    said_before: tuple[EarlierMessage, ...] = ()
    """The conversation's last messages, oldest first: an answer is understood by its question."""
    occurred_at: Timestamp
    """When the message was written."""
