"""What the double of Genesys Cloud remembers, and how it sends agents' messages by signed webhook."""

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections import defaultdict, deque
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

import aiohttp

from sandbox.genesys_bodies import Address, Attachment, Event, InboundChannel, Message, Receipt, StructuredResponse
from schemas.record import rfc3339

WEBHOOK_SECONDS: Final = 10.0
WEBHOOK_RETRIES: Final = 5
RETRIED: Final = frozenset({429, 500, 502, 503, 504})
MINUTE: Final = 60.0
OK: Final = 200


@dataclass(frozen=True, slots=True)
class GenesysOptions:
    """How this Genesys is set up."""

    client_id: str = "cordon-sandbox"
    client_secret: str = field(default="cordon-sandbox-secret", repr=False)
    integration_id: str = "5f2c1d9a-7c4e-4d1b-9a51-2f6f3c0d7e11"
    webhook_url: str | None = None
    webhook_secret: str = field(default="cordon-sandbox-webhook-secret", repr=False)
    requests_per_minute: int = 300
    token_seconds: float = 3600.0
    retry_seconds: float = 5.0
    rejects_unknown_receipts: bool = False
    accepted_status: int = 202
    """The documentation leaves open whether a message that was taken is 200 or 202."""
    drops_duplicates: bool = False
    """It leaves open as well what becomes of a second message with the same ``messageId``."""
    takes_late_failures: bool = True
    """And of a Failed after a Delivered."""
    names_conversations: bool = True
    """Some of the outbound webhook's examples lack ``conversationId``."""
    nickname_key: str = "nickname"
    """Or ``nickName``, as was captured in the field."""
    webhook_headers: tuple[str, ...] = ()
    """Static headers of the webhook, each as ``Name: value``."""
    user_id: str = "0d5f2a3c-6b1e-4f7a-8c9d-1e2f3a4b5c6d"
    """The agent whom every conversation is given to."""
    queue_id: str = "b7c8d9e0-1f2a-4b3c-8d4e-5f6a7b8c9d0e"
    """The queue that it comes from."""
    heartbeat_seconds: float = 30.0
    """Between two signs of life of a notification channel."""
    widget_url: str | None = None
    """Of an interaction widget, with ``{{gcConversationId}}`` and the like in it."""


@dataclass(slots=True)
class Tokens:
    """Bearer tokens by client credentials, each with its own pace."""

    options: GenesysOptions
    _ends: dict[str, float] = field(default_factory=dict)
    _recent: defaultdict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def grant(self, authorization: str, grant_type: str) -> str | None:
        """A new token; None for wrong credentials or another grant."""
        known = f"{self.options.client_id}:{self.options.client_secret}".encode()
        expected = f"Basic {base64.b64encode(known).decode()}"
        if grant_type != "client_credentials" or not hmac.compare_digest(authorization.encode(), expected.encode()):
            return None
        token = f"sandbox-{uuid4().hex}"
        self._ends[token] = time.monotonic() + self.options.token_seconds
        return token

    def is_valid(self, authorization: str) -> bool:
        """Whether this is a bearer token that has not ended."""
        kind, _, token = authorization.partition(" ")
        return kind.lower() == "bearer" and self._ends.get(token, 0.0) > time.monotonic()

    def wait(self, authorization: str) -> float:
        """Seconds that this token's holder has to wait; 0 when the request may pass."""
        limit = self.options.requests_per_minute
        recent, now = self._recent[authorization], time.monotonic()
        while recent and recent[0] <= now - MINUTE:
            recent.popleft()
        if limit and len(recent) >= limit:
            return recent[0] + MINUTE - now
        recent.append(now)
        return 0.0

    def withdraw(self) -> None:
        """End every token before its time."""
        self._ends.clear()


@dataclass(slots=True)
class Entry:
    """One message in a conversation, as the agent's desktop shows it."""

    message_id: str
    direction: str
    text: str
    at: float
    status: str
    external_id: str | None = None
    error: str | None = None
    content: Sequence[Any] = ()
    receipts: list[dict[str, Any]] = field(default_factory=list)
    files: list[dict[str, Any]] = field(default_factory=list)
    """Attachments as they were fetched, which Genesys does at once."""


@dataclass(slots=True)
class Participant:
    """A side of a conversation: ``customer``, ``acd`` (the queue) or ``agent``."""

    purpose: str
    user_id: str | None = None
    queue_id: str | None = None
    id: str = field(default_factory=lambda: str(uuid4()))
    communication_id: str = field(default_factory=lambda: str(uuid4()))
    """By what it speaks: another id than its own."""
    attributes: dict[str, str] = field(default_factory=dict)
    """Its data: strings only."""


