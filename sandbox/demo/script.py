"""What is said in the demo: two customers, two agents, a foreign producer, and values that nobody may see."""

import uuid
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from schemas import Direction


class Road(StrEnum):
    """How a line enters."""

    WHATSAPP = "WhatsApp"
    """A customer types it on a telephone: the double of WhatsApp calls the gateway's webhook."""
    GENESYS = "Genesys"
    """An agent types it at the desk: the double of Genesys calls the gateway's webhook."""
    HTTP = "HTTP"
    """A program calls ``POST /v1/messages``."""
    PRODUCER = "Kafka"
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
    text: str
    fate: Fate
    planted: tuple[Planted, ...] = ()
    by: Road | None = None
    """Where it is not the speaker's own: a customer's telephone, an agent's desk."""
    raw: bytes | None = None
    """In place of an event: what a broken producer writes."""

    @property
    def direction(self) -> Direction:
        """Who speaks."""
        return Direction.OUTBOUND if self.speaker in SERVES else Direction.INBOUND

    @property
    def road(self) -> Road:
        """How it enters."""
        return self.by or (Road.GENESYS if self.speaker in SERVES else Road.WHATSAPP)

    @property
    def customer(self) -> str:
        """The telephone number of the customer who speaks or is spoken to."""
        return CUSTOMERS[SERVES.get(self.speaker, self.speaker)]

    @property
    def topic(self) -> str:
        """Where it enters, without prefix."""
        return "messages.inbound" if self.direction is Direction.INBOUND else "messages.outbound"

    def event(self) -> dict[str, Any]:
        """As ``POST /v1/messages`` and the topic take it: a customer's message by a channel of somebody else."""
        return {
            "event_id": f"demo-{uuid.uuid4().hex[:12]}",
            "conversation_id": f"demo-{self.customer}",
            "direction": self.direction,
            "channel": "open",
            "text": self.text,
            "sender": self.customer,
        }


CUSTOMERS = {"Maria": "15550100001", "Tom": "15550100002"}
"""Name to telephone number."""
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
    return [
        Line("Maria", "Hello, I was charged twice for order 48211", Fate.CLEAN),
        Line("Ana", "Hello Maria, I am sorry to hear that. I am looking into it.", Fate.CLEAN),
        Line("Tom", "Hi, I need to move my appointment to Friday", Fate.CLEAN),
        Line("Maria", f"It was paid with {CARD.value}, if that helps", Fate.REDACTED, (CARD,)),
        Line("Ana", "Thank you, I do not need the number. Do you have a loyalty card?", Fate.CLEAN),
        Line("Maria", "yes, loyalty number 4539 1488 0343 6468", Fate.CLEAN),
        Line("Ben", "Sure, Tom. Is it for you?", Fate.CLEAN),
        Line("Tom", f"for my son, MRN: {RECORD_NUMBER.value}", Fate.REDACTED, (RECORD_NUMBER,)),
        Line(
            "Tom",
            f"my SSN is {SOCIAL_SECURITY_NUMBER.value} in case you need it",
            Fate.REDACTED,
            (SOCIAL_SECURITY_NUMBER,),
        ),
        Line("Ben", "Friday 10:30 is free. Shall I book it?", Fate.CLEAN),
        Line(
            "Ana",
            f"The refund follows {DOCUMENT.value}, it takes three days",
            Fate.REPORTED,
            (DOCUMENT,),
        ),
        Line("Tom", "yes please", Fate.CLEAN, by=Road.HTTP),
        Line(
            "Maria",
            f"or take my other card: {CARD_WITHOUT_GAPS.value}",
            Fate.REDACTED,
            (CARD_WITHOUT_GAPS,),
        ),
        Line("Maria", CARD_IN_WORDS.value, Fate.REDACTED, (CARD_IN_WORDS,)),
        Line(
            "Ben",
            f"I charge {CARD_BY_THE_AGENT.value} for the visit then",
            Fate.REDACTED,
            (CARD_BY_THE_AGENT,),
        ),
        Line("Tom", "ok, thank you!", Fate.CLEAN),
        Line(
            "Tom",
            f"from another system: card {FOREIGN_CARD.value}",
            Fate.REDACTED,
            (FOREIGN_CARD,),
            by=Road.PRODUCER,
        ),
        Line(
            "Tom",
            "a broken record with a card in it",
            Fate.DEAD_LETTER,
            (POISONED_CARD,),
            by=Road.PRODUCER,
            raw=b'{"conversation_id": "tom", "direction": "INBOUND", "text": "' + POISONED_CARD.value.encode(),
        ),
        Line("Ana", "Is there anything else I can do for you?", Fate.CLEAN),
        Line("Maria", "no, that is all, thank you", Fate.CLEAN),
    ]
