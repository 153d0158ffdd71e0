"""What a page asks for, as query parameters, within what the person who asks may see."""

import time
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import HTTPException, Query

from gateway.auth import Caller
from gateway.console.queries.filters import DAY_MS, Filters
from schemas import Action, Direction, Severity

LONGEST_MS: Final = 366 * DAY_MS
_Name = Annotated[str | None, Query(max_length=512)]
_Moment = Annotated[int | None, Query(ge=0, le=2**53, description="milliseconds since the epoch")]


@dataclass(frozen=True, slots=True)
class Asked:
    """A period, a day back from now by default, and conditions."""

    since: _Moment = None
    until: _Moment = None
    rule: _Name = None
    severity: Severity | None = None
    channel: _Name = None
    direction: Direction | None = None
    action: Action | None = None
    agent: _Name = None
    conversation: _Name = None
    queue: _Name = None

    def filters(self, caller: Caller) -> Filters:
        """As the read model is asked. Raises 422 for a period that is none."""
        until = self.until if self.until is not None else round(time.time() * 1000) + 1
        since = self.since if self.since is not None else until - DAY_MS
        if not 0 < until - since <= LONGEST_MS:
            raise HTTPException(422, "the period has to end after it began, and within a year")
        return Filters(
            since_ms=since,
            until_ms=until,
            rule=self.rule,
            severity=self.severity,
            channel=self.channel,
            direction=self.direction.value if self.direction else None,
            action=self.action.value if self.action else None,
            agent=self.agent,
            conversation=self.conversation,
            queue=self.queue,
            queues=caller.queues,
        )
