"""What stages write is what the contracts' models write, byte for byte."""

from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detection.finding import Finding, Verdict
from detection.inspection import Inspection, Piece
from detection.reporting import Reporter, Subject
from schemas import Action, Alert, Direction, ForwardMessage, Match, MessagePart, Severity, Stage, Violation
from schemas.record import Record, rfc3339
from schemas.written import (
    SCHEMA_VERSION,
    WrittenAlert,
    WrittenForward,
    WrittenMatch,
    WrittenViolation,
    raw,
)

identifiers = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
optional = st.none() | identifiers
instants = st.datetimes(min_value=datetime(2000, 1, 1), timezones=st.sampled_from([UTC, timezone(timedelta(hours=2))]))  # noqa: DTZ001  (the zone is drawn)
subjects = st.builds(
    Subject, identifiers, identifiers, st.sampled_from(Direction), identifiers, instants, optional, optional
)
findings = st.builds(
    Finding,
    rule=st.sampled_from(["CreditCard", "SSN"]),
    entity=st.sampled_from(["payment_card", "us_ssn"]),
    severity=st.sampled_from(Severity),
    action=st.sampled_from(Action),
    start=st.integers(0, 5),
    end=st.integers(6, 30),
    score=st.floats(0, 1),
    replacement=st.just("[REDACTED]"),
    event_ids=st.lists(identifiers, max_size=2).map(tuple),
)


@pytest.mark.parametrize(
    ("written", "model"),
    [
        (WrittenMatch, Match),
        (WrittenViolation, Violation),
        (WrittenAlert, Alert),
        (WrittenForward, ForwardMessage),
    ],
)
def test_the_fields_are_those_of_the_model_in_its_order(written: type[msgspec.Struct], model: type[Record]) -> None:
    names = [(field.name, field.encode_name) for field in msgspec.structs.fields(written)]

    assert names == [(name, field.alias or name) for name, field in model.model_fields.items()]


def test_the_version_is_the_models() -> None:
    assert {model.model_fields["schema_version"].default for model in (Violation, Alert, ForwardMessage)} == {
        SCHEMA_VERSION
    }


@given(subjects, st.lists(findings, min_size=1, max_size=4), st.text(min_size=30, max_size=40), instants)
def test_violations_and_alerts_are_written_as_their_models_write_them(
    subject: Subject, found: list[Finding], text: str, now: datetime
) -> None:
    reporter = Reporter(Stage.CRITICAL, "policy", b"key")
    inspection = Inspection((Piece("text", text, Verdict(tuple(found), "")),), "", (), {})
    violations = reporter.violations(subject, inspection, now)

    for value, model in [
        *((one.to_json(), Violation) for one in violations),
        *((one.to_json(), Alert) for one in reporter.alerts(subject, violations)),
    ]:
        assert model.model_validate_json(value).model_dump_json().encode() == value


@given(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.lists(st.just("bare") | st.builds(MessagePart, text=identifiers, ref=optional), max_size=2),
    st.dictionaries(identifiers, st.integers() | st.floats() | st.booleans() | optional, max_size=3),
    instants,
)
def test_a_message_is_written_as_its_model_writes_it(
    text: str, parts: list[MessagePart | str], metadata: dict[str, float | str | None], now: datetime
) -> None:
    fields = {
        "event_id": "e",
        "conversation_id": "c",
        "direction": Direction.INBOUND,
        "channel": "open",
        "text": text,
        "is_redacted": True,
        "is_blocked": False,
        "violation_count": 2,
        "redaction_count": 3,
        "entities": ("payment_card",),
        "sender": "s",
        "recipient": None,
        "agent_id": None,
        "queue_id": "q",
    }
    written = WrittenForward(
        schema_version=SCHEMA_VERSION,
        parts=raw(tuple(parts)),
        occurred_at=rfc3339(now),
        metadata=raw(metadata),
        **fields,
    )
    model = ForwardMessage(parts=tuple(parts), occurred_at=now, metadata=metadata, **fields)

    assert written.to_json() == model.model_dump_json().encode()


def test_no_repr_shows_what_a_record_says() -> None:
    match = WrittenMatch("text", 0, 4, 1.0, "****", "f")

    assert "****" not in f"{match!r} {match}"
