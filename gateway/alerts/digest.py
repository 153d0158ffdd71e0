"""Many alerts, few messages: grouped by rule and queue, held back when there are too many. Pure: time is passed in."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from schemas import Alert, Severity

MAX_GROUPS: Final = 500
"""Groups that wait; what goes beyond is counted under its severity alone."""
NAMED: Final = 5
"""Agents that a message names."""


@dataclass(slots=True)
class Group:
    """Alerts of one rule and queue, as numbers: nothing else of them is kept."""

    rule: str
    queue_id: str | None
    severity: Severity
    began: float
    """By the clock of the digest."""
    first: datetime
    last: datetime
    count: int = 0
    agents: dict[str, None] = field(default_factory=dict)
    """In the order of their first alert."""
    places: dict[int, int] = field(default_factory=dict)
    """Partition to the offset of the first alert from there."""

    def add(self, alert: Alert, partition: int, offset: int) -> None:
        """Count one, and remember where it stands in the topic."""
        self.count += 1
        self.places.setdefault(partition, offset)
        self.first, self.last = min(self.first, alert.occurred_at), max(self.last, alert.occurred_at)
        if alert.severity.rank > self.severity.rank:
            self.severity = alert.severity
        if alert.agent_id is not None and len(self.agents) <= NAMED:
            self.agents.setdefault(alert.agent_id)

    def sentence(self) -> str:
        """``12 alerts of CreditCard (critical) in the queue Cards, 09:30 to 09:41 UTC; agents ana, ben``."""
        what = f"{self.count} alert{'s' if self.count > 1 else ''} of {self.rule} ({self.severity.lower()})"
        where = f" in the queue {self.queue_id}" if self.queue_id else ""
        span = f"{self.first:%H:%M}" if self.count == 1 else f"{self.first:%H:%M} to {self.last:%H:%M}"
        names = list(self.agents)[:NAMED]
        more = " and others" if len(self.agents) > NAMED else ""
        who = f"; agent{'s' if len(names) > 1 else ''} {', '.join(names)}{more}" if names else ""
        return f"{what}{where}, {span} UTC{who}"


class Digest:
    """Collects, and says what is due."""

    def __init__(self, *, group_seconds: float, per_hour: int) -> None:
        self._group_seconds = group_seconds
        self._rate = per_hour / 3600
        self._most = float(max(1, min(per_hour, 5)))
        self._allowance = self._most
        self._counted_at: float | None = None
        self._groups: dict[tuple[str, str | None], Group] = {}

    def __len__(self) -> int:
        return len(self._groups)

    def waits_from(self, partition: int) -> int | None:
        """The offset of the first alert of a partition that nobody has been told of; None where none waits."""
        return min(
            (group.places[partition] for group in self._groups.values() if partition in group.places), default=None
        )

    def add(self, alert: Alert, now: float, *, partition: int = 0, offset: int = 0) -> None:
        """Take an alert in."""
        key = (alert.rule, alert.queue_id)
        if key not in self._groups and len(self._groups) >= MAX_GROUPS:
            key = (f"other rules, {alert.severity.lower()}", None)
        group = self._groups.get(key)
        if group is None:
            group = Group(key[0], key[1], alert.severity, now, alert.occurred_at, alert.occurred_at)
            self._groups[key] = group
        group.add(alert, partition, offset)

    def due(self, now: float) -> list[Group]:
        """The groups to tell of in one message now; empty while none has waited long enough, or too much was told."""
        self._refill(now)
        is_ripe = any(now - group.began >= self._group_seconds for group in self._groups.values())
        if not is_ripe or self._allowance < 1:
            return []
        return sorted(self._groups.values(), key=lambda group: (-group.severity.rank, group.rule))

    def told(self, groups: Iterable[Group]) -> None:
        """A message about these has been taken."""
        self._allowance -= 1
        for group in groups:
            self._groups = {key: one for key, one in self._groups.items() if one is not group}

    def _refill(self, now: float) -> None:
        passed = 0.0 if self._counted_at is None else now - self._counted_at
        self._counted_at = now
        self._allowance = min(self._most, self._allowance + passed * self._rate)
