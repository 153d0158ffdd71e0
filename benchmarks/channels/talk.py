"""Who says what, when it was said, and how it was answered."""

import random
from collections import defaultdict
from dataclasses import dataclass, field

from sandbox.prove.ledger import card_number

CONVERSATIONS = 50
PLANTED_EVERY = 10
MARK = "about my order"
"""Stands in every message without a planted value: the search for leaks has to find it."""


@dataclass
class Talk:
    """What was sent, and how it was answered."""

    order: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """The messages' ids by customer, in their order."""
    at: dict[str, float] = field(default_factory=dict)
    """Epoch seconds by message id."""
    answered: list[float] = field(default_factory=list)
    """Seconds until each webhook was answered 200."""
    refused: list[tuple[int, float]] = field(default_factory=list)
    """Status of each other answer, and the seconds it took."""
    planted: list[str] = field(default_factory=list)

    def say(self, number: int) -> tuple[str, str]:
        """The customer and the text of a message: every tenth holds a card number."""
        customer = customer_of(number)
        if number % PLANTED_EVERY:
            return customer, f"message {number} {MARK}"
        self.planted.append(card_number(random.Random(number)))
        return customer, f"message {number}: my card is {self.planted[-1]}"

    def note(self, customer: str, message_id: str, at: float) -> None:
        """Remember that it was sent."""
        self.order[customer].append(message_id)
        self.at[message_id] = at


def customer_of(number: int) -> str:
    return f"1555010{number % CONVERSATIONS:04d}"
