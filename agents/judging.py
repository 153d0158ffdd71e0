"""What the judging stages share: the engine, and how findings become records."""

from dataclasses import dataclass

from detection import Engine, History
from detection.inspection import Inspection, inspect
from detection.reporting import Reporter, Subject
from detection.reviewing import needs_review
from schemas import Severity, Tier
from schemas.plain import Message
from schemas.second_pass import SecondPass
from schemas.written import WrittenViolation
from streams.stage import Output, StageTools
from streams.topics import Topic
from vault.token_source import TokenSource, tokens_by_value

GRAVE = frozenset({Severity.CRITICAL, Severity.HIGH})
"""Findings of the first pass that ask for the second."""


@dataclass(frozen=True, slots=True)
class Judging:
    """An engine and the reporter that speaks for one stage."""

    engine: Engine
    reporter: Reporter
    tokens: TokenSource | None = None
    """Where values get their tokens; without it they are redacted."""
    second_pass: SecondPass | None = None
    """Looks again, with other means, at messages in which something grave was found."""

    async def inspected(self, event: Message, history: History) -> Inspection:
        """The blocking tier's judgement, with tokens where policy wants them; a value without one is redacted."""
        inspection = inspect(self.engine, event, tier=Tier.BLOCKING, history=history)
        if self.tokens is None or not (wanted := inspection.tokenizable):
            return inspection
        given = await tokens_by_value(self.tokens, wanted, conversation_id=event.conversation_id)
        if not given:
            return inspection
        return inspect(self.engine, event, tier=Tier.BLOCKING, history=history, tokens=given)

    def needs_review(self, event: Message, inspection: Inspection, history: History) -> bool:
        """Whether the medium stage could find anything: what it cannot is not sent to it."""
        if self.second_pass is not None and any(found.severity in GRAVE for found in inspection.findings):
            return True
        return needs_review(
            self.engine,
            inspection,
            history,
            direction=event.direction,
            channel=event.channel,
            queue=event.queue_id,
        )

    def reports(
        self, tools: StageTools, subject: Subject, violations: list[WrittenViolation], key: bytes
    ) -> list[Output]:
        """The records that tell of violations: to the SIEM, the agent and the supervisor."""
        tools.metrics.count_findings(violations)
        return [
            *(Output(Topic.VIOLATIONS, key, violation.to_json()) for violation in violations),
            *(Output(Topic.ALERTS, key, alert.to_json()) for alert in self.reporter.alerts(subject, violations)),
        ]
