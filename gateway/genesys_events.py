"""Genesys's outbound webhook read as events: messages of agents and bots for a customer.

Source: Open Messaging's outbound notification of the public Genesys Cloud documentation. ``content`` is taken apart
into parts that name their place, so that it can be put together again from what was scanned.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from connectors.structure import ROOT
from gateway.leaves import Unreadable, identifier_at, objects_at, parts_of, text_at
from schemas import Direction, MessageEvent, MessagePart

WITHHELD: Final = "[Content of an unknown kind withheld]"
_KNOWN: Final = {
    "Attachment": "attachment",
    "QuickReply": "quickReply",
    "QuickReplyV2": "quickReplyV2",
    "Card": "card",
    "Carousel": "carousel",
    "Notification": "template",
    "DatePicker": "datePicker",
    "ListPicker": "listPicker",
    "Text": "text",
    "Location": "location",
    "Reactions": "reactions",
    "RichLink": "richLink",
}
"""Kinds of content whose every string a person reads."""
_TECHNICAL: Final = frozenset({"id", "mime", "sha256", "contentSizeBytes", "contentType", "action", "type", "duration"})
"""What a customer never reads, and rendering does not need."""


@dataclass(frozen=True, slots=True)
class Typing:
    """The agent is typing, or has stopped."""

    recipient: str
    is_on: bool


def message_of(
    body: dict[str, Any], conversation_id: Callable[[str, str], str], channel_of: Callable[[str], str]
) -> MessageEvent | None:
    """The message of a webhook call; None for anything else: typing, receipts, inbound echoes.

    ``conversation_id`` makes our id from the customer's address and Genesys's id, which some calls lack. Raises
    ``Unreadable`` for a message that nobody could be shown.
    """
    if text_at(body, "type") not in {"Text", "Structured"} or text_at(body, "direction") not in {"", "Outbound"}:
        return None
    channel = body.get("channel")
    recipient = text_at(channel, "to", "id")
    event_id = identifier_at(body, "id") or identifier_at(channel, "messageId")
    if not recipient or not event_id:
        raise Unreadable("nobody to send to")
    genesys_id = identifier_at(body, "conversationId")
    described = {"originating_entity": text_at(body, "originatingEntity"), "genesys_conversation_id": genesys_id}
    return MessageEvent(
        event_id=event_id,
        conversation_id=conversation_id(recipient, genesys_id),
        direction=Direction.OUTBOUND,
        channel=channel_of(recipient),
        sender=text_at(channel, "from", "id") or None,
        recipient=recipient,
        text=text_at(body, "text"),
        parts=tuple(_parts(body)),
        occurred_at=_instant(text_at(channel, "time")),
        metadata={key: value for key, value in described.items() if value},
    )


def typing_of(body: dict[str, Any]) -> Typing | None:
    """That the agent is typing; None for anything else."""
    recipient = text_at(body.get("channel"), "to", "id")
    for event in objects_at(body, "events"):
        if text_at(event, "eventType") == "Typing" and recipient:
            return Typing(recipient, text_at(event, "typing", "type") != "Off")
    return None


def _parts(body: dict[str, Any]) -> Iterator[MessagePart]:
    for number, element in enumerate(objects_at(body, "content")):
        key = _KNOWN.get(text_at(element, "contentType"), "")
        try:
            parts = list(parts_of(element.get(key), f"{ROOT}.{number}.{key}", skip=_TECHNICAL))
        except Unreadable:
            parts = []
        yield from parts or [MessagePart(text=WITHHELD)]


def _instant(time: str) -> datetime | None:
    try:
        return datetime.fromisoformat(time)
    except ValueError:
        return None
