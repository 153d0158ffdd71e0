"""Bodies of the Open Messaging calls, made of cleaned messages. Pure functions.

Source: the models ``OpenInboundNormalizedMessage`` and ``OpenInboundNormalizedReceipt`` of the Genesys Cloud Platform
API.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from schemas import DeliveryStatus, ForwardMessage, MessagePart, Receipt
from schemas.record import rfc3339

NOTE: Final = "[DLP ALERT] {count} sensitive data pattern(s) automatically redacted from customer message."
"""The line for the agent."""
WITHHELD: Final = "[Message withheld by policy]"
MAX_TEXT: Final = 10_000
"""Characters of one message. Longer ones are sent in full: Genesys cuts or refuses, and says so."""
UNSEEN: Final = frozenset({"payload", "nickname", "media", "media_url", "mime", "sha256"})
"""Kinds of parts that are not lines of the message."""
DELIVERED, FAILED = "Delivered", "Failed"
IN_REPLY_TO: Final = "in_reply_to"
"""Metadata: Genesys's id of the message whose buttons or list the customer answers."""
OWN: Final = frozenset({"nickname", IN_REPLY_TO})
"""Metadata that has a place of its own in the bodies."""
REASONS: Final = frozenset(
    {
        "MessageExpired",
        "RateLimited",
        "MessageNotAllowed",
        "GeneralError",
        "UnsupportedMessage",
        "UnknownMessage",
        "InvalidMessageStructure",
        "InvalidDestination",
        "ServerError",
        "MediaTypeNotAllowed",
        "InvalidMediaContentLength",
        "RecipientOptedOut",
        "DataFiltered",
    }
)


def inbound_message(message: ForwardMessage) -> dict[str, Any]:
    """A customer's message. The note stands on its own line at the end of the text."""
    body: dict[str, Any] = {"channel": _channel(message)}
    attachments = list(_attachments(message))
    if (text := text_of(message)) or not attachments:
        body["text"] = text
    if attachments:
        body["content"] = attachments
    if plain := {key: value for key, value in message.metadata.items() if isinstance(value, str) and key not in OWN}:
        body["metadata"] = plain
    return body


def structured_response(message: ForwardMessage) -> dict[str, Any] | None:
    """A customer's answer to buttons or a list that an agent or a bot sent; None for any other message.

    One from which something was taken out is none either: its note would stand nowhere.
    """
    asked = message.metadata.get(IN_REPLY_TO)
    payload = next((p.text for p in message.parts if isinstance(p, MessagePart) and p.kind == "payload"), "")
    if not isinstance(asked, str) or not message.text or message.redaction_count or message.is_blocked:
        return None
    return {
        "channel": _channel(message),
        "buttonResponse": {"type": "QuickReply", "text": message.text, "payload": payload or message.text},
        "originatingMessageId": asked,
    }


def _channel(message: ForwardMessage) -> dict[str, Any]:
    """Who wrote, when, under which id; counts and categories for the participant's data, never values."""
    channel: dict[str, Any] = {
        "from": sender_of(message),
        "time": rfc3339(message.occurred_at),
        "messageId": message.event_id,
    }
    if message.redaction_count or message.is_blocked:
        attributes = {"dlp.count": str(message.redaction_count), "dlp.blocked": str(message.is_blocked).lower()}
        if message.entities:
            attributes["dlp.categories"] = ",".join(message.entities)
        channel["metadata"] = {"customAttributes": attributes}
    return channel


def sender_of(message: ForwardMessage) -> dict[str, str]:
    """Who wrote, as Genesys tells customers apart: equal ids join one conversation."""
    address = message.sender or message.conversation_id
    kind = "Phone" if message.channel == "whatsapp" and address.isdigit() else "Opaque"
    sender = {"id": address, "idType": kind}
    nickname = message.metadata.get("nickname")
    if isinstance(nickname, str) and nickname:
        sender["nickname"] = nickname
    return sender


def text_of(message: ForwardMessage) -> str:
    """Everything that a person can read, a line each, and the note."""
    lines = [WITHHELD] if message.is_blocked else [message.text, *_lines(message)]
    if message.redaction_count:
        lines.append(NOTE.format(count=message.redaction_count))
    return "\n".join(line for line in lines if line)


def receipt(answered: Receipt) -> dict[str, Any] | None:
    """The state of an agent's message; None for a state that Open Messaging does not know."""
    if answered.status not in {DeliveryStatus.DELIVERED, DeliveryStatus.FAILED}:
        return None
    failed = answered.status is DeliveryStatus.FAILED
    body: dict[str, Any] = {
        "id": answered.event_id,
        "channel": {
            "to": {"id": answered.recipient or answered.conversation_id, "idType": "Opaque"},
            "time": rfc3339(answered.occurred_at),
        },
        "direction": "Outbound",
        "status": FAILED if failed else DELIVERED,
        "isFinalReceipt": True,
    }
    if failed:
        code = answered.reason_code if answered.reason_code in REASONS else "GeneralError"
        body["reasons"] = [{"code": code, "message": answered.reason or "The message was not delivered."}]
    return body


def typing(address: str, at: datetime) -> dict[str, Any]:
    """The customer is typing."""
    return {
        "channel": {"from": {"id": address, "idType": "Opaque"}, "time": rfc3339(at)},
        "events": [{"eventType": "Typing"}],
    }


def _lines(message: ForwardMessage) -> Iterator[str]:
    handed_on = {part.ref for part in message.parts if isinstance(part, MessagePart) and part.kind == "media_url"}
    for part in message.parts:
        if isinstance(part, str):
            yield part
        elif part.kind == "text":
            yield part.text
        elif part.kind not in UNSEEN and part.text and not (part.ref and part.ref in handed_on):
            yield f"{part.kind}: {part.text}"


def _attachments(message: ForwardMessage) -> Iterator[dict[str, Any]]:
    """Files that policy lets pass: the gateway left their address and type as parts of one reference."""
    by_ref: dict[str, dict[str, str]] = {}
    for part in message.parts:
        if isinstance(part, MessagePart) and part.ref and part.ref.startswith("media"):
            by_ref.setdefault(part.ref, {})[part.kind] = part.text
    for found in by_ref.values():
        if url := found.get("media_url"):
            mime = found.get("mime", "application/octet-stream")
            attachment = {"mediaType": _media_type(mime), "url": url, "mime": mime}
            attachment |= {key: found[key] for key in ("filename", "sha256") if key in found}
            yield {"attachment": attachment}


def _media_type(mime: str) -> str:
    family = mime.partition("/")[0].capitalize()
    return family if family in {"Image", "Video", "Audio"} else "File"
