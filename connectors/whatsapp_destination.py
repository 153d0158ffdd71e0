"""WhatsApp as a destination: takes what agents write to customers there."""

import contextlib
from collections import OrderedDict
from typing import Final

from connectors.destination import Refusal, Taken
from connectors.failures import RefusedForGood
from connectors.whatsapp import WhatsAppClient, refusal_of
from connectors.whatsapp_messages import bodies_of
from schemas import DeliveryStatus, Direction, ForwardMessage, Receipt

CHANNEL: Final = "whatsapp"
REMEMBERED: Final = 1_000
"""Messages of several parts that were sent in part: when one is tried again, what went out stays out."""


class WhatsAppDestination:
    """One business number. ``marks_read`` shows customers that Genesys has their messages."""

    name = CHANNEL
    direction = Direction.OUTBOUND

    def __init__(self, client: WhatsAppClient, *, marks_read: bool = False) -> None:
        self._client = client
        self._marks_read = marks_read
        self._sent: OrderedDict[str, tuple[int, str | None]] = OrderedDict()

    def takes(self, message: ForwardMessage) -> bool:
        """Agents' messages to customers on WhatsApp."""
        return message.direction is self.direction and message.channel == CHANNEL

    def wants(self, receipt: Receipt) -> bool:
        """That Genesys has a customer's message, where the customer is to see it as read."""
        is_theirs = receipt.direction is Direction.INBOUND and receipt.channel == CHANNEL
        return self._marks_read and is_theirs and receipt.status is DeliveryStatus.SENT

    async def send_message(self, message: ForwardMessage) -> Taken:
        """Send every part in its order; the id of the last, whose states tell of the whole."""
        count, last = self._sent.get(message.event_id, (0, None))
        bodies = bodies_of(message)
        if not bodies:
            raise RefusedForGood("nothing_to_show", status=0)
        for number, body in enumerate(bodies[count:], start=count + 1):
            last = await self._client.send_message(body)
            if number < len(bodies):
                self._remember(message.event_id, number, last)
        self._sent.pop(message.event_id, None)
        return Taken(last)

    async def send_receipt(self, receipt: Receipt) -> None:
        """Mark the customer's message as read. A refusal changes nothing for anybody."""
        with contextlib.suppress(RefusedForGood):
            await self._client.mark_read(receipt.event_id)

    def explain(self, refused: RefusedForGood) -> Refusal:
        """Say what WhatsApp's refusal means."""
        return refusal_of(refused.code)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    def _remember(self, event_id: str, count: int, last: str | None) -> None:
        self._sent[event_id] = (count, last)
        if len(self._sent) > REMEMBERED:
            self._sent.popitem(last=False)
