"""The medium stage behind the critical one: what is reported after a message has gone on, and how it is understood."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from agents.building import build_stages
from agents.critical import CriticalStage
from agents.medium import MediumStage
from schemas import Alert, Direction, Violation
from streams.settings import WorkerSettings
from streams.stage import Decision
from streams.topics import Topic
from tests.streams.driven import decided
from vault.keyring import Keyring


@dataclass(frozen=True)
class Record:
    value: bytes
    topic: str = "messages.inbound"
    headers: tuple[tuple[str, bytes], ...] = ()
    partition: int = 0
    offset: int = 0
    timestamp: int = 1_700_000_000_000
    key: bytes | None = b"c-1"


class Conversation:
    """Both stages of one worker, and one conversation that goes through them."""

    def __init__(self, critical: CriticalStage, medium: MediumStage) -> None:
        self._critical = critical
        self._medium = medium
        self._said = 0

    async def say(self, text: str, direction: Direction = Direction.INBOUND) -> list[Decision]:
        """What the medium stage decides of it, if it gets it at all."""
        self._said += 1
        event = {"event_id": f"m{self._said}", "conversation_id": "c-1", "direction": direction, "text": text}
        decision = await decided(self._critical.judge(Record(json.dumps(event).encode())))
        requests = [output for output in decision.outputs if output.topic is Topic.REVIEW]
        return [
            await decided(self._medium.judge(Record(one.value, topic="dlp.review", headers=tuple(one.headers))))
            for one in requests
        ]


@pytest.fixture
def conversation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Conversation:
    monkeypatch.setenv("CORDON_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9")
    keyring = Keyring.create(tmp_path / "keyring.json")
    settings = WorkerSettings(keyring_file=keyring.path, data_dir=tmp_path)
    (critical, medium), _ = build_stages(["critical", "medium"], settings)
    assert isinstance(critical, CriticalStage)
    assert isinstance(medium, MediumStage)
    return Conversation(critical, medium)


async def test_a_value_of_the_review_tier_is_reported_and_the_supervisor_told(conversation: Conversation) -> None:
    (decision,) = await conversation.say("write to jane.doe@example.com")

    assert decision.outcome == "reported"
    (violation,) = [Violation.model_validate_json(o.value) for o in decision.outputs if o.topic is Topic.VIOLATIONS]
    assert (violation.rule, violation.event_id) == ("EmailAddress", "m1")
    assert [Alert.model_validate_json(o.value).rule for o in decision.outputs if o.topic is Topic.ALERTS]
    assert all(b"jane.doe" not in output.value for output in decision.outputs)


async def test_an_answer_is_understood_by_the_question_before_it(conversation: Conversation) -> None:
    await conversation.say("What is your date of birth?", Direction.OUTBOUND)
    (decision,) = await conversation.say("12 April 1985")

    (violation,) = [Violation.model_validate_json(o.value) for o in decision.outputs if o.topic is Topic.VIOLATIONS]
    assert (violation.rule, violation.event_id) == ("DateOfBirth", "m2")


async def test_the_same_words_without_the_question_are_nothing(conversation: Conversation) -> None:
    await conversation.say("When shall we deliver it?", Direction.OUTBOUND)

    assert [decision.outcome for decision in await conversation.say("12 April 1985")] in ([], ["reviewed"])


async def test_what_cannot_be_opened_is_put_aside(conversation: Conversation) -> None:
    decision = await decided(conversation._medium.judge(Record(b"garbage", topic="dlp.review")))

    assert decision.outcome == "dead_letter"
