"""Keyed hashes: equal values are recognised, within a scope and never across tenants."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from detection.finding import Finding, Verdict
from detection.inspection import Inspection, Piece
from detection.reporting import Reporter, Subject
from schemas import Action, Direction, Severity, Stage
from vault.fingerprints import Fingerprints
from vault.keyring import Keyring
from vault.requests import Scope, TokenRequest

CARD = TokenRequest(entity="payment_card", value="4539 1488 0343 6467")


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    return Keyring.create(tmp_path / "keyring.json")


@pytest.fixture
def fingerprints(keyring: Keyring) -> Fingerprints:
    return Fingerprints(keyring)


@pytest.mark.parametrize("value", ["4539148803436467", "4539-1488-0343-6467", " 4539 1488 0343 6467 "])
def test_one_value_has_one_fingerprint_however_it_is_written(fingerprints: Fingerprints, value: str) -> None:
    assert fingerprints.of_request("t", replace(CARD, value=value)) == fingerprints.of_request("t", CARD)


@pytest.mark.parametrize(
    "other",
    [replace(CARD, value="4111111111111111"), replace(CARD, entity="iban"), replace(CARD, scope=Scope.CONVERSATION)],
    ids=["value", "entity", "scope"],
)
def test_anything_else_has_another(fingerprints: Fingerprints, other: TokenRequest) -> None:
    assert fingerprints.of_request("t", other) != fingerprints.of_request("t", CARD)


def test_so_it_has_for_another_tenant_and_under_another_keyring(fingerprints: Fingerprints, tmp_path: Path) -> None:
    elsewhere = Fingerprints(Keyring.create(tmp_path / "other.json"))

    assert fingerprints.of_request("u", CARD) != fingerprints.of_request("t", CARD)
    assert elsewhere.of_request("t", CARD) != fingerprints.of_request("t", CARD)
    assert fingerprints.of_subject("u", "jane") != fingerprints.of_subject("t", "jane")


def test_parts_that_run_together_are_told_apart(fingerprints: Fingerprints) -> None:
    assert fingerprints.of_subject("ab", "c") != fingerprints.of_subject("a", "bc")


def test_within_a_conversation_it_is_that_conversations(fingerprints: Fingerprints) -> None:
    here = replace(CARD, scope=Scope.CONVERSATION, conversation_id="c")

    assert fingerprints.of_request("t", here) == fingerprints.of_request("t", replace(here))
    assert fingerprints.of_request("t", here) != fingerprints.of_request("t", replace(here, conversation_id="d"))


def test_where_each_call_gives_a_new_token_there_is_none(fingerprints: Fingerprints) -> None:
    assert fingerprints.of_request("t", replace(CARD, scope=Scope.NONE)) is None


@pytest.mark.parametrize(
    ("entity", "value"),
    [
        ("payment_card", "4539 1488 0343 6467"),
        ("iban", "de89 3704 0044 0532 0130 00"),
        ("email_address", "Jane.Doe@example.com"),
        ("password", "hunter2!"),
        ("phone_number", "+44 20 7946 0958"),
    ],
)
def test_the_one_that_callers_see_is_that_of_violations(keyring: Keyring, entity: str, value: str) -> None:
    now = datetime(2026, 1, 31, tzinfo=UTC)
    finding = Finding("Rule", entity, Severity.HIGH, Action.REDACT, 0, len(value), 0.9, "[X]")
    inspection = Inspection((Piece("text", value, Verdict((finding,), "[X]")),), "[X]", (), {})
    reporter = Reporter(Stage.CRITICAL, "v", keyring.fingerprint_key)
    (violation,) = reporter.violations(Subject("e", "c", Direction.INBOUND, "open", now), inspection, now)

    shown = Fingerprints(keyring).shown(entity, value)

    assert len(shown) == 16
    assert violation.fingerprint is not None
    assert violation.fingerprint.startswith(shown)
