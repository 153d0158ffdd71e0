"""Bodies of ``/data-actions``: flat, as Genesys Cloud's Web Services Data Actions need them."""

from typing import ClassVar, Literal

from pydantic import ConfigDict, Field, JsonValue, RootModel
from pydantic.alias_generators import to_camel

from schemas.record import Record
from schemas.vault import ENTITY_NAME


class GenesysBody(Record):
    """A body with the names of its fields as Genesys writes them: ``conversationId``."""

    model_config: ClassVar[ConfigDict] = ConfigDict(alias_generator=to_camel)


class Validate(GenesysBody):
    """A value with its entity, or a token of one."""

    type: str | None = Field(default=None, pattern=f"^{ENTITY_NAME}$")
    value: str | None = Field(default=None, max_length=4096)
    token: str | None = Field(default=None, max_length=512)
    conversation_id: str | None = Field(default=None, max_length=512)


class Validated(Record):
    """The result, never the value."""

    is_valid: bool
    type: str
    brand: str | None = None
    """Of a card: ``visa``, ``mastercard`` ..."""


class Tokenize(GenesysBody):
    """A value to keep."""

    type: str = Field(pattern=f"^{ENTITY_NAME}$")
    value: str = Field(min_length=1, max_length=4096)
    conversation_id: str | None = Field(default=None, max_length=512)
    ttl_seconds: float | None = Field(default=None, gt=0)


class Tokenized(GenesysBody):
    """Its token."""

    token: str
    last4: str | None
    type: str
    expires_at: str
    duplicate: bool


class Detokenize(GenesysBody):
    """A token, and what its value is needed for."""

    token: str = Field(min_length=1, max_length=512)
    purpose: str = Field(min_length=1, max_length=100)
    conversation_id: str | None = Field(default=None, max_length=512)
    view: Literal["plain", "masked"] = "masked"


class Detokenized(Record):
    """The value in the view asked for: one of the two."""

    type: str
    value: str | None = None
    masked: str | None = None


class CaptureLinkRequest(GenesysBody):
    """What to collect; ``fields`` are entities separated by commas, because the contract is flat."""

    conversation_id: str = Field(min_length=1, max_length=512)
    fields: str = Field(min_length=2, max_length=500)
    ttl_seconds: float | None = Field(default=None, gt=0, le=86_400)
    language: str = Field(default="en", max_length=35)
    recipient: str | None = Field(default=None, max_length=200)
    agent_id: str | None = Field(default=None, max_length=512)
    channel: str | None = Field(default=None, max_length=512)
    address: str | None = Field(default=None, max_length=512)
    """Of the customer in the channel. With both given, Cordon sends the link itself."""


class CaptureLinkAnswer(GenesysBody):
    """A link to send to the customer."""

    capture_id: str
    url: str
    expires_at: str
    flow_token: str


class CaptureStatusRequest(GenesysBody):
    """Which capture."""

    capture_id: str = Field(min_length=1, max_length=100)


class CaptureStatusAnswer(GenesysBody):
    """Where it stands, and of its first field what an Architect flow needs."""

    status: str
    fields_done: int
    token: str | None
    last4: str | None
    is_valid: bool | None
    tokens: str
    """Every field's token as ``entity=token``, separated by commas."""


class CallInput(RootModel[dict[str, JsonValue]]):
    """What a flow hands to a configured call: the names that its template knows, with tokens for values."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, hide_input_in_errors=True)

    def __repr__(self) -> str:
        return "<CallInput>"  # as of every record: it may hold a value that was meant to be a token

    __str__ = __repr__
