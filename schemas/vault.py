"""Bodies of ``/v1/tokens`` and ``/v1/captures``: the vault as HTTP callers see it."""

from typing import Literal

from pydantic import Field

from schemas.alert import CaptureResult
from schemas.record import Identifier, Record, Timestamp

MAX_ITEMS = 100
"""Items of one batch."""

ENTITY_NAME = "[a-z][a-z0-9_]{1,63}"
"""What the name of an entity looks like."""
EntityName = Field(pattern=f"^{ENTITY_NAME}$")
Format = Literal["opaque", "format_preserving"]


class TokenCreate(Record):
    """A value to keep."""

    type: str = EntityName
    """The entity: ``payment_card``, ``br_cpf`` ..."""
    value: str = Field(min_length=1, max_length=4096)
    format: Format = "opaque"
    ttl_seconds: float | None = Field(default=None, gt=0)
    """At most what retention allows."""
    deduplicate: bool = True
    """Whether an equal value has one token; else every call gives a new one."""
    conversation_id: Identifier | None = None
    subject: Identifier | None = None
    """The data subject's id, to erase by. Only its keyed hash is kept."""


class TokenIssued(Record):
    """A token, and what may be told of its value."""

    token: str
    type: str
    format: Format
    mask: str
    last4: str | None
    """Of a card only."""
    fingerprint: str
    created_at: Timestamp
    expires_at: Timestamp
    duplicate: bool


class TokenBatch(Record):
    """Several values."""

    items: list[TokenCreate] = Field(min_length=1, max_length=MAX_ITEMS)


class TokenError(Record):
    """Why an item of a batch failed: ``refused``, ``unknown``, ``gone``, ``disabled``, ``denied`` ..."""

    token: str | None = None
    error: str
    approval_id: str | None = None
    """Where a second person has to approve first."""


class TokenBatchIssued(Record):
    """A token or an error an item, in order."""

    items: list[TokenIssued | TokenError]


class DetokenizeItem(Record):
    """A token to resolve."""

    token: str = Field(min_length=1, max_length=512)
    view: Literal["plain", "masked", "redacted"] = "masked"


class Detokenize(Record):
    """Tokens to resolve, and why. Without a reason no plain view is given."""

    items: list[DetokenizeItem] = Field(min_length=1, max_length=MAX_ITEMS)
    reason: str | None = Field(default=None, max_length=500)
    purpose: str | None = Field(default=None, max_length=100)
    conversation_id: Identifier | None = None


class DetokenizedItem(Record):
    """A resolved token."""

    token: str
    value: str
    type: str


class Detokenized(Record):
    """A value or an error an item, in order."""

    items: list[DetokenizedItem | TokenError]


class TokenLookup(Record):
    """A value whose token is asked for."""

    type: str = EntityName
    value: str = Field(min_length=1, max_length=4096)
    format: Format = "opaque"


class TokenMetadata(Record):
    """A token without its value."""

    token: str
    type: str
    format: Format
    state: Literal["active", "disabled", "expired", "erased"]
    mask: str | None
    conversation_id: str | None
    created_at: Timestamp
    created_by: str
    expires_at: Timestamp


class Approval(Record):
    """Why a second person lets a reveal pass."""

    reason: str = Field(min_length=1, max_length=500)


class SendTo(Record):
    """Where the link goes by itself: an address in a channel, as messages name it."""

    channel: Identifier
    recipient: Identifier
    sender: Identifier | None = None
    """Our own address there, where we have several."""


class CaptureCreate(Record):
    """What to collect, outside the chat, for which conversation."""

    conversation_id: Identifier
    fields: list[str] = Field(min_length=1, max_length=8)
    ttl_seconds: float | None = Field(default=None, gt=0, le=86_400)
    language: str = Field(default="en", max_length=35)
    """``en``, ``pt``, ``es`` or ``fr``; a region is ignored."""
    recipient: str | None = Field(default=None, max_length=200)
    """For whom it is collected, as the page shows it."""
    agent_id: Identifier | None = None
    """The agent who is told of its progress."""
    send_to: SendTo | None = None
    """Send the link to the customer as a message of the conversation."""
    note_to: SendTo | None = None
    """From where the customer writes, so that the tokens come into the conversation as a message; else ``send_to``."""


class CaptureCreated(Record):
    """A capture. ``url`` holds the secret, after its ``#``: send it to the customer and keep it nowhere."""

    capture_id: str
    url: str
    expires_at: Timestamp
    flow_token: str
    """Opens the same capture in a WhatsApp Flow."""


class CaptureView(Record):
    """What the agent may see."""

    capture_id: str
    conversation_id: str
    state: Literal["open", "opened", "submitting", "submitted", "cancelled", "expired", "locked"]
    progress: dict[str, Literal["typing", "valid"]]
    results: dict[str, CaptureResult]
    expires_at: Timestamp


class LinkSecret(Record):
    """What stands after the ``#`` of a capture link."""

    secret: str = Field(min_length=1, max_length=200)


class CaptureProgress(LinkSecret):
    """A field's state; never a character of it."""

    field: str
    state: Literal["typing", "valid"]


class CaptureSubmit(LinkSecret):
    """The form, encrypted in the browser; each in base64."""

    public_key: str = Field(max_length=200)
    nonce: str = Field(max_length=40)
    ciphertext: str = Field(max_length=16_384)


class CaptureOpened(Record):
    """What the page needs to show its inputs and to encrypt them."""

    fields: list[str]
    language: str
    recipient: str | None
    public_key: str
    expires_at: Timestamp
