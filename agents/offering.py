"""Offers a secure form by itself to a customer who has just written a value that does not belong in the chat."""

import asyncio
import logging
from collections.abc import Collection
from typing import Final

from detection.inspection import Inspection
from schemas import Direction
from schemas.plain import Message
from streams.settings.vault import VaultSettings
from streams.stage import Output, StageTools
from streams.topics import Topic, key_of
from streams.vault_tokens import LazyVault
from vault.capture_messages import link_message
from vault.capture_states import CustomerAddress, NewCapture
from vault.captures import Captures
from vault.keyring import Keyring
from vault.requests import Access

ACTOR: Final = "policy"
"""Who makes the link, as the audit record names it."""

log = logging.getLogger(__name__)


class Offering:
    """Makes links and words the messages that carry them.

    An offer is a courtesy: one that cannot be made in time is left out, and a conversation has one open link at most.
    A message that is replayed after a crash may therefore be left without its offer, and never gets two.
    """

    def __init__(self, vault: LazyVault, keyring: Keyring, settings: VaultSettings, tools: StageTools) -> None:
        self._vault = vault
        self._keyring = keyring
        self._settings = settings
        self._tools = tools
        self._captures: Captures | None = None

    async def offers(self, event: Message, inspection: Inspection) -> list[Output]:
        """The message to the customer, if policy wants one. Never raises."""
        wanted = self._wanted(event, inspection)
        if not wanted:
            return []
        try:
            async with asyncio.timeout(self._settings.timeout_seconds):
                return await self._offer(event, wanted)
        except Exception as error:  # noqa: BLE001  (a courtesy: no message waits or fails for it)
            log.warning("no secure form was offered: %s", type(error).__name__)
            return []

    def _wanted(self, event: Message, inspection: Inspection) -> tuple[str, ...]:
        if event.direction is not Direction.INBOUND or not event.sender or not self._settings.offered_entities:
            return ()
        return entities_of(inspection, self._settings.offered_entities)

    async def _offer(self, event: Message, fields: tuple[str, ...]) -> list[Output]:
        vault = await self._vault.opened()
        if vault is None:
            return []
        if self._captures is None:
            # Links are made here and filled in at the gateway: nothing is verified in this process.
            self._captures = Captures(vault, self._keyring, lambda _entity, _value: True)
        access = Access(
            actor=ACTOR, purpose="offer", conversation_id=event.conversation_id, tenant=self._settings.tenant
        )
        if await self._captures.is_waiting(event.conversation_id, access):
            return []
        settings = self._settings
        customer = CustomerAddress(channel=event.channel, customer=str(event.sender), ours=event.recipient)
        new = NewCapture(
            conversation_id=event.conversation_id,
            fields=fields,
            ttl_seconds=settings.capture_ttl_seconds,
            language=settings.capture_language,
            agent_id=event.agent_id,
            note_to=customer,
        )
        link = await self._captures.create(new, access)
        self._tools.metrics.count("dlp_captures_total", state="open")
        message = link_message(new, link, link.url(str(settings.capture_base_url)), customer, wording="offer")
        value, headers = self._tools.codec.seal(Topic.OUTBOUND, message.model_dump_json().encode())
        return [Output(Topic.OUTBOUND, key_of(event.conversation_id), value, headers)]


def entities_of(inspection: Inspection, offered: Collection[str]) -> tuple[str, ...]:
    """What was taken out of the message and can be collected instead, in the order it was written."""
    found = (finding.entity for finding in inspection.findings if finding.action.removes)
    return tuple(dict.fromkeys(entity for entity in found if entity in offered))
