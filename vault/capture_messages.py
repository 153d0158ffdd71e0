"""What a capture says in its conversation: the message that carries the link, and the note with the tokens."""

from collections.abc import Mapping
from typing import Any, Final, Literal

from pydantic import JsonValue

from schemas import Direction, MessageEvent
from vault.capture_states import CaptureLink, CaptureStatus, CustomerAddress, NewCapture
from vault.capture_words import words_of

NOTE: Final = "[SECURE FORM] The customer has filled in:"
"""The first line of the note."""


def link_message(
    new: NewCapture, link: CaptureLink, url: str, to: CustomerAddress, *, wording: Literal["link", "offer"] = "link"
) -> MessageEvent:
    """What brings the link to the customer: as an agent or a flow asks for it, or as policy offers it."""
    return MessageEvent(
        event_id=f"capture-{link.capture_id}",
        conversation_id=new.conversation_id,
        direction=Direction.OUTBOUND,
        channel=to.channel,
        sender=to.ours,
        recipient=to.customer,
        agent_id=new.agent_id,
        text=words_of(new.language)[wording].format(url),
    )


def note_of(status: CaptureStatus, address: CustomerAddress) -> MessageEvent:
    """What the agent and the flow read in the conversation: tokens and verdicts. A repeated one has the same id."""
    lines = [f"{name}: {result['token']} ({_verdict(result)})" for name, result in status.results.items()]
    told: dict[str, JsonValue] = {"capture_id": status.capture_id}
    for name, result in status.results.items():
        told |= {f"{name}_token": result["token"], f"{name}_is_valid": str(result["is_valid"]).lower()}
    return MessageEvent(
        event_id=f"capture-{status.capture_id}-submitted",
        conversation_id=status.conversation_id,
        direction=Direction.INBOUND,
        channel=address.channel,
        sender=address.customer,
        recipient=address.ours,
        agent_id=status.agent_id,
        text="\n".join((NOTE, *lines)),
        metadata=told,
    )


def _verdict(result: Mapping[str, Any]) -> str:
    verdict = "valid" if result["is_valid"] else "not valid"
    return f"ends in {result['last4']}, {verdict}" if result["last4"] else verdict
