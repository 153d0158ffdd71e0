"""What a question is about, within what the person who asks may see."""

from dataclasses import dataclass, replace
from typing import Any, Final, Self

from sqlalchemy import ColumnElement, Table, select

from gateway.console import tables
from schemas import Severity

DAY_MS: Final = 86_400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Conditions on violations. None stands for any."""

    since_ms: int
    until_ms: int
    rule: str | None = None
    severity: Severity | None = None
    channel: str | None = None
    direction: str | None = None
    action: str | None = None
    agent: str | None = None
    conversation: str | None = None
    queue: str | None = None
    """Of those that the person who asks may see."""
    queues: frozenset[str] | None = None
    """The queues of the person who asks."""

    def where(self) -> list[ColumnElement[bool]]:
        """As conditions of a statement over ``console_violations``."""
        columns = tables.violations.c
        pairs = (
            (columns.rule, self.rule),
            (columns.severity, self.severity.value if self.severity else None),
            (columns.channel, self.channel),
            (columns.direction, self.direction),
            (columns.action, self.action),
            (columns.agent_id, self.agent),
            (columns.conversation_id, self.conversation),
        )
        conditions = [columns.detected_ms >= self.since_ms, columns.detected_ms < self.until_ms]
        conditions += [column == value for column, value in pairs if value is not None]
        if self.queue is not None:
            conditions += within(tables.violations, frozenset({self.queue}))
        return conditions + within(tables.violations, self.queues)

    def before(self) -> Self:
        """The same question about the period before, just as long."""
        return replace(self, since_ms=2 * self.since_ms - self.until_ms, until_ms=self.since_ms)


def within(table: Table, queues: frozenset[str] | None) -> list[ColumnElement[bool]]:
    """Conditions that leave the conversations of these queues."""
    if queues is None:
        return []
    known: Any = tables.conversations.c
    return [table.c.conversation_id.in_(select(known.conversation_id).where(known.queue_id.in_(sorted(queues))))]
