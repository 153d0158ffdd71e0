"""Records as Cordon's own stages write them: the JSON of the contracts' models, without what a model costs to make.

``Violation``, ``Alert`` and ``ForwardMessage`` stay the contracts, and whoever reads a record reads it by them. What is
written here comes from values that were checked before. Tests hold each of these to its model, field by field.
"""

from typing import Any, Final

import msgspec
from pydantic_core import to_json

from schemas.vocabulary import Action, Direction, Severity

_encode = msgspec.json.Encoder().encode
_NO_IDS: tuple[str, ...] = ()

SCHEMA_VERSION: Final = 1
"""Of all these records."""
NO_PARTS: Final = msgspec.Raw(b"[]")
NO_METADATA: Final = msgspec.Raw(b"{}")


def raw(value: Any) -> msgspec.Raw:
    """Parts or metadata as JSON, written as the models write them."""
    return msgspec.Raw(to_json(value, inf_nan_mode="null"))


class _Written(msgspec.Struct, frozen=True, gc=False):
    """Fields in the order of the model. Times are strings, as ``schemas.record.rfc3339`` makes them."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def to_json(self) -> bytes:
        """The value of the record."""
        return _encode(self)


class WrittenMatch(_Written, frozen=True, gc=False):
    """A ``Match``."""

    part: str
    start: int
    end: int
    score: float
    masked_preview: str
    fingerprint: str
    event_ids: tuple[str, ...] = _NO_IDS


class WrittenViolation(
    _Written,
    frozen=True,
    gc=False,
    rename={"match_count": "matchCount", "conversation_id": "conversationId", "agent_id": "agentId"},
):
    """A ``Violation``."""

    schema_version: int
    violation_id: str
    event_id: str
    rule: str
    severity: Severity
    match_count: int
    conversation_id: str
    direction: Direction
    agent_id: str | None
    queue_id: str | None
    stage: str
    action: Action
    entity: str
    channel: str
    policy_version: str
    masked_preview: str
    fingerprint: str
    matches: tuple[WrittenMatch, ...]
    occurred_at: str
    detected_at: str


class WrittenAlert(_Written, frozen=True, gc=False):
    """An ``Alert`` that tells of a violation."""

    schema_version: int
    alert_id: str
    audience: str
    conversation_id: str
    event_id: str | None
    agent_id: str | None
    rule: str
    severity: Severity
    message: str
    direction: Direction
    channel: str
    action: Action
    queue_id: str | None
    capture: None
    occurred_at: str


class WrittenForward(_Written, frozen=True, gc=False):
    """A ``ForwardMessage``."""

    schema_version: int
    event_id: str
    conversation_id: str
    direction: str
    channel: str
    text: str
    parts: msgspec.Raw
    is_redacted: bool
    is_blocked: bool
    violation_count: int
    redaction_count: int
    entities: tuple[str, ...]
    occurred_at: str
    sender: str | None
    recipient: str | None
    agent_id: str | None
    queue_id: str | None
    metadata: msgspec.Raw
