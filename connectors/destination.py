"""What the forwarder asks of an outside system that takes messages."""

from dataclasses import dataclass
from typing import Protocol

from connectors.failures import RefusedForGood
from schemas import Direction, ForwardMessage, Receipt


@dataclass(frozen=True, slots=True)
class Refusal:
    """What an agent is told of a message that was refused for good."""

    reason_code: str
    """In Genesys's words: ``MessageExpired``, ``InvalidDestination`` ..."""
    sentence: str
    is_explained: bool = False
    """The sentence says all there is, and no operator can mend it: no dead letter."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What an outside system calls what it took."""

    message_id: str | None = None
    conversation_id: str | None = None


class Destination(Protocol):
    """One outside system. Every call raises ``DestinationAway`` for now, ``RefusedForGood`` for ever."""

    name: str
    """Names the consumer group, the breaker and the metrics."""
    direction: Direction
    """Of the messages that it takes."""

    def takes(self, message: ForwardMessage) -> bool:
        """Whether the message goes there."""

    def wants(self, receipt: Receipt) -> bool:
        """Whether the receipt goes there."""

    async def send_message(self, message: ForwardMessage) -> Taken:
        """Hand over a message; the ids that the outside system gave it."""

    async def send_receipt(self, receipt: Receipt) -> None:
        """Hand over what became of a message that came from there."""

    def explain(self, refused: RefusedForGood) -> Refusal:
        """Say what a refusal means."""

    async def close(self) -> None:
        """Close the connections."""
