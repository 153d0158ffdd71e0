"""The second pass: slower detectors of another kind that look again, after the fact, where the first pass found much.

A detector is a client of something outside the engine: a language model in another process, a cloud service. The medium
stage calls it for messages in which the first pass found HIGH or CRITICAL; it never holds a message up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Sighting:
    """A value that a detector saw, without the value."""

    entity: str
    """In our names: ``person_name``, ``location`` ..."""
    start: int
    """First code point in the text."""
    end: int
    """Code point after the last one."""
    score: float
    """The detector's own confidence, 0 to 1."""


class SecondPassAwayError(Exception):
    """The detector did not answer, or not in time. The first pass's judgement stands. Quotes nothing of the text."""


class SecondPass(Protocol):
    """What a detector of the second pass offers."""

    name: str
    """For metrics and reasons: ``presidio``."""

    async def look(self, texts: Sequence[str]) -> list[list[Sighting]]:
        """See what stands in each text. Raises SecondPassAwayError; the texts reach no log."""
        ...

    async def close(self) -> None:
        """Let go of processes and connections."""
        ...
