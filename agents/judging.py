"""What the judging stages share: the engine, and how findings become records."""

from dataclasses import dataclass

from detection import Engine
from detection.reporting import Reporter, Subject
from schemas import Violation
from streams.stage import Output, StageTools
from streams.topics import Topic


@dataclass(frozen=True, slots=True)
class Judging:
    """An engine and the reporter that speaks for one stage."""

    engine: Engine
    reporter: Reporter

    def reports(self, tools: StageTools, subject: Subject, violations: list[Violation], key: bytes) -> list[Output]:
        """The records that tell of violations: to the SIEM, the agent and the supervisor."""
        for violation in violations:
            tools.metrics.count(
                "dlp_findings_total",
                violation.match_count,
                stage=violation.stage,
                rule=violation.rule,
                action=violation.action,
            )
        return [
            *(Output(Topic.VIOLATIONS, key, violation.model_dump_json().encode()) for violation in violations),
            *(
                Output(Topic.ALERTS, key, alert.model_dump_json().encode())
                for alert in self.reporter.alerts(subject, violations)
            ),
        ]
