"""Stages that only compute: every record has a decision, and is acknowledged when all that came of it is delivered."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from aiokafka.errors import MessageSizeTooLargeError

import streams.computing
from schemas import DeadLetterHeaders, DeadLetterReason, Stage
from streams.computing import BatchStage, Settled
from streams.deadletters import PoisonError
from streams.limit import IN_A_ROW
from streams.record import KafkaRecord
from streams.stage import Decision, Output, StageTools
from streams.topics import Topic, TopicsUnfitError
from tests.streams.driven import Driven, decided, until

Decide = Callable[[str], Decision | None]
"""What a stage makes of a record: a decision of its own, or the record forwarded; or what ``decide`` may raise."""


def forwarded(_: str) -> None:
    return None


class NamesStage(BatchStage):
    """Forwards names."""

    name = Stage.CRITICAL
    inputs = (Topic.INBOUND,)

    def __init__(self, tools: StageTools, decide: Decide) -> None:
        super().__init__(tools)
        self._decide = decide
        self.recalled: list[Settled] = []
        self.at_once: dict[str, Callable[[], Decision]] = {}

    def decide(self, record: KafkaRecord) -> Decision | Awaitable[Decision]:
        at_once = self.at_once.get((record.value or b"").decode())
        return at_once() if at_once else self._later(record)

    async def _later(self, record: KafkaRecord) -> Decision:
        value = record.value or b""
        return self._decide(value.decode()) or Decision("forwarded", (Output(Topic.FORWARD, record.key, value),))

    async def recall(self, settled: Settled) -> None:
        self.recalled.append(settled)


class Run(Driven):
    """The stage at work."""

    def __init__(self, folder: Path, decide: Decide = forwarded) -> None:
        super().__init__(folder, lambda tools: NamesStage(tools, decide))
        assert isinstance(self.driven, NamesStage)
        self.stage = self.driven

    def written(self, topic: Topic) -> list[bytes]:
        return [value for name, _, records in self.producer.sent if name == topic for _, value in records]


def raising(error: Exception, *names: str) -> Decide:
    def decide(name: str) -> None:
        if name in names:
            raise error

    return decide


async def test_a_batch_is_acknowledged_when_the_broker_has_what_came_of_it(tmp_path: Path) -> None:
    async with Run(tmp_path) as run:
        run.producer.is_acknowledging = False
        event = run.feed("a1", "b1", "a2")
        await until(lambda: bool(run.producer.sent))
        await asyncio.sleep(0)
        assert not event.acked

        run.producer.acknowledge()
        await until(lambda: event.acked)

    assert run.written(Topic.FORWARD) == [b"a1", b"b1", b"a2"]
    assert run.settled("forwarded") == 3
    assert run.metrics.value("dlp_messages_received_total", stage="critical", topic=Topic.FORWARD) == 3


async def test_a_record_of_which_nothing_comes_is_acknowledged_as_well(tmp_path: Path) -> None:
    async with Run(tmp_path, lambda _: Decision("dropped")) as run:
        event = run.feed("a1")
        await until(lambda: event.acked)

    assert run.producer.sent == []
    assert run.settled("dropped") == 1


@pytest.mark.parametrize(
    ("error", "reason", "detail"),
    [
        (PoisonError(DeadLetterReason.INVALID_EVENT, "text"), DeadLetterReason.INVALID_EVENT, "text"),
        (ZeroDivisionError("4539 1488"), DeadLetterReason.SCAN_FAILED, "ZeroDivisionError"),
    ],
    ids=["poison", "a bug of our own"],
)
async def test_what_cannot_be_judged_is_put_aside_whole_and_the_rest_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, error: Exception, reason: DeadLetterReason, detail: str
) -> None:
    async with Run(tmp_path, raising(error, "a1")) as run:
        event = run.feed("a1", "a2")
        await until(lambda: event.acked)

    (letter,) = run.written(Topic.DEAD_LETTERS)
    assert run.dead_letters.open(letter, [("cordon.sealed", b"")]).value == b"a1"
    assert run.written(Topic.FORWARD) == [b"a2"]
    assert run.settled("dead_letter") == run.settled("forwarded") == 1
    assert run.metrics.value("dlp_dead_letters_total", stage="critical", reason=reason) == 1
    assert detail in caplog.text or reason in caplog.text
    assert "4539" not in caplog.text


async def test_an_output_that_no_request_can_carry_makes_its_record_a_dead_letter_and_nothing_of_it_goes_out(
    tmp_path: Path,
) -> None:
    def decide(name: str) -> Decision | None:
        if name != "a1":
            return None
        return Decision("forwarded", (Output(Topic.FORWARD, b"a", b"small"), Output(Topic.ALERTS, b"a", bytes(20_000))))

    async with Run(tmp_path, decide) as run:
        event = run.feed("a1", "a2")
        await until(lambda: event.acked)

    assert run.written(Topic.FORWARD) == [b"a2"]
    assert run.written(Topic.ALERTS) == []
    assert run.metrics.value("dlp_dead_letters_total", stage="critical", reason="output_too_large") == 1


async def test_what_is_not_delivered_is_not_acknowledged_and_ends_the_process(tmp_path: Path) -> None:
    async with Run(tmp_path) as run:
        run.producer.is_acknowledging = False
        event = run.feed("a1")
        await until(lambda: bool(run.producer.sent))
        run.producer.acknowledge(MessageSizeTooLargeError())
        await until(lambda: bool(run.failed))

    assert [type(error) for error in run.failed] == [MessageSizeTooLargeError]
    assert not event.acked
    assert run.settled("forwarded") == 0


async def test_topics_that_do_not_fit_end_it_before_anything_is_judged(tmp_path: Path) -> None:
    judged: list[str] = []
    async with Run(tmp_path, judged.append) as run:
        run.producer.counts[Topic.ALERTS] = 5
        event = run.feed("a1")
        await until(lambda: bool(run.failed))

    assert isinstance(run.failed[0], TopicsUnfitError)
    assert judged == []
    assert not event.acked


async def test_the_past_is_recalled_once_in_each_generation_and_before_its_records(tmp_path: Path) -> None:
    async with Run(tmp_path) as run:
        first, second = run.feed("a1"), run.feed("a2")
        await until(lambda: first.acked and second.acked)
        assert run.stage.recalled == [{}]

        run.app.consumer_generation_id = 2
        third = run.feed("a3")
        await until(lambda: third.acked)
        assert run.stage.recalled == [{}, {}]


async def test_a_batch_of_a_generation_that_is_gone_is_dropped_untouched(tmp_path: Path) -> None:
    async with Run(tmp_path) as run:
        old = run.feed("a1")
        run.app.consumer_generation_id = 2
        new = run.feed("a1")
        await until(lambda: new.acked)

    assert not old.acked
    assert run.written(Topic.FORWARD) == [b"a1"]


async def test_a_batch_that_was_abandoned_meanwhile_is_not_counted_as_done(tmp_path: Path) -> None:
    async with Run(tmp_path) as run:
        run.producer.is_acknowledging = False
        event = run.feed("a1", "a2")
        await until(lambda: bool(run.producer.sent))
        assert run.app.consumer.hand.abandon() == 1
        run.producer.acknowledge()
        await until(lambda: event.acked)

    assert (run.settled("abandoned"), run.settled("forwarded")) == (2, 0)


async def test_a_stage_whose_every_record_fails_holds_and_says_why(tmp_path: Path) -> None:
    names = [f"a{number}" for number in range(IN_A_ROW + 5)]
    async with Run(tmp_path, raising(ZeroDivisionError(), *names)) as run:
        event = run.feed(*names)
        await until(lambda: run.metrics.value("dlp_stage_paused", stage="critical") == 1)
        assert not event.acked
        assert run.stage.reasons() == ["holds"]
        assert run.stage.is_waiting()

    assert run.metrics.value("dlp_dead_letters_total", stage="critical", reason="scan_failed") == IN_A_ROW


async def test_one_record_that_goes_well_between_them_is_enough_to_go_on(tmp_path: Path) -> None:
    bad, good = [f"a{number}" for number in range(IN_A_ROW - 1)], "b1"
    async with Run(tmp_path, raising(ZeroDivisionError(), *bad)) as run:
        event = run.feed(*bad, good, *bad)
        await until(lambda: event.acked)

    assert run.stage.reasons() == []
    assert run.settled("dead_letter") == 2 * len(bad)


async def test_the_event_loop_has_its_turn_within_a_large_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams.computing, "BREATH", 10)
    judged: list[str] = []
    turns: list[int] = []
    async with Run(tmp_path, judged.append) as run:
        event = run.feed(*(f"a{number}" for number in range(50)))
        while not event.acked:
            turns.append(len(judged))
            await asyncio.sleep(0)

    assert {10, 20, 30, 40} <= set(turns)


async def test_what_is_decided_at_once_keeps_its_place_among_the_others(tmp_path: Path) -> None:
    async with Run(tmp_path) as run:
        at_once = Decision("at once", (Output(Topic.FORWARD, b"a", b"at once"),))
        run.stage.at_once["a2"] = lambda: at_once
        event = run.feed("a1", "a2", "a3")
        await until(lambda: event.acked)

    assert run.written(Topic.FORWARD) == [b"a1", b"at once", b"a3"]
    assert (run.settled("forwarded"), run.settled("at once")) == (2, 1)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (PoisonError(DeadLetterReason.MALFORMED_JSON), DeadLetterReason.MALFORMED_JSON),
        (ZeroDivisionError("4539 1488"), DeadLetterReason.SCAN_FAILED),
    ],
)
async def test_what_fails_at_once_is_put_aside_like_what_fails_later(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, error: Exception, reason: DeadLetterReason
) -> None:
    def fail() -> Decision:
        raise error

    async with Run(tmp_path) as run:
        run.stage.at_once["a2"] = fail
        event = run.feed("a1", "a2")
        await until(lambda: event.acked)

    assert run.written(Topic.FORWARD) == [b"a1"]
    assert run.metrics.value("dlp_dead_letters_total", stage="critical", reason=reason) == 1
    assert "4539" not in caplog.text


async def test_headers_of_a_dead_letter_name_the_record(tmp_path: Path) -> None:
    run = Run(tmp_path, raising(PoisonError(DeadLetterReason.TOO_LARGE), "a1"))
    decision = await decided(run.stage.judge(run.feed("a1").value[0]))

    (output,) = decision.outputs
    headers = DeadLetterHeaders.decode(output.headers)
    assert (output.topic, output.key) == (Topic.DEAD_LETTERS, b"a")
    assert headers is not None
    assert (headers.stage, headers.reason, headers.offset) == (Stage.CRITICAL, DeadLetterReason.TOO_LARGE, 0)
