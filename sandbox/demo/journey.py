"""Where each line of the script is: what has been seen of it, and when."""

import threading
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from sandbox.demo.doubles import Double
from sandbox.demo.script import Fate, Line


@dataclass(slots=True)
class Sightings:
    """What was seen of one message. Times are seconds since the epoch; None where it has not been seen yet."""

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


@dataclass(slots=True)
class Journey:
    """One line on its way."""

    line: Line
    fed: float | None = None
    """Said: taken by the double, the gateway or the broker."""
    seen: Sightings = field(default_factory=Sightings)

    def missing(self, doubles: Sequence[Double]) -> list[str]:
        """What has yet to be seen of it, in words, by the topics and the doubles that run."""
        seen, fate = self.seen, self.line.fate
        if fate is Fate.DEAD_LETTER:
            return [] if seen.put_aside else ["is not among the dead letters"]
        missing = []
        if seen.forwarded is None:
            missing.append("was not forwarded")
        elif not self._is_as_expected():
            missing.append("was forwarded with another text than expected")
        if seen.delivered is None and any(double.takes(self.line.direction) for double in doubles):
            missing.append("was not delivered")
        if fate is not Fate.CLEAN and seen.reported is None and any(double.is_siem for double in doubles):
            missing.append("did not reach the SIEM")
        if fate is Fate.CLEAN and seen.rules:
            missing.append("was reported although it is clean")
        return missing

    def seconds_to(self, moment: float | None) -> float | None:
        """From the feed to that moment; never below zero, as clocks of processes differ by a little."""
        return None if moment is None or self.fed is None else max(moment - self.fed, 0.0)

    def _is_as_expected(self) -> bool:
        if self.line.fate is Fate.REDACTED:
            return not any(planted.value in (self.seen.text or "") for planted in self.line.planted)
        return self.seen.text == self.line.text


class Journeys:
    """All lines, told by several threads what was seen of them. Only the first sight of a thing counts.

    A message may be seen before its feeder has learnt its id: what is seen is kept by id until a line claims it.
    """

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lock = threading.Lock()
        self._journeys = [Journey(line) for line in lines]
        self._seen: defaultdict[str, Sightings] = defaultdict(Sightings)

    def all(self) -> list[Journey]:
        """In the order of the script."""
        return list(self._journeys)

    def fed(self, line: Line, at: float, event_id: str) -> None:
        """A line was said, and this is the id by which it travels."""
        with self._lock:
            journey = next(one for one in self._journeys if one.line is line)
            journey.fed, journey.seen = at, self._seen[event_id]

    def forwarded(self, event_id: str, at: float, text: str) -> None:
        """It stands in ``messages.forward``."""
        with self._lock:
            seen = self._seen[event_id]
            if seen.forwarded is None:
                seen.forwarded, seen.text = at, text

    def delivered(self, event_id: str, at: float) -> None:
        """A double received it."""
        with self._lock:
            seen = self._seen[event_id]
            seen.delivered = seen.delivered or at

    def reported(self, event_id: str, at: float, rule: str) -> None:
        """The SIEM's double received a violation of it."""
        with self._lock:
            seen = self._seen[event_id]
            seen.reported = seen.reported or at
            if rule not in seen.rules:
                seen.rules.append(rule)

    def put_aside(self, origin: str, at: float) -> None:
        """A dead letter names this place, by which a record travels that has no id."""
        with self._lock:
            seen = self._seen[origin]
            seen.put_aside = seen.put_aside or at

    def have_arrived(self, doubles: Sequence[Double]) -> bool:
        """Whether everything has been seen of every line."""
        with self._lock:
            return not any(journey.missing(doubles) for journey in self._journeys)


def origin_of(topic: str, partition: int, offset: int) -> str:
    """The name of a record's place. The topic stands without its prefix."""
    return f"{topic}[{partition}]@{offset}"
