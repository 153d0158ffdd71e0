"""What the double of WhatsApp remembers, and how it calls the business's webhook."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

import aiohttp

from connectors.whatsapp_messages import Reference
from sandbox.whatsapp_bodies import Message

WEBHOOK_SECONDS: Final = 20.0


@dataclass(frozen=True, slots=True)
class WhatsAppOptions:
    """How this business account is set up."""

    access_token: str = field(default="cordon-sandbox-token", repr=False)
    app_secret: str = field(default="cordon-sandbox-app-secret", repr=False)
    phone_number_id: str = "106540352242922"
    display_number: str = "15550100000"
    webhook_url: str | None = None
    window_seconds: float = 86_400.0
    """How long after a customer's message the business may write; 0 for always."""
    retry_seconds: float = 1.0
    """Between two tries of a webhook; it doubles up to a minute."""
    states: tuple[str, ...] = ("sent", "delivered", "read")
    """What becomes of each message."""


@dataclass(slots=True)
class Entry:
    """One message, as the customer's telephone shows it."""

    message_id: str
    direction: str
    text: str
    at: float
    status: str = ""
    kind: str = "text"
    choices: Sequence[str] = ()
    choice_ids: Sequence[str] = ()
    link: str | None = None


@dataclass(slots=True)
class Chat:
    """A customer's chat with the business."""

    customer: str
    name: str = "Customer"
    entries: list[Entry] = field(default_factory=list)
    last_wrote: float = float("-inf")
    is_shown_typing: bool = False
    turn: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file at WhatsApp."""

    content: bytes = field(repr=False)
    mime: str


class WhatsApp:
    """Chats, files, what the business sent, and what it is told."""

    def __init__(self, options: WhatsAppOptions) -> None:
        self.options = options
        self.webhook_url = options.webhook_url
        self.chats: dict[str, Chat] = {}
        self.received: list[dict[str, Any]] = []
        """Everything that the business sent, in order."""
        self.files: dict[str, StoredFile] = {}
        self.public_key: str | None = None
        self.refusals: list[int] = []
        """Error codes that answer the next messages of the business."""
        self._calls: set[asyncio.Task[None]] = set()
        self._http: aiohttp.ClientSession | None = None

    def chat_of(self, customer: str, name: str | None = None) -> Chat:
        """The customer's chat."""
        chat = self.chats.setdefault(customer, Chat(customer))
        chat.name = name or chat.name
        return chat

    def may_write(self, customer: str) -> bool:
        """Whether the customer wrote within the window."""
        window = self.options.window_seconds
        return not window or time.monotonic() - self.chat_of(customer).last_wrote <= window

    def take(self, message: Message, raw: dict[str, Any]) -> str:
        """Show a message of the business to its customer, and begin to tell of its states."""
        chat, wamid = self.chat_of(message.customer), f"wamid.{uuid4().hex.upper()}"
        media = getattr(message, message.type)
        entry = Entry(
            wamid,
            "OUTBOUND",
            message.words,
            time.time(),
            "accepted",
            message.type,
            list(message.choices),
            list(message.choices.values()),
            getattr(media, "link", None),
        )
        chat.entries.append(entry)
        reference = Reference.read(message.biz_opaque_callback_data or "")
        self.received.append(
            {
                "kind": "message",
                "conversation_id": reference.conversation_id if reference else None,
                "customer": message.customer,
                "direction": "OUTBOUND",
                "message_id": reference.event_id if reference else wamid,
                "wamid": wamid,
                "text": message.words,
                "received_at": time.time(),
                "body": raw,
            }
        )
        self._soon(self._tell(chat, entry, message.biz_opaque_callback_data))
        return wamid

    def customer_writes(self, given: dict[str, Any]) -> str:
        """A customer writes: ``from``, ``text`` or a whole ``message``, ``name``; the message's id.

        ``copies`` sends the same call several times, ``more`` further texts in the same call, and ``hides_number``
        leaves out the telephone number, as for customers with a user name.
        """
        customer = str(given.get("from", "15550100001"))
        chat = self.chat_of(customer, given.get("name"))
        chat.last_wrote = time.monotonic()
        words = [given.get("text", ""), *given.get("more", ())]
        texts: list[dict[str, Any]] = [{"type": "text", "text": {"body": text}} for text in words]
        messages = [dict(given["message"])] if given.get("message") else texts
        user = f"US.{customer}"
        who = {"from_user_id": user} if given.get("hides_number") else {"from": customer, "from_user_id": user}
        contact = {"profile": {"name": chat.name}, "user_id": user}
        if not given.get("hides_number"):
            contact["wa_id"] = customer
        for message in messages:
            message |= {**who, "timestamp": str(int(time.time()))}
            wamid, kind = str(message.setdefault("id", f"wamid.{uuid4().hex.upper()}")), str(message.get("type"))
            chat.entries.append(Entry(wamid, "INBOUND", _words_of(message, kind), time.time(), "", kind))
        body = self._call_body({"contacts": [contact], "messages": messages})
        for _ in range(int(given.get("copies", 1))):
            self._soon(self._deliver(chat, body))
        return wamid

    async def close(self) -> None:
        """End the calls under way."""
        for call in self._calls:
            call.cancel()
        if self._http is not None:
            await self._http.close()

    def signature(self, body: bytes) -> str:
        """Meta signs the raw body: HMAC-SHA256, in hex."""
        return f"sha256={hmac.new(self.options.app_secret.encode(), body, hashlib.sha256).hexdigest()}"

    async def _tell(self, chat: Chat, entry: Entry, reference: str | None) -> None:
        for state in self.options.states:
            status: dict[str, Any] = {
                "id": entry.message_id,
                "status": state,
                "timestamp": str(int(time.time())),
                "recipient_id": chat.customer,
            }
            if reference is not None:
                status["biz_opaque_callback_data"] = reference
            if state == "failed":
                status["errors"] = [{"code": 131026, "title": "Message undeliverable"}]
            entry.status = state
            await self._deliver(chat, self._call_body({"statuses": [status]}))

    def _call_body(self, value: dict[str, Any]) -> bytes:
        """Meta escapes everything that is not ASCII, and a client must not depend on that."""
        number = {"display_phone_number": self.options.display_number, "phone_number_id": self.options.phone_number_id}
        change = {"field": "messages", "value": {"messaging_product": "whatsapp", "metadata": number, **value}}
        return json.dumps(
            {"object": "whatsapp_business_account", "entry": [{"id": "102290129340398", "changes": [change]}]}
        ).encode()

    async def _deliver(self, chat: Chat, body: bytes) -> None:
        """Call until the answer is 200, ever less often, in the order of the chat."""
        pause = self.options.retry_seconds
        async with chat.turn:
            while self.webhook_url is not None and await self._call(body) != 200:  # noqa: PLR2004  (nothing else counts)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 60.0)

    async def _call(self, body: bytes) -> int | None:
        if self.webhook_url is None:
            return None
        if self._http is None:
            self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(WEBHOOK_SECONDS))
        headers = {"Content-Type": "application/json", "X-Hub-Signature-256": self.signature(body)}
        try:
            async with self._http.post(self.webhook_url, data=body, headers=headers) as answer:
                return answer.status
        except (aiohttp.ClientError, TimeoutError):
            return None

    def _soon(self, call: Any) -> None:
        task: asyncio.Task[None] = asyncio.create_task(call)
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)


def _words_of(message: dict[str, Any], kind: str) -> str:
    content = message.get(kind)
    if not isinstance(content, dict):
        return f"[{kind}]"
    chosen = content.get(str(content.get("type")))
    title = chosen.get("title") if isinstance(chosen, dict) else None
    return str(content.get("body") or content.get("caption") or title or content.get("filename") or f"[{kind}]")
