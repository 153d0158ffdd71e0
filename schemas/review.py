"""What the critical stage hands to the medium stage."""

from schemas.message import MessagePart
from schemas.record import Identifier, Record, Timestamp, VersionedRecord
from schemas.vocabulary import Direction, Severity


class ReviewFinding(Record):
    """A finding of the first pass, as far as the second pass needs it."""

    rule: Identifier
    entity: str
    severity: Severity


class ReviewRequest(VersionedRecord):
    """``dlp.review``: the text as forwarded, for the rules that never delay a message. Sealed."""

    event_id: Identifier
    conversation_id: Identifier
    direction: Direction
    channel: Identifier
    text: str
    """As forwarded: what the blocking tier found is already out."""
    parts: tuple[MessagePart | str, ...] = ()
    sender: str | None = None
    agent_id: str | None = None
    queue_id: str | None = None
    first_pass: tuple[ReviewFinding, ...] = ()
    """What the blocking tier found: HIGH and CRITICAL ask for the slower second pass."""
    occurred_at: Timestamp
