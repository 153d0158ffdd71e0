"""The critical stage record by record: both roads, every kind of poison, and what it remembers over a restart."""

import json
from collections.abc import Awaitable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from agents.building import Workshop, _critical
from agents.critical import CriticalStage
from schemas import DeadLetterReason, MessageEvent
from streams.deadletters import PoisonError
from streams.metrics import Metrics
from streams.settings import WorkerSettings
from streams.stage import Decision
from streams.topics import Topic
from tests.streams.driven import decided
from vault.keyring import Keyring

CARD = "4111 1111 1111 1111"


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CriticalStage:
    return made(tmp_path, monkeypatch)


def made(folder: Path, monkeypatch: pytest.MonkeyPatch, **more: Any) -> CriticalStage:
    monkeypatch.setenv("CORDON_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9")
    keyring = Keyring.create(folder / "keyring.json")
    settings = WorkerSettings(keyring_file=keyring.path, data_dir=folder, topic_prefix="acme.", **more)
    (stage,) = _critical(Workshop(settings, Metrics()))
    assert isinstance(stage, CriticalStage)
    return stage


def record(value: bytes | None, *, headers: tuple[tuple[str, bytes], ...] = (), key: bytes | None = b"c-1") -> Any:
    return SimpleNamespace(
        topic="acme.messages.inbound",
        partition=3,
        offset=17,
        timestamp=1_700_000_000_123,
        key=key,
        value=value,
        headers=headers,
    )


def message(text: str, **more: Any) -> bytes:
    return json.dumps({"conversation_id": "c-1", "direction": "INBOUND", "text": text, **more}).encode()


async def test_a_clean_message_is_forwarded_as_the_contract_writes_it_on_either_road(stage: CriticalStage) -> None:
    said = record(message("hello there", sender="customer", occurred_at="2026-01-31T12:00:00Z"))
    plain = stage.decide(said)
    whole = await stage._whole_road(MessageEvent.model_validate_json(said.value), said)

    assert isinstance(plain, Decision)
    (short,), (long,) = plain.outputs, whole.outputs
    assert (plain.outcome, short.topic, short.key) == ("forwarded", Topic.FORWARD, b"c-1")
    assert json.loads(short.value) == json.loads(long.value)
    assert list(json.loads(short.value)) == list(json.loads(long.value))


@pytest.mark.parametrize(
    "value", [message(f"my card is {CARD}"), message("hello", parts=["and this"]), message("maria@example.com")]
)
async def test_what_a_rule_of_any_tier_may_find_something_in_takes_the_long_road(
    stage: CriticalStage, value: bytes
) -> None:
    deciding = stage.decide(record(value))

    assert isinstance(deciding, Awaitable)
    await deciding


async def test_a_card_goes_out_as_its_replacement_and_is_reported_without_its_digits(stage: CriticalStage) -> None:
    decision = await decided(stage.decide(record(message(f"my card is {CARD}", event_id="m-1"))))

    forwarded = next(json.loads(output.value) for output in decision.outputs if output.topic is Topic.FORWARD)
    assert decision.outcome == "redacted"
    assert forwarded["text"] == "my card is [CREDIT CARD REDACTED]"
    assert (forwarded["is_redacted"], forwarded["violation_count"], forwarded["event_id"]) == (True, 1, "m-1")
    assert {output.topic for output in decision.outputs} >= {Topic.FORWARD, Topic.VIOLATIONS, Topic.ALERTS}
    assert all(CARD.encode() not in output.value for output in decision.outputs)
    assert all(b"4111111111111111" not in output.value for output in decision.outputs)


async def test_the_queue_goes_wherever_the_message_is_told_of(stage: CriticalStage) -> None:
    said = f"my card is {CARD}, my mail is maria@example.com"
    decision = await decided(stage.decide(record(message(said, queue_id="cards"))))

    by_topic = {output.topic: output for output in decision.outputs}
    review = stage.tools.codec.open(Topic.REVIEW, by_topic[Topic.REVIEW].value, by_topic[Topic.REVIEW].headers)
    told = [json.loads(output.value) for output in decision.outputs if output.topic is not Topic.REVIEW]
    assert by_topic.keys() == {Topic.FORWARD, Topic.VIOLATIONS, Topic.ALERTS, Topic.REVIEW}
    assert {one["queue_id"] for one in (*told, json.loads(review))} == {"cards"}


