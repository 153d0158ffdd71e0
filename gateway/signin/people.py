"""Somebody who has proven who they are."""

from dataclasses import dataclass

from gateway.roles import Role


@dataclass(frozen=True, slots=True)
class Person:
    """As a way of signing in names them."""

    actor: str
    """As the audit trail names them: ``oidc:8c1f...``, ``link:ana``, ``genesys:5d2e...``."""
    name: str
    """As the page greets them."""
    role: Role
    agent_id: str | None = None
    """Under which messages name an agent; an agent has one."""
    queues: frozenset[str] | None = None


class NotAdmitted(Exception):
    """Who this is may be known, but not that they may enter. The message says why, for the page."""
