from datetime import UTC, datetime

from schemas import Action, Direction, Severity, Violation

NOW = datetime(2026, 1, 31, tzinfo=UTC)


def violation() -> Violation:
    return Violation(
        violation_id="v",
        event_id="e",
        rule="CreditCard",
        severity=Severity.CRITICAL,
        match_count=1,
        conversation_id="c",
        direction=Direction.INBOUND,
        agent_id="a",
        stage="critical",
        action=Action.REDACT,
        entity="payment_card",
        channel="whatsapp",
        policy_version="1",
        masked_preview="************1111",
        fingerprint="f",
        occurred_at=NOW,
        detected_at=NOW,
    )


def test_the_public_names_are_written_as_the_brief_spells_them() -> None:
    written = violation().model_dump(mode="json")

    assert {"event_id", "rule", "severity", "matchCount", "conversationId", "direction", "agentId"} <= written.keys()


def test_what_is_written_can_be_read_again() -> None:
    assert Violation.model_validate_json(violation().model_dump_json()) == violation()
