"""The doubles of the outside systems that the demo runs: how each is set, and how to read what it received."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx

from schemas import Direction

Reading = tuple[str, float, str | None]
"""Event id, epoch seconds of its arrival, and the rule where it is a violation."""


@dataclass(frozen=True, slots=True)
class Double:
    """One outside system's double."""

    name: str
    """As in ``cordon sandbox NAME``."""
    title: str
    """What it stands for."""
    settings: Callable[[str], dict[str, str]]
    """From its address to Cordon's settings."""
    read: Callable[[dict[str, Any]], Reading | None]
    """From one received thing to what it says about a message; None where it says nothing."""
    delivers: frozenset[Direction] = frozenset()
    """The directions whose messages it receives; none for a SIEM."""
    health: str = "/_sandbox/health"

    @property
    def is_siem(self) -> bool:
        """Whether it receives reports rather than messages."""
        return not self.delivers

    def takes(self, direction: Direction) -> bool:
        """Whether messages of that direction end there."""
        return direction in self.delivers

    def received(self, url: str) -> Iterator[Reading]:
        """Everything that it has received so far."""
        answer = httpx.get(f"{url}/_sandbox/received", timeout=5)
        for thing in answer.raise_for_status().json():
            if (reading := self.read(thing)) is not None:
                yield reading


DOUBLES: tuple[Double, ...] = ()
