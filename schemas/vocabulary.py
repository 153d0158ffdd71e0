"""The words that every contract shares: direction, severity, tier, action."""

from enum import IntEnum, StrEnum


class Direction(StrEnum):
    """Who wrote the message, seen from the contact centre."""

    INBOUND = "INBOUND"
    """From the customer to Genesys."""
    OUTBOUND = "OUTBOUND"
    """From the agent or a bot to the customer."""


class Severity(StrEnum):
    """How bad it is that a value stands in a message."""

    CRITICAL = "CRITICAL"
    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"

    @property
    def rank(self) -> int:
        """0 for LOW to 3 for CRITICAL: compares severities."""
        return _RANKS[self]


_RANKS = {Severity.LOW: 0, Severity.MEDIUM: 1, Severity.HIGH: 2, Severity.CRITICAL: 3}


class Tier(IntEnum):
    """Which rules run: those that a message waits for, those that it does not, or all."""

    BLOCKING = 1
    """CRITICAL and HIGH by default: applied before a message is forwarded."""
    REVIEW = 2
    """MEDIUM and LOW by default: run after the fact, on the text as forwarded."""
    ALL = 3
    """Both, as ``POST /dlp/scan`` and ``cordon scan`` do."""


class Action(StrEnum):
    """What is done with a value that a rule found."""

    REDACT = "redact"
    """Replaced by the rule's replacement text."""
    MASK = "mask"
    """Replaced but for its last characters."""
    TOKENIZE = "tokenize"
    """Replaced by a surrogate token; the value goes to the vault. Redacted when the vault is away."""
    BLOCK = "block"
    """The whole message is withheld."""
    ALERT = "alert"
    """Left in the message; the supervisor is told."""
    ALLOW = "allow"
    """Left in the message and only counted."""

    @property
    def removes(self) -> bool:
        """Whether the value leaves the text."""
        return self in _REMOVING


_REMOVING = frozenset({Action.REDACT, Action.MASK, Action.TOKENIZE, Action.BLOCK})
