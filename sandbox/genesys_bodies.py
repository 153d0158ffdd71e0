"""What Genesys Cloud accepts on its four inbound paths of Open Messaging, checked strictly, and how it words errors.

Source: the models ``OpenInboundNormalizedMessage``, ``OpenInboundNormalizedReceipt``, ``OpenInboundNormalizedEvent``,
``OpenInboundStructuredResponseMessage`` and ``ErrorBody`` of the public Platform API. Where its documentation is silent
the double takes the stricter reading.
"""

import re
from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import urlsplit
from uuid import uuid4

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from connectors.genesys_messages import REASONS

_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")


def _instant(value: str) -> str:
    if not _INSTANT.fullmatch(value):
        raise ValueError("has to be a time in UTC")
    return value


def _https(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme != "https" and parts.hostname != "127.0.0.1":
        raise ValueError("has to be an https address")
    return value


Instant = Annotated[str, AfterValidator(_instant)]
HttpsUrl = Annotated[str, AfterValidator(_https)]
Words = Annotated[str, Field(min_length=1)]


class Body(BaseModel):
    """A body in which nothing unknown stands."""

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)


class Address(Body):
    """A customer."""

    id: Words
    idType: Literal["Email", "Phone", "Opaque"]
    nickname: str | None = None
    firstName: str | None = None
    lastName: str | None = None
    image: str | None = None
    email: str | None = None


class ChannelMetadata(Body):
    """What lands in the participant's data."""

    customAttributes: dict[str, str] = {}


class InboundChannel(Body):
    """Who, when, and under which id of the sender's own."""

    sender: Address = Field(alias="from")
    time: Instant
    messageId: Words
    metadata: ChannelMetadata = ChannelMetadata()


class Attachment(Body):
    """A file that Genesys fetches."""

    mediaType: Literal["Image", "Video", "Audio", "File", "Link"]
    url: HttpsUrl
    id: str | None = None
    mime: str | None = None
    text: str | None = None
    sha256: str | None = None
    filename: str | None = None


class Content(Body):
    """One thing beside the text."""

    contentType: Literal["Attachment"] | None = None
    attachment: Attachment


class Message(Body):
    """A customer's message."""

    channel: InboundChannel
    text: str | None = None
    content: list[Content] = []
    metadata: dict[str, str] = {}

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.text and not self.content:
            raise ValueError("text or content is needed")
        return self


class Reason(Body):
    """Why a message failed."""

    code: str
    message: str | None = None

    @model_validator(mode="after")
    def _is_known(self) -> Self:
        if self.code not in REASONS:
            raise ValueError("the code is unknown")
        return self


class ReceiptChannel(Body):
    """Whom the message was for."""

    to: Address
    time: Instant


class Receipt(Body):
    """What became of an agent's message."""

    id: Words
    channel: ReceiptChannel
    status: Literal["Delivered", "Failed"]
    isFinalReceipt: bool
    direction: Literal["Outbound"] | None = None
    reasons: list[Reason] = []

    @model_validator(mode="after")
    def _reasons_explain_failures(self) -> Self:
        if self.reasons and self.status != "Failed":
            raise ValueError("reasons stand with Failed only")
        return self


class EventChannel(Body):
    """Who does something."""

    sender: Address = Field(alias="from")
    time: Instant
    messageId: str | None = None


class Typing(Body):
    """The customer is typing."""

    eventType: Literal["Typing"]


class Event(Body):
    """Something that is no message."""

    channel: EventChannel
    events: Annotated[list[Typing], Field(min_length=1)]


class ButtonResponse(Body):
    """What the customer chose."""

    type: Literal["Button", "QuickReply", "DatePicker"]
    text: str
    payload: str


class StructuredResponse(Body):
    """An answer to a structured message."""

    channel: InboundChannel
    buttonResponse: ButtonResponse
    originatingMessageId: str | None = None


BODIES: Final[dict[str, type[Body]]] = {
    "message": Message,
    "receipt": Receipt,
    "event": Event,
    "structured/response": StructuredResponse,
}
"""By the last part of the path."""


def parsed(kind: str, raw: bytes) -> Body | dict[str, Any]:
    """The checked body, or the ``ErrorBody`` that answers it."""
    try:
        return BODIES[kind].model_validate_json(raw)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=False, include_context=False)
        details = [
            {"errorCode": problem["type"], "fieldName": ".".join(map(str, problem["loc"]))} for problem in problems
        ]
        return error_body(400, "bad.request", "The request could not be understood by the server.", details=details)


def error_body(status: int, code: str, message: str, *, details: list[dict[str, str]] | None = None) -> dict[str, Any]:
    """An error as the Platform API words it."""
    return {
        "message": message,
        "code": code,
        "status": status,
        "contextId": str(uuid4()),
        "details": details or [],
        "errors": [],
    }
