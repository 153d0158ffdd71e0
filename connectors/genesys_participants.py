"""Whom a conversation of Genesys Cloud belongs to, read from its participants.

Source: Platform API, ``Conversation.participants``: ``purpose`` says whose side one is, the last one counts.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Serving:
    """The agent and the queue, by Genesys's ids; None where nobody serves yet."""

    agent_id: str | None = None
    queue_id: str | None = None


def serving_of(conversation: dict[str, Any]) -> Serving:
    """The last agent, with the queue that the conversation came from."""
    listed = conversation.get("participants")
    participants = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    agent_id = queue_id = None
    for one in participants:
        if one.get("purpose") == "agent":
            agent_id = _id(one, "userId") or agent_id
        if one.get("purpose") in {"acd", "agent"}:
            queue_id = _id(one, "queueId") or queue_id
    return Serving(agent_id, queue_id)


def _id(participant: dict[str, Any], name: str) -> str | None:
    found = participant.get(name)
    return found if isinstance(found, str) and found else None
