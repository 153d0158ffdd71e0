"""What captures are made of: their states, what goes in and what comes out. Nothing here shows a value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

LANGUAGES: Final = ("en", "pt", "es", "fr")


class CaptureState(StrEnum):
    """Where a capture stands."""

    OPEN = "open"
    OPENED = "opened"
    """The page was opened by who holds the secret."""
    SUBMITTING = "submitting"
    SUBMITTED = "submitted"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    LOCKED = "locked"
    """Too many wrong attempts."""


LIVE: Final = (CaptureState.OPEN.value, CaptureState.OPENED.value)
"""States in which a capture can be filled in."""


class CaptureClosed(Exception):
    """Unknown, wrong secret, used, cancelled, locked or expired: to the outside they look the same."""

    def __init__(self, language: str = "en") -> None:
        super().__init__("closed")
        self.language = language
        """In which to say so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerAddress:
    """From where the customer writes, as messages of the channel name it."""

    channel: str
    customer: str = field(repr=False)
    ours: str | None = None
    """Our own address there, where we have several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCapture:
    """What is to be collected, for which conversation."""

    conversation_id: str
    fields: tuple[str, ...]
    ttl_seconds: float
    language: str = "en"
    recipient: str | None = None
    """For whom it is collected, as the page shows it."""
    agent_id: str | None = None
    """The agent who is told of its progress."""
    note_to: CustomerAddress | None = None
    """Whose conversation gets a message with the tokens, once they are there; None for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureLink:
    """A fresh capture; the only time that its secrets are seen."""

    capture_id: str
    secret: str = field(repr=False)
    flow_token: str = field(repr=False)
    expires_at: float

    def url(self, base: str) -> str:
        """The customer's address. The secret stands after the ``#``: browsers never send that part."""
        return f"{base.rstrip('/')}/c/{self.capture_id}#{self.secret}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureStep:
    """Something that the agent is told: a state and perhaps a field's name, never a character."""

    capture_id: str
    conversation_id: str
    agent_id: str | None
    state: str
    """``opened``, ``typing`` or ``valid``."""
    field: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureForm:
    """What the page needs to show its inputs and to encrypt them."""

    fields: tuple[str, ...]
    language: str
    recipient: str | None
    public_key: str
    """Base64 of an uncompressed P-256 point."""
    expires_at: float
    step: CaptureStep | None = None
    """That it was opened, the first time."""


@dataclass(frozen=True, slots=True)
class FlowForm:
    """What a WhatsApp Flow needs to show its inputs."""

    fields: tuple[str, ...]
    language: str
    step: CaptureStep | None = None
    """That it was opened, the first time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureStatus:
    """What the agent may see: states and tokens, never a character that was typed."""

    capture_id: str
    conversation_id: str
    state: CaptureState
    progress: Mapping[str, str]
    results: Mapping[str, Mapping[str, Any]]
    """Field to ``token``, ``last4`` (of a card) and ``is_valid``."""
    expires_at: float
    agent_id: str | None = None
    note_to: CustomerAddress | None = None
    """Whose conversation is still to get a message of it. Only news say so."""
