"""What WhatsApp's Cloud API accepts as a message, checked strictly, and how Graph words errors.

Source: the Cloud API reference of Meta (messages, limits, error codes).
"""

from typing import Annotated, Any, Final, Literal, Self
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

INVALID: Final = 131009
UNAUTHORISED: Final = 190
WINDOW_CLOSED: Final = 131047
RATE: Final = 130429
DETAILS: Final = {
    INVALID: "Parameter value is not valid",
    UNAUTHORISED: "Invalid OAuth access token",
    WINDOW_CLOSED: "Re-engagement message",
    RATE: "Rate limit hit",
}


class Body(BaseModel):
    """A body in which nothing unknown stands."""

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)


class Text(Body):
    """A text."""

    body: Annotated[str, Field(min_length=1, max_length=4096)]
    preview_url: bool = False


class Media(Body):
    """A file, by its address or its id."""

    link: str | None = None
    id: str | None = None
    caption: Annotated[str, Field(max_length=1024)] | None = None
    filename: str | None = None

    @model_validator(mode="after")
    def _has_one_source(self) -> Self:
        if (self.link is None) == (self.id is None):
            raise ValueError("either link or id")
        return self


class Reply(Body):
    """A button's answer."""

    id: Annotated[str, Field(min_length=1, max_length=256)]
    title: Annotated[str, Field(min_length=1, max_length=20)]


class Button(Body):
    """A button."""

    type: Literal["reply"]
    reply: Reply


class Row(Body):
    """A line of a list."""

    id: Annotated[str, Field(min_length=1, max_length=200)]
    title: Annotated[str, Field(min_length=1, max_length=24)]
    description: Annotated[str, Field(max_length=72)] | None = None


class Section(Body):
    """A group of lines."""

    title: Annotated[str, Field(max_length=24)] = ""
    rows: Annotated[list[Row], Field(min_length=1, max_length=10)]


class Action(Body):
    """What may be tapped."""

    buttons: Annotated[list[Button], Field(min_length=1, max_length=3)] | None = None
    button: Annotated[str, Field(min_length=1, max_length=20)] | None = None
    sections: Annotated[list[Section], Field(min_length=1, max_length=10)] | None = None


class Words(Body):
    """The words above buttons or a list."""

    text: Annotated[str, Field(min_length=1, max_length=1024)]


class Interactive(Body):
    """Buttons or a list."""

    type: Literal["button", "list"]
    body: Words
    action: Action

    @model_validator(mode="after")
    def _ids_differ(self) -> Self:
        ids = [button.reply.id for button in self.action.buttons or ()]
        ids += [row.id for section in self.action.sections or () for row in section.rows]
        if not ids or len(set(ids)) != len(ids):
            raise ValueError("ids have to be there and to differ")
        return self


class Context(Body):
    """Which message is answered."""

    message_id: str


class Message(Body):
    """A message to a customer."""

    messaging_product: Literal["whatsapp"]
    recipient_type: Literal["individual"] = "individual"
    to: Annotated[str, Field(min_length=1)] | None = None
    recipient: Annotated[str, Field(min_length=1)] | None = None
    type: Literal["text", "image", "video", "audio", "document", "sticker", "interactive"] = "text"
    text: Text | None = None
    image: Media | None = None
    video: Media | None = None
    audio: Media | None = None
    document: Media | None = None
    sticker: Media | None = None
    interactive: Interactive | None = None
    context: Context | None = None
    biz_opaque_callback_data: Annotated[str, Field(max_length=512)] | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.to is None) == (self.recipient is None):
            raise ValueError("either to or recipient")
        if getattr(self, self.type) is None:
            raise ValueError("the content is missing")
        return self

    @property
    def customer(self) -> str:
        """Whom it is for."""
        return (self.to or self.recipient or "").lstrip("+").removeprefix("US.")

    @property
    def words(self) -> str:
        """What the customer reads."""
        if self.text is not None:
            return self.text.body
        if self.interactive is not None:
            return self.interactive.body.text
        media: Media | None = getattr(self, self.type)
        return (media.caption if media is not None else None) or ""

    @property
    def choices(self) -> dict[str, str]:
        """The titles that may be tapped, and what comes back."""
        action = self.interactive.action if self.interactive is not None else Action()
        rows = {row.title: row.id for section in action.sections or () for row in section.rows}
        return {button.reply.title: button.reply.id for button in action.buttons or ()} | rows


class TypingIndicator(Body):
    """The business is typing."""

    type: Literal["text"]


class Read(Body):
    """A customer's message was read."""

    messaging_product: Literal["whatsapp"]
    status: Literal["read"]
    message_id: Annotated[str, Field(min_length=1)]
    typing_indicator: TypingIndicator | None = None


def parsed(raw: bytes, given: Any) -> Message | Read | None:
    """The checked body; None for one that is wrong."""
    model: type[Message | Read] = Read if isinstance(given, dict) and "status" in given else Message
    try:
        return model.model_validate_json(raw)
    except ValidationError:
        return None


def error_body(code: int, details: str | None = None) -> dict[str, Any]:
    """An error as Graph words it."""
    title = DETAILS.get(code, "Something went wrong")
    return {
        "error": {
            "message": f"(#{code}) {title}",
            "type": "OAuthException",
            "code": code,
            "error_data": {"messaging_product": "whatsapp", "details": details or title},
            "fbtrace_id": uuid4().hex[:23],
        }
    }
