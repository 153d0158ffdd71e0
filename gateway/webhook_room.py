"""What the webhooks work with: secrets, names of conversations and channels, files, and signs of typing."""

import asyncio
import hashlib
import hmac
import logging
import re
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import Any, Final

from pydantic import SecretStr

from connectors.failures import DestinationAway, RefusedForGood
from connectors.genesys import GenesysClient
from connectors.genesys_messages import IN_REPLY_TO
from connectors.media_reference import KIND as MEDIA
from connectors.media_reference import reference_to
from connectors.whatsapp import WhatsAppClient
from gateway.genesys_events import Typing
from gateway.serving import ServingDesk
from gateway.stitching import Stitching
from gateway.whatsapp_events import CHANNEL as WHATSAPP
from gateway.whatsapp_events import Media
from schemas import MessageEvent, MessagePart
from streams.settings.genesys import GenesysSettings
from streams.settings.whatsapp import WhatsAppSettings
from vault.keyring import Keyring

GENESYS: Final = "genesys"
OPEN: Final = "open"
"""Any channel that Cordon does not know itself."""
REMEMBERED: Final = 10_000
"""Customers whose last message is remembered, so that they can be shown that the agent types."""
AT_A_TIME: Final = 100
"""Signs of typing under way; one more is left out, so that none pile up while the other side is slow."""
_WHATSAPP_ADDRESS: Final = re.compile(r"\+?\d{6,20}|[A-Z]{2}\.\d{6,30}")
"""A telephone number, or a business-scoped user id."""
log = logging.getLogger(__name__)


class WebhookRoom:
    """Made once, from the settings of both channels."""

    def __init__(self, keyring: Keyring, genesys: GenesysSettings, whatsapp: WhatsAppSettings) -> None:
        self.genesys_secret = _bytes(genesys.webhook_secret)
        self.app_secret = _bytes(whatsapp.app_secret)
        self.verify_token = _bytes(whatsapp.verify_token)
        self._oldest = {WHATSAPP: whatsapp.replay_seconds, GENESYS: genesys.replay_seconds}
        self._number = whatsapp.phone_number_id or ""
        self._key = keyring.derive("conversations")
        self._whatsapp = WhatsAppClient(**sends) if (sends := whatsapp.client_options()) is not None else None
        self._genesys = GenesysClient(**asks) if (asks := genesys.client_options()) is not None else None
        self.stitching = Stitching()
        self._serving = ServingDesk(self._genesys.serving) if genesys.looks_up_agents and self._genesys else None
        self._last: dict[str, str] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @classmethod
    def load(cls, keyring: Keyring) -> "WebhookRoom":
        """As the settings say. Raises ``WrongSettingError``."""
        return cls(keyring, GenesysSettings.load(), WhatsAppSettings.load())

    def channel_of(self, address: str) -> str:
        """Which channel a customer's address belongs to."""
        has_whatsapp = self._whatsapp is not None or self.app_secret is not None
        return WHATSAPP if has_whatsapp and _WHATSAPP_ADDRESS.fullmatch(address) else OPEN

    def conversation_id(self, number: str, address: str) -> str:
        """Name a customer's conversation with a business number. No address can be read from it."""
        digest = hmac.new(self._key, f"{number or self._number}|{address}".encode(), hashlib.sha256)
        return f"{WHATSAPP}-{digest.hexdigest()[:24]}"

    def conversation_of(self, address: str, genesys_id: str) -> str:
        """Name the conversation of an agent's message as the customer's messages name it, where that is known."""
        if self.channel_of(address) == WHATSAPP or not genesys_id:
            return self.conversation_id(self._number, address)
        return self.stitching.our_name(genesys_id)

    def with_media(self, event: MessageEvent, media: Media | None) -> MessageEvent:
        """Name a customer's file: the forwarder looks into it, and policy says what the agent gets."""
        if media is None:
            return event
        if not media.media_id:
            return _with(event, MessagePart(text=f"[{media.kind.capitalize()} withheld: it has no id]"))
        reference = reference_to(media.media_id)
        name = (MessagePart(kind="filename", text=media.filename, ref=reference),) if media.filename else ()
        return _with(event, *name, MessagePart(kind=MEDIA, text=media.kind, ref=reference))

    def with_answer(self, event: MessageEvent, answers: str) -> MessageEvent:
        """Say which of Genesys's messages a customer's choice answers, where that is known."""
        asked = self.stitching.message(answers) if answers else None
        return event if asked is None else event.model_copy(update={"metadata": {**event.metadata, IN_REPLY_TO: asked}})

    def is_fresh(self, event: MessageEvent, sender: str) -> bool:
        """Whether a message is young enough to be no replay of a call that somebody kept: its signature has no end."""
        oldest = self._oldest[sender]
        if not oldest or event.occurred_at is None:
            return not oldest
        return abs((datetime.now(UTC) - event.occurred_at).total_seconds()) <= oldest

    async def with_serving(self, event: MessageEvent) -> MessageEvent:
        """Name the agent and the queue of a message, where Genesys is asked for them."""
        theirs = event.metadata.get("genesys_conversation_id") or self.stitching.theirs(event.conversation_id)
        if self._serving is None or not isinstance(theirs, str):
            return event
        return await self._serving.named(event, theirs)

    def seen(self, event: MessageEvent) -> None:
        """Remember a customer's last message."""
        if event.sender and event.event_id:
            self._last.pop(event.sender, None)
            self._last[event.sender] = event.event_id
            if len(self._last) > REMEMBERED:
                del self._last[next(iter(self._last))]

    def pass_typing(self, typing: Typing) -> None:
        """Show a customer on WhatsApp that the agent is typing. Best effort: nobody waits for it."""
        message_id = self._last.get(typing.recipient)
        if typing.is_on and message_id and self._whatsapp is not None:
            self._soon(self._whatsapp.mark_read(message_id, is_typing=True))

    def tell_typing(self, address: str) -> bool:
        """Show the agent that a customer is typing; whether there is somebody to tell. Best effort as well."""
        if self._genesys is None:
            return False
        self._soon(self._genesys.send_typing(address, datetime.now(UTC)))
        return True

    async def close(self) -> None:
        """End what is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._serving is not None:
            await self._serving.close()
        if self._genesys is not None:
            await self._genesys.close()
        if self._whatsapp is not None:
            await self._whatsapp.close()

    def _soon(self, call: Coroutine[Any, Any, None]) -> None:
        if len(self._tasks) >= AT_A_TIME:
            call.close()
            return

        async def quietly() -> None:
            try:
                await call
            except (DestinationAway, RefusedForGood) as failed:
                log.info("a sign of typing was not passed on (%s)", failed)

        task = asyncio.create_task(quietly())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _with(event: MessageEvent, *parts: MessagePart) -> MessageEvent:
    return event.model_copy(update={"parts": (*event.parts, *parts)})


def _bytes(secret: SecretStr | None) -> bytes | None:
    return secret.get_secret_value().encode() if secret else None