async def test_where_nobody_knows_the_queue_none_is_told(stage: CriticalStage) -> None:
    decision = await decided(stage.decide(record(message(f"my card is {CARD}"))))

    told = [json.loads(output.value) for output in decision.outputs if output.topic is not Topic.REVIEW]
    assert {one["queue_id"] for one in told} == {None}


@pytest.mark.parametrize("said", [CARD, f"{CARD} and mail maria@example.com"])
async def test_policy_tells_queues_apart_on_either_road(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text(
        "only: [CreditCard]\noverrides:\n  - set: {action: allow}\n  - when: {queue: cards}\n    set: {action: mask}\n"
    )
    stage = made(tmp_path, monkeypatch, policy_file=policy)

    async def forwarded(**more: Any) -> str:
        decision = await decided(stage.decide(record(message(said, **more))))
        return str(json.loads(decision.outputs[0].value)["text"])

    assert CARD not in await forwarded(queue_id="cards")
    assert await forwarded(queue_id="loans") == await forwarded() == said


async def test_without_an_id_of_the_channel_the_records_place_is_the_id(stage: CriticalStage) -> None:
    decision = await decided(stage.decide(record(message("hello"), key=None)))

    assert json.loads(decision.outputs[0].value)["event_id"] == "messages.inbound-3-17"
    assert decision.outputs[0].key == b"c-1"  # whatever the producer's key


async def test_what_the_gateway_sealed_is_opened(stage: CriticalStage) -> None:
    value, headers = stage.tools.codec.seal(Topic.INBOUND, message("hello"))
    decision = await decided(stage.decide(record(value, headers=tuple(headers))))

    assert json.loads(decision.outputs[0].value)["text"] == "hello"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, DeadLetterReason.EMPTY_VALUE),
        (b"", DeadLetterReason.MALFORMED_JSON),
        (b"{not json", DeadLetterReason.MALFORMED_JSON),
        (b"\xff\xfe", DeadLetterReason.MALFORMED_JSON),
        (b'{"conversation_id":"c","direction":"INBOUND","text":"\xc3\x28"}', DeadLetterReason.MALFORMED_JSON),
        (b"[" * 100_000, DeadLetterReason.MALFORMED_JSON),
        (b"null", DeadLetterReason.INVALID_EVENT),
        (b'{"conversation_id":"c","direction":"INBOUND"}', DeadLetterReason.INVALID_EVENT),
        (b'{"conversation_id":"c","direction":"INBOUND","text":null}', DeadLetterReason.INVALID_EVENT),
        (b'{"conversation_id":"c","direction":"INBOUND","text":7}', DeadLetterReason.INVALID_EVENT),
        (b'{"conversation_id":"c","direction":"SIDEWAYS","text":"x"}', DeadLetterReason.INVALID_EVENT),
        (message("A" * 900_000), DeadLetterReason.TOO_LARGE),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_what_is_no_message_is_poison_with_its_reason(
    stage: CriticalStage, value: bytes | None, reason: DeadLetterReason
) -> None:
    with pytest.raises(PoisonError) as poison:
        await decided(stage.decide(record(value)))

    assert poison.value.reason is reason
    assert not stage.limit.is_reached


async def test_a_large_field_that_nobody_reads_is_no_reason_to_put_a_message_aside(stage: CriticalStage) -> None:
    decision = await decided(stage.decide(record(message("hello", unknown="x" * 100_000))))

    assert decision.outcome == "forwarded"


async def test_a_dead_letter_of_garbage_never_stops_the_stage(stage: CriticalStage) -> None:
    for _ in range(500):
        assert (await decided(stage.judge(record(b"garbage")))).outcome == "dead_letter"

    assert not stage.reasons()


def test_an_event_says_nothing_of_its_text() -> None:
    event = MessageEvent.model_validate_json(message(CARD))

    assert CARD not in repr(event)
    assert CARD not in str(event)
