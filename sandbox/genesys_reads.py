"""A conversation as Genesys's API reads it out: whole, or flat as the media's own view.

Both name participants by an id of their own; by which communication an agent speaks is said by the whole view alone.
Source: Platform API, ``Conversation`` and ``MessageConversation``.
"""

from datetime import UTC, datetime
from typing import Any

from sandbox.genesys_state import Conversation, Entry, Participant
from schemas.record import rfc3339

_STATE = {"state": "connected"}


def whole(conversation: Conversation) -> dict[str, Any]:
    """``GET /api/v2/conversations/{id}``: messages stand below the communication that they went by."""
    return {
        "id": conversation.conversation_id,
        "participants": [
            {
                **_named(one),
                "messages": [{"id": one.communication_id, **_STATE, "messages": _messages(conversation, one)}],
            }
            for one in conversation.participants
        ],
    }


def flat(conversation: Conversation) -> dict[str, Any]:
    """``GET /api/v2/conversations/messages/{id}``: a participant's messages, and no communication."""
    return {
        "id": conversation.conversation_id,
        "participants": [
            {**_flat_named(one), **_STATE, "messages": _messages(conversation, one)}
            for one in conversation.participants
        ],
    }


def _named(one: Participant) -> dict[str, Any]:
    names = {"userId": one.user_id, "queueId": one.queue_id}
    found = {key: name for key, name in names.items() if name is not None}
    return {"id": one.id, "purpose": one.purpose, "attributes": one.attributes, **found}


def _flat_named(one: Participant) -> dict[str, Any]:
    names = {"user": one.user_id, "queue": one.queue_id}
    found = {key: {"id": name} for key, name in names.items() if name is not None}
    return {"id": one.id, "purpose": one.purpose, "attributes": one.attributes, **found}


def _messages(conversation: Conversation, one: Participant) -> list[dict[str, Any]]:
    direction = {"customer": "INBOUND", "agent": "OUTBOUND"}.get(one.purpose)
    return [_message(conversation, entry) for entry in conversation.entries if entry.direction == direction]


def _message(conversation: Conversation, entry: Entry) -> dict[str, Any]:
    at = rfc3339(datetime.fromtimestamp(entry.at, UTC))
    uri = f"/api/v2/conversations/messages/{conversation.conversation_id}/messages/{entry.message_id}"
    told = {"errorInfo": {"code": entry.error}} if entry.error else {}
    return {
        "messageId": entry.message_id,
        "messageURI": uri,
        "messageStatus": entry.status,
        "messageTime": at,
        **told,
    }
