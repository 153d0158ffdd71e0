"""Plain messages, text alone as most of chat is: a quick reading and writing of both contracts for them.

``MessageEvent`` and ``ForwardMessage`` stay the contracts. What is read here, they read alike; what is written here,
they write alike; whatever is unusual in any way is left to them. Tests hold this.
"""

from datetime import MAXYEAR, MINYEAR, datetime
from typing import Annotated, ClassVar

import msgspec
from msgspec import UNSET, UnsetType
from pydantic import JsonValue

from schemas.message import MessageEvent
from schemas.record import MAX_ID_LENGTH, rfc3339
from schemas.vocabulary import Direction
from schemas.written import NO_METADATA, NO_PARTS, SCHEMA_VERSION, WrittenForward

_NO_PARTS = frozenset({b"[]", b"null"})
_NO_METADATA = frozenset({b"{}", b"null"})
_Identifier = Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_ID_LENGTH)]


class PlainMessage(msgspec.Struct, gc=False):
    """A ``MessageEvent`` whose only words are its text. Its time is as it was written, in any zone or none."""

    conversation_id: _Identifier
    direction: Direction
    text: str
    event_id: _Identifier | None = None
    channel: _Identifier = MessageEvent.model_fields["channel"].default
    sender: str | None = None
    recipient: str | None = None
    agent_id: str | None = None
    queue_id: _Identifier | None = None
    occurred_at: datetime | None = None
    schema_version: int = 1
    written_parts: msgspec.Raw | UnsetType = msgspec.field(name="parts", default=UNSET)
    written_metadata: msgspec.Raw | UnsetType = msgspec.field(name="metadata", default=UNSET)
    parts: ClassVar[tuple[()]] = ()
    metadata: ClassVar[dict[str, JsonValue]] = {}

    def __repr__(self) -> str:
        return "<PlainMessage>"


Message = MessageEvent | PlainMessage
"""A message as it was read, by the one or the other."""

_decode = msgspec.json.Decoder(PlainMessage).decode


def plain_message(value: bytes) -> PlainMessage | None:
    """Read a plain message; None for everything else, malformed or not."""
    try:
        message = _decode(value)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    parts, metadata = message.written_parts, message.written_metadata
    at = message.occurred_at
    if at is not None and not MINYEAR < at.year < MAXYEAR:  # another zone's first or last day may be none of UTC's
        return None
    is_plain = (parts is UNSET or bytes(parts) in _NO_PARTS) and (metadata is UNSET or bytes(metadata) in _NO_METADATA)
    return message if is_plain else None


def clean_forward(message: PlainMessage, *, event_id: str, occurred_at: datetime) -> bytes:
    """Write the ``ForwardMessage`` of a plain message in which nothing was found."""
    return WrittenForward(
        SCHEMA_VERSION,
        event_id,
        message.conversation_id,
        message.direction,
        message.channel,
        message.text,
        NO_PARTS,
        False,  # noqa: FBT003  (positional, in the order of the contract: keywords cost a third more)
        False,  # noqa: FBT003  (as above)
        0,
        0,
        (),
        rfc3339(occurred_at),
        message.sender,
        message.recipient,
        message.agent_id,
        message.queue_id,
        NO_METADATA,
    ).to_json()
