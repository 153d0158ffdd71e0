"""Violations and alerts say what became of a value, also where policy would have taken it out and could not."""

from datetime import UTC, datetime

import pytest

from detection import Engine, load_policy
from detection.inspection import Inspection, Piece
from detection.reporting import Reporter, Subject
from schemas import Action, Direction, Stage

ENGINE = Engine(load_policy())
NOW = datetime(2026, 1, 31, tzinfo=UTC)
SUBJECT = Subject("e", "c", Direction.INBOUND, "open", NOW)


@pytest.mark.parametrize(
    ("stage", "text", "action", "told"),
    [
        (Stage.CRITICAL, "my card is 4111 1111 1111 1111", Action.REDACT, "taken out of the message"),
        (Stage.GATEWAY, "write to jane@example.com", Action.REDACT, "taken out of the message"),
        (Stage.MEDIUM, "write to jane@example.com", Action.ALERT, "left in the message"),
        (Stage.MEDIUM, "my server is at 198.51.100.7", Action.ALLOW, None),
    ],
)
def test_what_was_done_is_what_is_told(stage: Stage, text: str, action: Action, told: str | None) -> None:
    reporter = Reporter(stage, ENGINE.policy_version, b"key")
    verdict = ENGINE.scan(text)
    inspection = Inspection((Piece("text", text, verdict),), verdict.redacted_text, (), {})

    violations = reporter.violations(SUBJECT, inspection, NOW)
    alerts = reporter.alerts(SUBJECT, violations)

    assert [violation.action for violation in violations] == [action]
    assert all(told is not None and told in alert.message for alert in alerts)
    assert bool(alerts) == (told is not None)
