"""What a stage has in hand: the events that it has begun and not finished, counted in records."""

from collections.abc import Callable
from typing import Protocol


class Begun(Protocol):
    """An event in the hands of a stage."""

    acked: bool
    """Set once every output of it is with the broker."""


class Hand:
    """Events of one consumer between their beginning and their end.

    Those that wait in the stage's queue are not among them: a revocation drops them untouched.
    """

    def __init__(self) -> None:
        self._events: dict[Begun, int] = {}
        self.on_abandoned: Callable[[int], None] = lambda _: None
        """Told how many records were left to the next owner of their partition."""

    def take(self, event: Begun, records: int) -> None:
        """A stage begins an event."""
        self._events[event] = records

    def put_down(self, event: Begun) -> bool:
        """A stage is done with an event. False when it had been abandoned meanwhile: then it is not to be counted."""
        return self._events.pop(event, None) is not None

    @property
    def records(self) -> int:
        """Records in hand."""
        return sum(self._events.values())

    def unfinished(self) -> int:
        """Events that are not acknowledged."""
        return sum(not event.acked for event in self._events)

    def abandon(self) -> int:
        """Let go of everything; how many events it were that are not acknowledged."""
        left = {event: records for event, records in self._events.items() if not event.acked}
        self._events.clear()
        if left:
            self.on_abandoned(sum(left.values()))
        return len(left)
