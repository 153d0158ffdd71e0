"""A chat message before and after the critical stage."""

from collections.abc import Callable
from typing import Annotated

from pydantic import BeforeValidator, Field, JsonValue

from schemas.record import Identifier, Record, Timestamp, VersionedRecord
from schemas.vocabulary import Direction

DEFAULT_CHANNEL = "open"


def _unless_null(default: Callable[[], object]) -> BeforeValidator:
    """Take ``null`` for a field that was left out: many languages write an empty list or mapping so."""
    return BeforeValidator(lambda value: default() if value is None else value)


class MessagePart(Record):
    """One readable string beside the text: a caption, a button, a file name."""

    kind: str = "text"
    """What it is: ``caption``, ``button``, ``filename``, ``title`` ..."""
    text: str
    """The string as a person reads it."""
    ref: str | None = None
    """Where the channel's own payload holds it, so that the cleaned string can be put back."""


class MessageEvent(VersionedRecord):
    """``messages.inbound`` and ``messages.outbound``: what a producer publishes.

    The simplest valid event has ``conversation_id``, ``direction`` and ``text``; the rest is filled in.
    """

    conversation_id: Identifier
    """Keys every topic, so that a conversation stays in order."""
    direction: Direction
    """Who wrote the message."""
    text: str
    """The message as typed. Empty where only parts carry words."""
    event_id: Identifier | None = None
    """The channel's own message id; without one it is derived from topic, partition and offset."""
    channel: Annotated[Identifier, _unless_null(lambda: DEFAULT_CHANNEL)] = DEFAULT_CHANNEL
    """``whatsapp``, ``open``, ``webmessaging``, ..."""
    sender: str | None = None
    """Address of the writer in its channel. An identifier: not scanned."""
    recipient: str | None = None
    """Address of the reader in its channel. An identifier: not scanned."""
    agent_id: str | None = None
    """The agent who wrote an outbound message, or serves the conversation."""
    queue_id: Identifier | None = None
    """The queue of the conversation, where known: policy may depend on it, and supervisors look after some queues."""
    parts: Annotated[tuple[MessagePart | str, ...], _unless_null(tuple), Field(strict=False)] = ()
    """Every further string that a person can read. A bare string is a part without a kind."""
    occurred_at: Timestamp | None = None
    """When it was written; without it, the time of the Kafka record."""
    metadata: Annotated[dict[str, JsonValue], _unless_null(dict)] = Field(default_factory=dict)
    """The channel's own data. Its strings are scanned like parts."""


class ForwardMessage(VersionedRecord):
    """``messages.forward``: the cleaned message, the public contract for consumers."""

    event_id: Identifier
    """Stable over replays: consumers drop what they have seen."""
    conversation_id: Identifier
    """The conversation; also the Kafka key."""
    direction: Direction
    """Who wrote the message."""
    channel: Identifier
    """``whatsapp``, ``open``, ``webmessaging``, ..."""
    text: str
    """The message with everything taken out that the blocking tier found."""
    parts: tuple[MessagePart | str, ...] = ()
    """The parts, cleaned, in the order and shape they came in."""
    is_redacted: bool
    """Whether anything was taken out of text, parts or metadata."""
    is_blocked: bool = False
    """Whether policy withholds the message: text and parts are empty, only the notice may be delivered."""
    violation_count: int
    """How many violations the critical stage published for it."""
    redaction_count: int = 0
    """How many values were taken out: the number in the agent's note."""
    entities: tuple[str, ...] = ()
    """What kinds of values were taken out, sorted, each once: categories, never values."""
    occurred_at: Timestamp
    """When the message was written."""
    sender: str | None = None
    """Address of the writer in its channel."""
    recipient: str | None = None
    """Address of the reader in its channel."""
    agent_id: str | None = None
    """The agent who wrote it, or serves the conversation."""
    queue_id: Identifier | None = None
    """The queue of the conversation, where known."""
    metadata: dict[str, JsonValue] = Field(default_factory=dict)
    """The channel's own data, its strings cleaned."""
