"""What is said in the demo: two customers, two agents, a foreign producer, and values that nobody may see."""

import json
import uuid
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from schemas import Direction


class Road(StrEnum):
    """How a line enters."""

    GATEWAY = "gateway"
    """``POST /v1/messages``: the gateway seals it before it rests in a topic."""
    PRODUCER = "producer"
    """A program of somebody else writes to the topic, in clear."""


class Fate(StrEnum):
    """What has to become of a line."""

    CLEAN = "clean"
    """Forwarded as it is, and nothing is reported."""
    REDACTED = "redacted"
    """Forwarded without its values, and reported."""
    REPORTED = "reported"
    """Forwarded as it is, and reported after the fact: a rule of the tier that delays nobody."""
    DEAD_LETTER = "dead letter"
    """Not forwarded: sealed and put aside with its reason."""


@dataclass(frozen=True, slots=True)
class Planted:
    """A value that must not be found."""

    value: str
    may_rest_in: tuple[str, ...] = ()
    """Topics in which it may stand in clear: where a foreign producer wrote it, or where policy lets it pass."""
    may_be_delivered: bool = False
    """Whether policy lets it pass to whom the message was meant for."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is said."""

    speaker: str
    direction: Direction
    text: str
    fate: Fate
    planted: tuple[Planted, ...] = ()
    road: Road = Road.GATEWAY
    raw: bytes | None = None
    """In place of an event: what a broken producer writes."""
    event_id: str = field(default_factory=lambda: f"demo-{uuid.uuid4().hex[:12]}")

    @property
    def topic(self) -> str:
        """Where it enters, without prefix."""
        return "messages.inbound" if self.direction is Direction.INBOUND else "messages.outbound"

    def event(self) -> dict[str, Any]:
        """As ``POST /v1/messages`` takes it."""
        customer = CUSTOMERS[self.speaker] if self.direction is Direction.INBOUND else CUSTOMERS[SERVES[self.speaker]]
        sides = ["sender", "recipient"] if self.direction is Direction.INBOUND else ["recipient", "sender"]
        return {
            "event_id": self.event_id,
            "conversation_id": customer.conversation_id,
            "direction": self.direction,
            "channel": customer.channel,
            "text": self.text,
            **dict(zip(sides, (customer.address, BUSINESS_ADDRESS), strict=True)),
            **({"agent_id": self.speaker.lower()} if self.direction is Direction.OUTBOUND else {}),
        }

    def record(self) -> bytes:
        """As a producer writes it to the topic."""
        return self.raw if self.raw is not None else json.dumps(self.event()).encode()


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody who writes to the contact centre."""

    conversation_id: str
    channel: str
    address: str


BUSINESS_ADDRESS = "15550100000"
_RUN = uuid.uuid4().hex[:6]
CUSTOMERS = {
    "Maria": Customer(f"maria-{_RUN}", "whatsapp", "15550100001"),
    "Tom": Customer(f"tom-{_RUN}", "whatsapp", "15550100002"),
}
SERVES = {"Ana": "Maria", "Ben": "Tom"}
"""Agent to customer."""

CARD = Planted("4539 1488 0343 6467")
CARD_WITHOUT_GAPS = Planted("5425233430109903")
CARD_IN_WORDS = Planted("four five three nine one four eight eight zero three four three six four six seven")
CARD_BY_THE_AGENT = Planted("374245455400126")
SOCIAL_SECURITY_NUMBER = Planted("536-22-8817")
RECORD_NUMBER = Planted("84620175")
DOCUMENT = Planted("DOC-2024-FIN-0042", may_rest_in=("messages.forward",), may_be_delivered=True)
FOREIGN_CARD = Planted("4916 3385 0608 2832", may_rest_in=("messages.inbound",))
POISONED_CARD = Planted("4556 7375 8689 9855", may_rest_in=("messages.inbound",))


def script() -> list[Line]:
    """About twenty lines, in the order they are said."""
    customer, agent = Direction.INBOUND, Direction.OUTBOUND
    return [
        Line("Maria", customer, "Hello, I was charged twice for order 48211", Fate.CLEAN),
        Line("Ana", agent, "Hello Maria, I am sorry to hear that. I am looking into it.", Fate.CLEAN),
        Line("Tom", customer, "Hi, I need to move my appointment to Friday", Fate.CLEAN),
        Line("Maria", customer, f"It was paid with {CARD.value}, if that helps", Fate.REDACTED, (CARD,)),
        Line("Ana", agent, "Thank you, I do not need the number. Do you have a loyalty card?", Fate.CLEAN),
        Line("Maria", customer, "yes, loyalty number 4539 1488 0343 6468", Fate.CLEAN),
        Line("Ben", agent, "Sure, Tom. Is it for you?", Fate.CLEAN),
        Line("Tom", customer, f"for my son, MRN: {RECORD_NUMBER.value}", Fate.REDACTED, (RECORD_NUMBER,)),
        Line(
            "Tom",
            customer,
            f"my SSN is {SOCIAL_SECURITY_NUMBER.value} in case you need it",
            Fate.REDACTED,
            (SOCIAL_SECURITY_NUMBER,),
        ),
        Line("Ben", agent, "Friday 10:30 is free. Shall I book it?", Fate.CLEAN),
        Line(
            "Ana",
            agent,
            f"The refund follows {DOCUMENT.value}, it takes three days",
            Fate.REPORTED,
            (DOCUMENT,),
        ),
        Line("Tom", customer, "yes please", Fate.CLEAN),
        Line(
            "Maria",
            customer,
            f"or take my other card: {CARD_WITHOUT_GAPS.value}",
            Fate.REDACTED,
            (CARD_WITHOUT_GAPS,),
        ),
        Line("Maria", customer, CARD_IN_WORDS.value, Fate.REDACTED, (CARD_IN_WORDS,)),
        Line(
            "Ben",
            agent,
            f"I charge {CARD_BY_THE_AGENT.value} for the visit then",
            Fate.REDACTED,
            (CARD_BY_THE_AGENT,),
        ),
        Line("Tom", customer, "ok, thank you!", Fate.CLEAN),
        Line(
            "Tom",
            customer,
            f"from another system: card {FOREIGN_CARD.value}",
            Fate.REDACTED,
            (FOREIGN_CARD,),
            road=Road.PRODUCER,
        ),
        Line(
            "Tom",
            customer,
            "a broken record with a card in it",
            Fate.DEAD_LETTER,
            (POISONED_CARD,),
            road=Road.PRODUCER,
            raw=b'{"conversation_id": "tom", "direction": "INBOUND", "text": "' + POISONED_CARD.value.encode(),
        ),
        Line("Ana", agent, "Is there anything else I can do for you?", Fate.CLEAN),
        Line("Maria", customer, "no, that is all, thank you", Fate.CLEAN),
    ]
