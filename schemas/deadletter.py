"""A record that could not be processed: its headers name the origin, its sealed value holds the whole original."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Self


class Stage(StrEnum):
    """The stages of a message's journey, as they sign what they write."""

    GATEWAY = "gateway"
    CRITICAL = "critical"
    MEDIUM = "medium"
    FORWARDER = "forwarder"
    SIEM = "siem"


class DeadLetterReason(StrEnum):
    """Why a record became a dead letter: a closed list, so that no message text slips in."""

    MALFORMED_JSON = "malformed_json"
    """Not JSON, or not UTF-8."""
    INVALID_EVENT = "invalid_event"
    """JSON, but a field is missing, of a wrong type or of an unknown value."""
    EMPTY_VALUE = "empty_value"
    """The record has no value."""
    TOO_LARGE = "too_large"
    """Its text exceeds the limit."""
    UNSEALABLE = "unsealable"
    """Sealed under a key that the keyring lacks, or tampered with."""
    SCAN_FAILED = "scan_failed"
    """A rule raised: what cannot be scanned is not forwarded."""
    OUTPUT_TOO_LARGE = "output_too_large"
    """An output exceeds what the broker takes."""
    REFUSED = "refused"
    """The outside system refused it for good."""
    RETRY_EXHAUSTED = "retry_exhausted"
    """The outside system was away for longer than a message may wait."""


@dataclass(frozen=True, slots=True)
class DeadLetterHeaders:
    """The ``cordon.*`` headers of a dead letter. All values are UTF-8 text."""

    topic: str
    """With the deployment's prefix."""
    partition: int
    offset: int
    stage: Stage
    reason: DeadLetterReason
    event_id: str | None = None
    detail: str | None = None
    """A code of the outside system, or a field's path; never a value."""

    def encode(self) -> list[tuple[str, bytes]]:
        """As Kafka headers."""
        pairs: list[tuple[str, str | int | None]] = [
            ("cordon.topic", self.topic),
            ("cordon.partition", self.partition),
            ("cordon.offset", self.offset),
            ("cordon.stage", self.stage),
            ("cordon.reason", self.reason),
            ("cordon.event_id", self.event_id),
            ("cordon.detail", self.detail),
        ]
        return [(name, str(value).encode()) for name, value in pairs if value is not None]

    @classmethod
    def decode(cls, headers: Sequence[tuple[str, bytes]]) -> Self | None:
        """Read the headers of a dead letter; None when they are not those of one."""
        found = {name.removeprefix("cordon."): (value or b"").decode("utf-8", "replace") for name, value in headers}
        try:
            return cls(
                found["topic"],
                int(found["partition"]),
                int(found["offset"]),
                Stage(found["stage"]),
                DeadLetterReason(found["reason"]),
                found.get("event_id"),
                found.get("detail"),
            )
        except (KeyError, ValueError):
            return None


class Resolution(StrEnum):
    """What an operator did about a dead letter."""

    REPLAYED = "replayed"
    """Sent on its way again."""
    DROPPED = "dropped"
    """Given up; it stays on the topic, sealed, until the topic forgets it."""


@dataclass(frozen=True, slots=True)
class ResolutionHeaders:
    """The headers of a record that resolves a dead letter of the same partition. Its value is empty."""

    resolves: int
    """The dead letter's offset."""
    resolution: Resolution

    def encode(self) -> list[tuple[str, bytes]]:
        """As Kafka headers."""
        return [("cordon.resolves", str(self.resolves).encode()), ("cordon.resolution", self.resolution.encode())]

    @classmethod
    def decode(cls, headers: Sequence[tuple[str, bytes]]) -> Self | None:
        """Read the headers of a resolution; None when they are not those of one."""
        found = {name: value or b"" for name, value in headers}  # Kafka's headers may hold nothing at all
        try:
            return cls(int(found["cordon.resolves"]), Resolution(found["cordon.resolution"].decode()))
        except (KeyError, ValueError):
            return None
