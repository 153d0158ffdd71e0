"""Bodies of ``/data-actions``: flat, as Genesys Cloud's Web Services Data Actions need them."""

from typing import Literal

from pydantic import Field

from schemas.record import Record


class Validate(Record):
    """A value with its entity, or a token of one."""

    type: str | None = Field(default=None, pattern="^[a-z][a-z0-9_]{1,63}$")
    value: str | None = Field(default=None, max_length=4096)
    token: str | None = Field(default=None, max_length=512)
    conversationId: str | None = Field(default=None, max_length=512)  # noqa: N815  (Genesys's name)


class Validated(Record):
    """The result, never the value."""

    is_valid: bool
    type: str
    brand: str | None = None
    """Of a card: ``visa``, ``mastercard`` ..."""


class Tokenize(Record):
    """A value to keep."""

    type: str = Field(pattern="^[a-z][a-z0-9_]{1,63}$")
    value: str = Field(min_length=1, max_length=4096)
    conversationId: str | None = Field(default=None, max_length=512)  # noqa: N815  (Genesys's name)
    ttlSeconds: float | None = Field(default=None, gt=0)  # noqa: N815  (Genesys's name)


class Tokenized(Record):
    """Its token."""

    token: str
    last4: str | None
    type: str
    expiresAt: str  # noqa: N815  (Genesys's name)
    duplicate: bool


class Detokenize(Record):
    """A token, and what its value is needed for."""

    token: str = Field(min_length=1, max_length=512)
    purpose: str = Field(min_length=1, max_length=100)
    conversationId: str | None = Field(default=None, max_length=512)  # noqa: N815  (Genesys's name)
    view: Literal["plain", "masked"] = "masked"


class Detokenized(Record):
    """The value in the view asked for: one of the two."""

    type: str
    value: str | None = None
    masked: str | None = None


class CaptureLinkRequest(Record):
    """What to collect; ``fields`` are entities separated by commas, because the contract is flat."""

    conversationId: str = Field(min_length=1, max_length=512)  # noqa: N815  (Genesys's name)
    fields: str = Field(min_length=2, max_length=500)
    ttlSeconds: float | None = Field(default=None, gt=0, le=86_400)  # noqa: N815  (Genesys's name)
    language: str = Field(default="en", max_length=35)
    recipient: str | None = Field(default=None, max_length=200)
    agentId: str | None = Field(default=None, max_length=512)  # noqa: N815  (Genesys's name)
    channel: str | None = Field(default=None, max_length=512)
    address: str | None = Field(default=None, max_length=512)
    """Of the customer in the channel. With both given, Cordon sends the link itself."""


class CaptureLinkAnswer(Record):
    """A link to send to the customer."""

    captureId: str  # noqa: N815  (Genesys's name)
    url: str
    expiresAt: str  # noqa: N815  (Genesys's name)
    flowToken: str  # noqa: N815  (Genesys's name)


class CaptureStatusRequest(Record):
    """Which capture."""

    captureId: str = Field(min_length=1, max_length=100)  # noqa: N815  (Genesys's name)


class CaptureStatusAnswer(Record):
    """Where it stands, and of its first field what an Architect flow needs."""

    status: str
    fieldsDone: int  # noqa: N815  (Genesys's name)
    token: str | None
    last4: str | None
    isValid: bool | None  # noqa: N815  (Genesys's name)
    tokens: str
    """Every field's token as ``entity=token``, separated by commas."""