@dataclass(slots=True)
class Conversation:
    """A customer's conversation with the contact centre."""

    customer: str
    id_type: str = "Opaque"
    conversation_id: str = field(default_factory=lambda: str(uuid4()))
    side: Participant = field(default_factory=lambda: Participant("customer"))
    """The customer's."""
    queue: Participant = field(default_factory=lambda: Participant("acd"))
    agent: Participant = field(default_factory=lambda: Participant("agent"))
    nickname: str | None = None
    entries: list[Entry] = field(default_factory=list)
    has_failed: bool = False
    turn: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)

    @property
    def participants(self) -> tuple[Participant, ...]:
        """In the order in which they came in."""
        return self.side, self.queue, self.agent


class Genesys:
    """Conversations, what came in, and what went out."""

    def __init__(self, options: GenesysOptions) -> None:
        self.options = options
        self.tokens = Tokens(options)
        self.webhook_url = options.webhook_url
        self.received: list[dict[str, Any]] = []
        """Everything that was taken on the inbound paths, in order."""
        self.sent: dict[str, tuple[Conversation, Entry]] = {}
        """Agents' messages by their id."""
        self.conversations: dict[str, Conversation] = {}
        """By the customer's id: the same customer joins the running conversation."""
        self.ended: list[Conversation] = []
        self._calls: set[asyncio.Task[None]] = set()
        self._http: aiohttp.ClientSession | None = None

    def conversation_of(self, customer: Address) -> Conversation:
        """The customer's running conversation, or a new one."""
        found = self.conversation_with(customer.id, customer.idType)
        found.nickname = customer.nickname or found.nickname
        return found

    def conversation_with(self, customer: str, id_type: str = "Opaque") -> Conversation:
        """The running conversation with a customer, or a new one in the queue, with the agent."""
        found = self.conversations.get(customer)
        if found is None:
            queue = self.options.queue_id
            found = self.conversations[customer] = Conversation(
                customer,
                id_type,
                queue=Participant("acd", queue_id=queue),
                agent=Participant("agent", user_id=self.options.user_id, queue_id=queue),
            )
        return found

    def by_id(self, conversation_id: str) -> Conversation | None:
        """The conversation of that id, running or ended."""
        known = (*self.conversations.values(), *self.ended)
        return next((one for one in known if one.conversation_id == conversation_id), None)

    def end(self, conversation: Conversation) -> None:
        """It is over: the customer's next message begins another."""
        if self.conversations.get(conversation.customer) is conversation:
            del self.conversations[conversation.customer]
            self.ended.append(conversation)

    def take_message(self, message: Message | StructuredResponse, text: str) -> tuple[Conversation, str]:
        """Add what a customer wrote or chose; its conversation and its id here."""
        channel = message.channel
        conversation, message_id = self.conversation_of(channel.sender), str(uuid4())
        if self.options.drops_duplicates and any(one.external_id == channel.messageId for one in conversation.entries):
            return conversation, message_id
        conversation.side.attributes |= channel.metadata.customAttributes
        content = [one.model_dump(exclude_none=True) for one in getattr(message, "content", [])]
        entry = Entry(message_id, "INBOUND", text, time.time(), "received", channel.messageId, content=content)
        conversation.entries.append(entry)
        for one in getattr(message, "content", []):
            self._soon(self._fetch(entry, one.attachment))
        self._note("message", conversation, message, message_id=channel.messageId, text=text, genesys_id=message_id)
        return conversation, message_id

    def take_event(self, event: Event) -> Conversation:
        """Note that the customer is typing."""
        conversation = self.conversation_of(event.channel.sender)
        self._note("event", conversation, event, message_id=event.channel.messageId)
        return conversation

    def take_receipt(self, receipt: Receipt) -> bool:
        """Mark an agent's message; False when it is unknown."""
        conversation, entry = self.sent.get(receipt.id, (None, None))
        is_late = entry is not None and entry.status == "delivery-success" and receipt.status == "Failed"
        if conversation is not None and entry is not None and (self.options.takes_late_failures or not is_late):
            has_failed = receipt.status == "Failed"
            entry.status = "delivery-failed" if has_failed else "delivery-success"
            entry.error = receipt.reasons[0].code if receipt.reasons else None
            entry.receipts.append(receipt.model_dump(exclude_none=True))
        self._note("receipt", conversation, receipt, message_id=receipt.id, direction="OUTBOUND", status=receipt.status)
        return entry is not None

    def agent_writes(self, conversation: Conversation, payload: dict[str, Any]) -> Entry:
        """Store an agent's message in clear, as Genesys does, and send it by webhook.

        ``payload`` holds what differs from a text: ``type``, ``text``, ``content``, ``events``.
        """
        entry = Entry(
            str(uuid4()),
            "OUTBOUND",
            str(payload.get("text") or ""),
            time.time(),
            "queued",
            content=payload.get("content", ()),
        )
        if payload.get("type") != "Event":
            conversation.entries.append(entry)
            self.sent[entry.message_id] = (conversation, entry)
        body = json.dumps(self._outbound(conversation, entry, payload), ensure_ascii=False).encode()
        self._soon(self._deliver(conversation, entry, body))
        return entry

    async def _fetch(self, entry: Entry, attachment: Attachment) -> None:
        """Fetch a file as Genesys does, and keep what it is, not what is in it."""
        file: dict[str, Any] = {
            "filename": attachment.filename,
            "mime": attachment.mime or "",
            "state": "being fetched",
        }
        entry.files.append(file)
        try:
            async with self._session().get(attachment.url) as answer:
                content = await answer.read()
                file |= {"status": answer.status, "mime": answer.content_type}
        except (aiohttp.ClientError, TimeoutError):
            content, file["status"] = b"", None
        is_there = file["status"] == OK
        file["state"] = f"{len(content)} bytes" if is_there else "not to be had"
        file["sha256"] = hashlib.sha256(content).hexdigest() if is_there else None

    def _soon(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)

    def _session(self) -> aiohttp.ClientSession:
        if self._http is None:
            self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(WEBHOOK_SECONDS))
        return self._http

    async def close(self) -> None:
        """End the calls under way."""
        for call in self._calls:
            call.cancel()
        if self._http is not None:
            await self._http.close()

    def signature(self, body: bytes) -> str:
        """Genesys signs the raw body: HMAC-SHA256, in base64."""
        digest = hmac.new(self.options.webhook_secret.encode(), body, hashlib.sha256).digest()
        return f"sha256={base64.b64encode(digest).decode()}"

    def _outbound(self, conversation: Conversation, entry: Entry, payload: dict[str, Any]) -> dict[str, Any]:
        integration = self.options.integration_id
        channel = {
            "id": integration,
            "messageId": entry.message_id,
            "platform": "Open",
            "type": "Private",
            "to": {"id": conversation.customer, "idType": conversation.id_type},
            "from": {self.options.nickname_key: "Cordon sandbox", "id": integration, "idType": "Opaque"},
            "time": rfc3339(datetime.now(UTC)),
        }
        return {
            "id": entry.message_id,
            "channel": channel,
            **({"conversationId": conversation.conversation_id} if self.options.names_conversations else {}),
            "direction": "Outbound",
            "originatingEntity": "Human",
            "type": "Text",
            "content": [],
            "reasons": [],
            "relatedMessages": [],
            **payload,
        }

    async def _deliver(self, conversation: Conversation, entry: Entry, body: bytes) -> None:
        """Call the webhook, in the order of the conversation; again on a timeout, 429 and 5xx only."""
        async with conversation.turn:
            for attempt in range(WEBHOOK_RETRIES + 1):
                if attempt:
                    await asyncio.sleep(self.options.retry_seconds)
                status = await self._call(body)
                if status is not None and status not in RETRIED:
                    break
            if status is not None and 200 <= status < 300:  # noqa: PLR2004  (RFC 9110: success)
                entry.status = "sent" if entry.status == "queued" else entry.status
            else:
                entry.status, entry.error, conversation.has_failed = "failed", f"webhook_{status}", True

    async def _call(self, body: bytes) -> int | None:
        if self.webhook_url is None:
            return None
        own = dict(line.split(": ", 1) for line in self.options.webhook_headers)
        headers = {**own, "Content-Type": "application/json", "X-Hub-Signature-256": self.signature(body)}
        try:
            async with self._session().post(self.webhook_url, data=body, headers=headers) as answer:
                return answer.status
        except (aiohttp.ClientError, TimeoutError):
            return None

    def _note(
        self,
        kind: str,
        conversation: Conversation | None,
        body: Message | StructuredResponse | Event | Receipt,
        *,
        message_id: str | None,
        text: str = "",
        direction: str = "INBOUND",
        **more: str,
    ) -> None:
        self.received.append(
            {
                "kind": kind,
                "conversation_id": conversation.conversation_id if conversation else None,
                "customer": conversation.customer if conversation else None,
                "direction": direction,
                "message_id": message_id,
                "text": text,
                "received_at": time.time(),
                "body": body.model_dump(by_alias=True, exclude_none=True),
                **more,
            }
        )


def answer_of(message_id: str, channel: InboundChannel, text: str, kind: str) -> dict[str, Any]:
    """What Genesys answers to a message that it took: its own id, and the sender's."""
    return {
        "id": message_id,
        "channel": {
            "platform": "Open",
            "type": "Private",
            "messageId": channel.messageId,
            "from": channel.sender.model_dump(exclude_none=True),
            "time": channel.time,
        },
        "type": kind,
        "text": text,
    }
