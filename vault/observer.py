"""What the vault tells of itself, for metrics. Closed lists only: no id, no entity that a caller made up, no value."""

from typing import Literal, Protocol

Operation = Literal["create", "reveal"]
Outcome = Literal["allowed", "denied", "failed"]
Fallback = Literal["timeout", "refused", "unavailable", "failed"]


class Observer(Protocol):
    """Told of every operation."""

    def operation(self, name: Operation, outcome: Outcome, seconds: float) -> None:
        """One call ended after so many seconds."""
        ...

    def fallback(self, reason: Fallback) -> None:
        """One value is redacted because there was no token."""
        ...

    def canary(self) -> None:
        """Somebody tried to resolve a canary; the audit record ``token.canary`` says who."""
        ...


class NoObserver:
    """Tells nobody."""

    def operation(self, name: Operation, outcome: Outcome, seconds: float) -> None:
        """As the protocol says."""

    def fallback(self, reason: Fallback) -> None:
        """As the protocol says."""

    def canary(self) -> None:
        """As the protocol says."""
