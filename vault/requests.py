"""What callers hand to the vault and get back. No ``repr`` here shows a value."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from vault.formats import TokenFormat

DEFAULT_TENANT: Final = "default"
"""Whose everything is where nobody is told apart."""
TENANT_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_CARD_SHOWS: Final = 4
"""Digits at a card's end that a mask leaves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who asks, and why. Stands in the audit record."""

    actor: str
    """An API key's id, a stage's name, or the operating system's user of a command."""
    reason: str | None = None
    purpose: str | None = None
    conversation_id: str | None = None
    tenant: str = DEFAULT_TENANT
    """Whose tokens there are at all for this caller: another tenant's look unknown."""


class Scope(StrEnum):
    """Within what equal values get equal tokens."""

    CONVERSATION = "conversation"
    TENANT = "tenant"
    NONE = "none"
    """Every call gives a new token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRequest:
    """A value to keep."""

    entity: str
    value: str = field(repr=False)
    format: TokenFormat = TokenFormat.OPAQUE
    ttl_seconds: float | None = None
    """At most what retention allows the entity; None for just that."""
    scope: Scope = Scope.TENANT
    conversation_id: str | None = None
    subject: str | None = field(default=None, repr=False)
    """The data subject's id, to erase by. Kept as a keyed hash."""
    is_canary: bool = False
    """Whether it is laid out as bait: whoever resolves the token is reported and gets nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedToken:
    """A token, and what may be told of its value."""

    token: str
    entity: str
    format: TokenFormat
    mask: str
    """Mask characters; of a card the last four digits too."""
    last4: str | None
    """Of a card only."""
    fingerprint: str
    """Keyed: equal for equal values of a tenant, and useless to anyone without the key."""
    created_at: float
    expires_at: float
    is_duplicate: bool
    """Whether the value had this token already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenInfo:
    """A token without its value."""

    token: str
    entity: str
    format: TokenFormat
    state: str
    """``active``, ``disabled``, ``expired`` or ``erased``."""
    mask: str | None
    """None once the value is gone."""
    conversation_id: str | None
    created_at: float
    created_by: str
    expires_at: float


class View(StrEnum):
    """How much of a value is shown."""

    PLAIN = "plain"
    MASKED = "masked"
    REDACTED = "redacted"
    INTERNAL = "internal"
    """Plain, for Cordon's own use: the value goes to a check or an allowed upstream, never to the caller."""


def masked(entity: str, value: str) -> str:
    """Mask characters in the value's layout; the last four of a card stay, where they are less than half of it."""
    if last_four(entity, value) is None:
        return "*" * len(value)
    hidden = sum(map(str.isalnum, value)) - _CARD_SHOWS
    out = []
    for character in value:
        out.append("*" if character.isalnum() and hidden > 0 else character)
        hidden -= character.isalnum()
    return "".join(out)


def last_four(entity: str, value: str) -> str | None:
    """The last four digits of a card; of nothing else, nor of what is too short to be one."""
    digits = "".join(filter(str.isdigit, value))
    return digits[-4:] if entity == "payment_card" and len(digits) > 8 else None  # noqa: PLR2004  (not half of it)
