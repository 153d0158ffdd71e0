"""WhatsApp's webhook bodies read as events: messages of customers, and states of what was sent to them.

Source: the Cloud API's webhook reference of Meta. Every string that a person can read becomes the text or a part, so
that all of them are scanned; a kind that is not known here reaches the agent as a notice without its content.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from connectors.whatsapp import refusal_of
from connectors.whatsapp_messages import Reference
from gateway.leaves import Unreadable, identifier_at, object_at, objects_at, parts_of, text_at
from schemas import DeliveryStatus, Direction, MessageEvent, MessagePart, Receipt
from schemas.receipt import receipt_id_of

CHANNEL: Final = "whatsapp"
UNKNOWN_NOTICE: Final = "[Message of an unknown kind withheld]"
_IDS: Final = frozenset({"id", "message_id", "catalog_id", "product_retailer_id", "wa_id", "user_id", "flow_token"})
"""Identifiers of the channel, which nobody reads: they go no further."""
STATUSES: Final = {
    "delivered": DeliveryStatus.DELIVERED,
    "read": DeliveryStatus.READ,
    "played": DeliveryStatus.READ,
    "failed": DeliveryStatus.FAILED,
}
"""``sent`` says nothing that the answer to the call has not said."""


@dataclass(frozen=True, slots=True)
class Media:
    """A file that came with a message."""

    kind: str
    """``image``, ``video``, ``audio``, ``document`` or ``sticker``."""
    media_id: str
    filename: str


@dataclass(frozen=True, slots=True)
class Content:
    """What a message says."""

    text: str
    parts: tuple[MessagePart, ...] = ()
    media: Media | None = None
    answers: str = ""
    """WhatsApp's id of the message that offered what the customer chose."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """One message as it came, its file, and what it answers."""

    event: MessageEvent
    media: Media | None
    answers: str = ""


def messages_of(body: dict[str, Any], conversation_id: Callable[[str, str], str]) -> Iterator[Arrived]:
    """Every message of a webhook call, in its order.

    ``conversation_id`` makes the conversation's id from the business number's id and the customer's address.
    """
    for value in _values(body):
        names = {_address_of(contact): text_at(contact, "profile", "name") for contact in objects_at(value, "contacts")}
        number = text_at(value, "metadata", "phone_number_id")
        for message in objects_at(value, "messages"):
            sender = text_at(message, "from") or text_at(message, "from_user_id") or next(iter(names), "")
            if not (message_id := identifier_at(message, "id")) or not sender:
                continue  # nothing to answer to and nobody to show it as
            content = content_of(message)
            nickname = names.get(sender) or names.get(text_at(message, "from_user_id"), "")
            event = MessageEvent(
                event_id=message_id,
                conversation_id=conversation_id(number, sender),
                direction=Direction.INBOUND,
                channel=CHANNEL,
                sender=sender,
                recipient=number or None,
                text=content.text,
                parts=content.parts,
                occurred_at=_instant(message.get("timestamp")),
                metadata={"nickname": nickname} if nickname else {},
            )
            yield Arrived(event, content.media, content.answers)


def receipts_of(body: dict[str, Any]) -> Iterator[Receipt]:
    """Every state of a message that Cordon sent, in the call's order. Others' messages are passed over."""
    for value in _values(body):
        for status in objects_at(value, "statuses"):
            reached = STATUSES.get(text_at(status, "status"))
            reference = Reference.read(text_at(status, "biz_opaque_callback_data"))
            if reached is None or reference is None:
                continue
            refusal = refusal_of(_error_code(status)) if reached is DeliveryStatus.FAILED else None
            yield Receipt(
                receipt_id=receipt_id_of(reference.event_id, reached),
                event_id=reference.event_id,
                conversation_id=reference.conversation_id,
                direction=Direction.OUTBOUND,
                channel=CHANNEL,
                status=reached,
                external_id=identifier_at(status, "id") or None,
                reason_code=refusal.reason_code if refusal else None,
                reason=refusal.sentence if refusal else None,
                recipient=reference.recipient or text_at(status, "recipient_id") or None,
                occurred_at=_instant(status.get("timestamp")) or datetime.now(UTC),
            )


def content_of(message: dict[str, Any]) -> Content:
    """What a message of any kind says. Never raises: what cannot be read becomes a notice."""
    kind = text_at(message, "type")
    read = _READERS.get(kind)
    try:
        content = read(message, kind) if read else Content(UNKNOWN_NOTICE)
        referral = tuple(parts_of(message.get("referral"), "referral", skip=_IDS))
    except Unreadable:
        return Content(UNKNOWN_NOTICE)
    return replace(content, parts=(*content.parts, *referral))


def _text(message: dict[str, Any], _: str) -> Content:
    return Content(_needed(object_at(message, "text"), "body"))


