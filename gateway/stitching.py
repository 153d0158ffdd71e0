"""Which conversation and message of ours is which of the outside systems': learned from receipts.

A channel names its conversations, and Genesys has names of its own. An agent's message comes under Genesys's; it has to
join the customer's messages in one conversation, so that order and context span both directions. WhatsApp has its own
names for the messages that agents sent, and an answer to their buttons comes under these.
"""

import contextlib
from collections import OrderedDict
from typing import Final

from fastapi import Request
from pydantic import ValidationError

from gateway.parts import parts_of
from schemas import Direction, Receipt
from streams.following import TopicFollower
from streams.settings import KafkaSettings
from streams.topics import Topic

REMEMBERED: Final = 100_000
"""Conversations, and messages. The longest unheard of are forgotten first."""
RECENT_SECONDS: Final = 86_400.0
"""How far back a gateway that starts reads."""


class Stitching:
    """Both names of the conversations and of the agents' messages that were heard of."""

    def __init__(self) -> None:
        self._ours: OrderedDict[str, str] = OrderedDict()
        self._theirs: OrderedDict[str, str] = OrderedDict()
        self._messages: OrderedDict[str, str] = OrderedDict()

    def learn(self, receipt: Receipt) -> None:
        """Take both names from a receipt that has them."""
        if (theirs := receipt.external_conversation_id) is not None:
            _remember(self._ours, theirs, receipt.conversation_id)
            _remember(self._theirs, receipt.conversation_id, theirs)
        if receipt.direction is Direction.OUTBOUND and receipt.external_id is not None:
            _remember(self._messages, receipt.external_id, receipt.event_id)

    def message(self, external_id: str) -> str | None:
        """Our (and Genesys's) id of an agent's message, by the id that the channel gave it."""
        return self._messages.get(external_id)

    def ours(self, genesys_id: str) -> str | None:
        """Our name of a conversation of Genesys's, where it is known."""
        return self._ours.get(genesys_id)

    def our_name(self, conversation_id: str) -> str:
        """A conversation as the topics name it: agents' desktops know it by Genesys's name."""
        return self._ours.get(conversation_id, conversation_id)

    def theirs(self, conversation_id: str) -> str | None:
        """Genesys's name of a conversation of ours, where it is known."""
        return self._theirs.get(conversation_id)


def stitching_of(request: Request) -> Stitching:
    """The gateway's own."""
    return parts_of(request).webhooks.stitching


async def follow_receipts(stitching: Stitching, kafka: KafkaSettings, prefix: str) -> None:
    """Learn from the receipts of the last day, and from each as it comes. Until cancelled."""
    follower = TopicFollower(kafka, [f"{prefix}{Topic.RECEIPTS}"], {}, since_seconds=RECENT_SECONDS, is_patient=True)
    async for batch in follower.batches():
        for record in batch:
            with contextlib.suppress(ValidationError):  # another program's: it names nothing of ours
                stitching.learn(Receipt.model_validate_json(record.value or b""))


def _remember(names: OrderedDict[str, str], name: str, other: str) -> None:
    names[name] = other
    names.move_to_end(name)
    if len(names) > REMEMBERED:
        names.popitem(last=False)
