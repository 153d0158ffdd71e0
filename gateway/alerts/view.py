"""Which alerts a listener gets: what it asks for, within what it may see."""

from dataclasses import dataclass

from schemas import Alert, Audience, Severity


@dataclass(frozen=True, slots=True)
class View:
    """Every condition has to hold; None stands for any."""

    audience: Audience | None = None
    agent_id: str | None = None
    conversation_id: str | None = None
    queue_id: str | None = None
    severity: Severity = Severity.LOW
    """This bad or worse."""
    only_agent: str | None = None
    """The listener is this agent: alerts for others are not theirs."""
    only_queues: frozenset[str] | None = None
    """The listener looks after these queues."""

    def shows(self, alert: Alert) -> bool:
        """Whether the listener gets this alert."""
        return (
            (self.audience is None or alert.audience is self.audience)
            and (self.agent_id is None or alert.agent_id == self.agent_id)
            and (self.conversation_id is None or alert.conversation_id == self.conversation_id)
            and (self.queue_id is None or alert.queue_id == self.queue_id)
            and alert.severity.rank >= self.severity.rank
            and self._may_be_seen(alert)
        )

    def _may_be_seen(self, alert: Alert) -> bool:
        if self.only_agent is not None:
            is_own = alert.agent_id == self.only_agent
            is_served = alert.agent_id is None and self.conversation_id is not None  # the customer's side of it
            return alert.audience is Audience.AGENT and (is_own or is_served)
        return self.only_queues is None or alert.queue_id in self.only_queues