def _media(message: dict[str, Any], kind: str) -> Content:
    media = object_at(message, kind)
    found = Media(kind, identifier_at(media, "id"), text_at(media, "filename"))
    return Content(text_at(media, "caption"), (), found)


def _interactive(message: dict[str, Any], _: str) -> Content:
    interactive = object_at(message, "interactive")
    match text_at(interactive, "type"):
        case "button_reply" | "list_reply" as kind:
            reply = object_at(interactive, kind)
            payload = _payload(text_at(reply, "id"), "payload")
            described = text_at(reply, "description")
            shown = (MessagePart(text=described, ref="description"),) if described else ()
            answers = identifier_at(message, "context", "id")
            return Content(_needed(reply, "title"), (*shown, *payload), answers=answers)
        case "nfm_reply":
            return _flow_reply(object_at(interactive, "nfm_reply"))
        case _:
            raise Unreadable("an unknown reply")


def _flow_reply(reply: dict[str, Any]) -> Content:
    raw = text_at(reply, "response_json")
    try:
        answers = json.loads(raw) if raw else {}
    except (ValueError, RecursionError):
        answers = raw
    token = _payload(text_at(answers, "flow_token"), "flow_token")
    return Content(text_at(reply, "body"), (*parts_of(answers, "answers", skip=_IDS), *token))


def _button(message: dict[str, Any], _: str) -> Content:
    button = object_at(message, "button")
    return Content(_needed(button, "text"), _payload(text_at(button, "payload"), "payload"))


def _location(message: dict[str, Any], _: str) -> Content:
    return Content("[Location]", tuple(parts_of(object_at(message, "location"), "location")))


def _contacts(message: dict[str, Any], _: str) -> Content:
    return Content("[Contact]", tuple(parts_of(objects_at(message, "contacts"), "contacts", skip=_IDS)))


def _order(message: dict[str, Any], _: str) -> Content:
    order = object_at(message, "order")
    items = tuple(parts_of(objects_at(order, "product_items"), "items"))
    return Content(text_at(order, "text") or "[Order]", items)


def _reaction(message: dict[str, Any], _: str) -> Content:
    return Content(text_at(object_at(message, "reaction"), "emoji") or "[Reaction withdrawn]")


def _edit(message: dict[str, Any], _: str) -> Content:
    edited = content_of(object_at(object_at(message, "edit"), "message"))
    return Content(
        edited.text, (*edited.parts, MessagePart(text="[The customer edited an earlier message]")), edited.media
    )


def _revoke(_: dict[str, Any], __: str) -> Content:
    return Content("[The customer deleted a message]")


def _system(message: dict[str, Any], _: str) -> Content:
    return Content(text_at(object_at(message, "system"), "body") or "[Notice of WhatsApp]")


def _welcome(_: dict[str, Any], __: str) -> Content:
    return Content("[The customer opened the chat]")


def _unsupported(message: dict[str, Any], _: str) -> Content:
    titles = tuple(
        MessagePart(text=title) for error in objects_at(message, "errors") if (title := text_at(error, "title"))
    )
    return Content("[Message of a kind that WhatsApp does not pass on]", titles)


_READERS: Final[dict[str, Callable[[dict[str, Any], str], Content]]] = {
    "text": _text,
    **dict.fromkeys(("image", "video", "audio", "document", "sticker"), _media),
    "interactive": _interactive,
    "button": _button,
    "location": _location,
    "contacts": _contacts,
    "order": _order,
    "reaction": _reaction,
    "edit": _edit,
    "revoke": _revoke,
    "system": _system,
    "request_welcome": _welcome,
    "unsupported": _unsupported,
}


def _values(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for entry in objects_at(body, "entry"):
        for change in objects_at(entry, "changes"):
            if change.get("field") == "messages" and isinstance(change.get("value"), dict):
                yield change["value"]


def _address_of(contact: dict[str, Any]) -> str:
    return text_at(contact, "wa_id") or text_at(contact, "user_id")


def _needed(value: dict[str, Any], key: str) -> str:
    if not isinstance(value.get(key), str):
        raise Unreadable(f"no {key}")
    return text_at(value, key)


def _payload(text: str, place: str) -> tuple[MessagePart, ...]:
    return (MessagePart(kind="payload", text=text, ref=place),) if text else ()


def _error_code(status: dict[str, Any]) -> str:
    errors = objects_at(status, "errors")
    return str(errors[0].get("code", "")) if errors else ""


def _instant(timestamp: object) -> datetime | None:
    """WhatsApp writes whole seconds since the epoch, as a string."""
    try:
        return datetime.fromtimestamp(int(str(timestamp)), UTC)
    except (ValueError, OverflowError, OSError):
        return None
