"""Sends an agent's text once it may be sent: the gateway judges it again, whatever the widget says of it."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import quote

from pydantic import Field

from connectors.calls import make_client, object_of, send
from connectors.failures import DestinationAway
from detection import Engine
from detection.inspection import inspect
from detection.policy import Scope
from gateway.explaining import Explainer
from gateway.leaves import objects_at
from gateway.messages import accept
from gateway.roles import Role
from schemas import Direction, MessageEvent, ScanFinding, Tier
from schemas.record import Identifier, Record
from streams.producer import EventProducer
from streams.sealing import SealingCodec
from streams.settings.genesys import GenesysSettings

MAX_TEXT: Final = 20_000
Decision = Literal["clean", "redacted", "edited", "tokenized", "captured", "override"]
"""How a text came to be what is sent."""


class SendRequest(Record):
    """A text that the agent sends."""

    conversation_id: Identifier
    text: str = Field(min_length=1, max_length=MAX_TEXT)
    decision: Decision = "clean"
    channel: Identifier = "open"
    rules: tuple[Identifier, ...] = Field(default=(), max_length=50)
    """The rules that the notice named, where there was one."""
    reason: str | None = Field(default=None, max_length=500)
    """Why it is sent all the same; an override needs one."""
    genesys_token: str | None = Field(default=None, max_length=4096)
    """The agent's own, where the text goes out by Genesys."""


class Held(Exception):
    """The text may not be sent: it holds what has to be taken out."""

    def __init__(self, findings: Iterable[ScanFinding]) -> None:
        super().__init__("held")
        self.findings = tuple(findings)


class NotSent(Exception):
    """Genesys did not take the text. ``code`` says why; nothing was sent."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Sender:
    """Who asks, and by what the text goes out."""

    engine: Engine
    explainer: Explainer
    producer: EventProducer
    codec: SealingCodec
    genesys: GenesysSettings
    role: Role
    agent_id: str | None

    def check(self, asked: SendRequest) -> tuple[ScanFinding, ...]:
        """What is still in the text, none of which holds it back. Raises ``Held``."""
        event = self._event(asked, "")
        found = inspect(self.engine, event, tier=Tier.ALL).findings
        findings = self.explainer.explained(found, Scope(Direction.OUTBOUND, asked.channel), self.role)
        is_override = asked.decision == "override" and bool((asked.reason or "").strip())
        held = [one for one in findings if one.blocks and not (is_override and one.may_override)]
        if held:
            raise Held(held)
        return findings

    async def by_stream(self, asked: SendRequest, event_id: str, conversation_id: str) -> None:
        """Publish the text to the stream, sealed, under our own name of the conversation: it has one order and context.

        Raises ``BrokerUnavailable``.
        """
        ours = self._event(asked, event_id).model_copy(update={"conversation_id": conversation_id})
        await accept(ours, self.producer, self.codec)

    async def by_genesys(self, asked: SendRequest) -> str:
        """Post the text as the agent; the id that Genesys gave it. Raises ``NotSent``.

        Source: Platform API, ``/api/v2/conversations/{conversationId}`` for the agent's communication, and
        ``/api/v2/conversations/messages/{conversationId}/communications/{communicationId}/messages``.
        """
        if self.genesys.api_url is None or not asked.genesys_token:
            raise NotSent("no_genesys")
        base, name = f"{self.genesys.api_url}/api/v2/conversations", quote(asked.conversation_id, safe="")
        headers = {"Authorization": f"Bearer {asked.genesys_token}"}
        try:
            async with make_client(self.genesys.timeout_seconds) as http:
                conversation = object_of(await send(http, "GET", f"{base}/{name}", headers=headers))
                communication = _communication(conversation)
                url = f"{base}/messages/{name}/communications/{communication}/messages"
                answer = await send(http, "POST", url, json={"textBody": asked.text}, headers=headers)
        except DestinationAway as away:
            raise NotSent(away.reason) from None
        if not answer.is_success:
            raise NotSent(str(answer.status_code))
        return str(object_of(answer).get("id", ""))

    def _event(self, asked: SendRequest, event_id: str) -> MessageEvent:
        return MessageEvent(
            event_id=event_id or None,
            conversation_id=asked.conversation_id,
            direction=Direction.OUTBOUND,
            channel=asked.channel,
            text=asked.text,
            agent_id=self.agent_id,
        )


def fresh_event_id() -> str:
    """Of a text that no channel has given one yet."""
    return f"widget-{uuid.uuid4().hex}"


def _communication(conversation: dict[str, object]) -> str:
    """By what the agent speaks: the first communication of the last participant of that purpose."""
    agents = [one for one in objects_at(conversation, "participants") if one.get("purpose") == "agent"]
    spoken = objects_at(agents[-1], "messages") if agents else []
    if not spoken or not isinstance(spoken[0].get("id"), str):
        raise NotSent("no_agent")
    return str(spoken[0]["id"])
