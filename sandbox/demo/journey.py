"""Where each line of the script is: what has been seen of it, and when."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from sandbox.demo.doubles import Double
from sandbox.demo.script import Fate, Line, Road


@dataclass(slots=True)
class Journey:
    """One line on its way. Times are seconds since the epoch; None where it has not been seen yet."""

    line: Line
    fed: float | None = None
    """Acknowledged by the gateway or the broker."""
    forwarded: float | None = None
    """Seen in ``messages.forward``."""
    delivered: float | None = None
    """Received by the double of whom it was meant for."""
    reported: float | None = None
    """Its violation was received by the double of the SIEM."""
    put_aside: float | None = None
    """Seen in ``dlp.deadletters``."""
    text: str | None = None
    """What was forwarded."""
    rules: list[str] = field(default_factory=list)
    """Which rules the violations name."""

    def missing(self, doubles: Sequence[Double]) -> list[str]:
        """What has yet to be seen of it, in words, by the topics and the doubles that run."""
        if self.line.fate is Fate.DEAD_LETTER:
            return [] if self.put_aside else ["is not among the dead letters"]
        missing = []
        if self.forwarded is None:
            missing.append("was not forwarded")
        elif not self._is_as_expected():
            missing.append("was forwarded with another text than expected")
        if self.delivered is None and any(double.takes(self.line.direction) for double in doubles):
            missing.append("was not delivered")
        if self.line.fate is not Fate.CLEAN and self.reported is None and any(double.is_siem for double in doubles):
            missing.append("did not reach the SIEM")
        if self.line.fate is Fate.CLEAN and self.rules:
            missing.append("was reported although it is clean")
        return missing

    def seconds_to(self, moment: float | None) -> float | None:
        """From the acknowledged feed to that moment; never below zero, as clocks of processes differ by a little."""
        return None if moment is None or self.fed is None else max(moment - self.fed, 0.0)

    def _is_as_expected(self) -> bool:
        if self.line.fate is Fate.REDACTED:
            return not any(planted.value in (self.text or "") for planted in self.line.planted)
        return self.text == self.line.text


class Journeys:
    """All lines, told by several threads what was seen of them. Only the first sight of a thing counts."""

    def __init__(self, lines: list[Line]) -> None:
        self._lock = threading.Lock()
        self._journeys = {line.event_id: Journey(line) for line in lines}
        self.origins: dict[tuple[str, int, int], str] = {}
        """Topic without prefix, partition and offset of what the foreign producer wrote, to its line."""

    def all(self) -> list[Journey]:
        """In the order of the script."""
        return list(self._journeys.values())

    def fed(self, event_id: str, at: float) -> None:
        """The gateway or the broker has acknowledged it."""
        with self._lock:
            self._journeys[event_id].fed = at

    def forwarded(self, event_id: str, at: float, text: str) -> None:
        """It stands in ``messages.forward``."""
        with self._lock:
            if (journey := self._journeys.get(event_id)) is not None and journey.forwarded is None:
                journey.forwarded, journey.text = at, text

    def delivered(self, event_id: str, at: float) -> None:
        """A double received it."""
        with self._lock:
            if (journey := self._journeys.get(event_id)) is not None and journey.delivered is None:
                journey.delivered = at

    def reported(self, event_id: str, at: float, rule: str) -> None:
        """The SIEM's double received a violation of it."""
        with self._lock:
            if (journey := self._journeys.get(event_id)) is not None:
                journey.reported = journey.reported or at
                journey.rules.append(rule)

    def put_aside(self, origin: tuple[str, int, int], at: float) -> None:
        """A dead letter names this place as its origin."""
        with self._lock:
            if (event_id := self.origins.get(origin)) is not None:
                self._journeys[event_id].put_aside = at

    def have_arrived(self, doubles: Sequence[Double]) -> bool:
        """Whether everything has been seen of every line."""
        with self._lock:
            return not any(journey.missing(doubles) for journey in self._journeys.values())


def entrance(line: Line) -> str:
    """How a line came in, for the table."""
    return "gateway" if line.road is Road.GATEWAY else "producer"
