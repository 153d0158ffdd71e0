"""What a stage says of its findings: the same for the same message, true of what was done, and never a raw value."""

from datetime import UTC, datetime, timedelta
from functools import cache

import msgspec
import pytest
from msgspec.structs import replace

from detection import Engine, load_policy
from detection.finding import Verdict
from detection.inspection import Inspection, Piece
from detection.reporting import Reporter, Subject
from schemas import Action, Direction, Severity, Stage
from schemas.written import WrittenAlert, WrittenViolation

NOW = datetime(2026, 1, 31, tzinfo=UTC)
SUBJECT = Subject("e", "c", Direction.INBOUND, "open", NOW, agent_id="agent", queue_id="queue")
CARD = "4539 1488 0343 6467"
TWO_CARDS = f"my card is {CARD}, the other 4111 1111 1111 1111, ssn 536-22-8714"


@cache
def engine() -> Engine:
    return Engine(load_policy())


def inspection(*texts: str) -> Inspection:
    pieces = tuple(Piece(f"parts.{number}", text, engine().scan(text)) for number, text in enumerate(texts))
    return Inspection(tuple(piece for piece in pieces if piece.verdict.findings), "", (), {})


def reported(
    *texts: str,
    subject: Subject = SUBJECT,
    stage: Stage = Stage.CRITICAL,
    key: bytes = b"key",
    at: datetime = NOW,
) -> tuple[list[WrittenViolation], list[WrittenAlert]]:
    reporter = Reporter(stage, "0123456789ab", key)
    violations = reporter.violations(subject, inspection(*texts), at)
    return violations, reporter.alerts(subject, violations)


def ids(violations: list[WrittenViolation], alerts: list[WrittenAlert]) -> list[str]:
    return [*(violation.violation_id for violation in violations), *(alert.alert_id for alert in alerts)]


def test_each_rule_says_once_what_it_found_however_many_values() -> None:
    violations, _ = reported(TWO_CARDS, f"again {CARD}")

    assert [(violation.rule, violation.match_count) for violation in violations] == [("CreditCard", 3), ("SSN", 1)]
    assert [match.part for match in violations[0].matches] == ["parts.0", "parts.0", "parts.1"]
    assert TWO_CARDS[violations[0].matches[0].start : violations[0].matches[0].end] == CARD


def test_a_violation_says_of_which_message_and_under_which_policy() -> None:
    ((violation,), _) = reported(f"card {CARD}")

    assert (violation.event_id, violation.conversation_id, violation.direction) == ("e", "c", Direction.INBOUND)
    assert (violation.agent_id, violation.queue_id, violation.channel) == ("agent", "queue", "open")
    assert (violation.stage, violation.policy_version, violation.entity) == (
        Stage.CRITICAL,
        "0123456789ab",
        "payment_card",
    )
    assert violation.occurred_at.startswith("2026-01-31T00:00:00")


class TestIds:
    def test_are_the_same_after_a_replay(self) -> None:
        assert ids(*reported(TWO_CARDS)) == ids(*reported(TWO_CARDS, at=NOW + timedelta(days=1)))

    def test_are_all_different(self) -> None:
        every = ids(*reported(TWO_CARDS))

        assert len(set(every)) == len(every)

    @pytest.mark.parametrize(
        ("texts", "event_id"),
        [((TWO_CARDS,), "f"), ((f" {TWO_CARDS}",), "e"), (("", TWO_CARDS), "e")],
        ids=["another message", "another place", "another part"],
    )
    def test_change_with_the_message_and_with_the_place(self, texts: tuple[str, ...], event_id: str) -> None:
        other = reported(*texts, subject=replace(SUBJECT, event_id=event_id))

        assert set(ids(*other)).isdisjoint(ids(*reported(TWO_CARDS)))


class TestFingerprints:
    def test_are_the_same_for_one_value_however_it_is_written(self) -> None:
        ((one,), _), ((other,), _) = reported(f"card {CARD}"), reported("card 4539-1488-0343-6467 ok")

        assert one.fingerprint == other.fingerprint

    def test_differ_for_another_value_and_under_another_key(self) -> None:
        ((one,), _) = reported(f"card {CARD}")
        ((value,), _), ((key,), _) = reported("card 4111 1111 1111 1111"), reported(f"card {CARD}", key=b"other")

        assert len({one.fingerprint, value.fingerprint, key.fingerprint}) == 3


@pytest.mark.parametrize(
    "text",
    [
        TWO_CARDS,
        "password: Tr0ub4dor&3",
        "write to jane.doe@example.com",
        "call +44 20 7946 0958",
        f"in metadata {CARD.replace(' ', '')}",
    ],
)
def test_no_record_holds_a_raw_value(text: str) -> None:
    violations, alerts = reported(text)
    values = [text[f.start : f.end] for f in engine().scan(text).findings]
    written = msgspec.json.encode([violations, alerts]).decode()

    assert values
    for value in values:
        assert value not in written
        assert "".join(filter(str.isalnum, value)) not in written


def test_of_a_card_the_last_four_may_be_shown_and_of_nothing_else_anything() -> None:
    violations, _ = reported(TWO_CARDS)

    assert [violation.masked_preview for violation in violations] == ["************6467", "*********"]


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
    violations, alerts = reported(text, stage=stage)

    assert [violation.action for violation in violations] == [action]
    assert all(told is not None and told in alert.message for alert in alerts)
    assert bool(alerts) == (told is not None)


class TestAlerts:
    @pytest.mark.parametrize(
        ("stage", "severity", "audiences"),
        [
            (Stage.CRITICAL, Severity.CRITICAL, ["agent", "supervisor"]),
            (Stage.GATEWAY, Severity.MEDIUM, ["agent", "supervisor"]),
            (Stage.GATEWAY, Severity.LOW, ["agent"]),
            (Stage.MEDIUM, Severity.MEDIUM, ["supervisor"]),
            (Stage.MEDIUM, Severity.LOW, []),
        ],
    )
    def test_coach_the_agent_and_tell_the_supervisor_of_what_is_grave(
        self, stage: Stage, severity: Severity, audiences: list[str]
    ) -> None:
        ((violation,), _) = reported(f"card {CARD}", stage=stage)
        violation = replace(violation, severity=severity)

        alerts = Reporter(stage, "v", b"key").alerts(SUBJECT, [violation])

        assert [alert.audience for alert in alerts] == audiences

    @pytest.mark.parametrize(
        ("direction", "text", "sentence"),
        [
            (Direction.INBOUND, f"card {CARD}", "The customer sent a value that the rule CreditCard protects"),
            (Direction.OUTBOUND, f"{CARD}, {CARD}", "The agent sent 2 values that the rule CreditCard protects"),
        ],
    )
    def test_say_who_sent_how_many_values(self, direction: Direction, text: str, sentence: str) -> None:
        _, alerts = reported(text, subject=replace(SUBJECT, direction=direction))

        assert all(alert.message.startswith(sentence) for alert in alerts)


def test_nothing_found_is_nothing_told() -> None:
    clean = Inspection((Piece("text", "hello", Verdict((), "hello")),), "hello", (), {})

    assert Reporter(Stage.CRITICAL, "v", b"key").violations(SUBJECT, clean, NOW) == []
