"""Delivery by lanes: order in each conversation, none waits for another, nothing is acknowledged before it is done."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

import streams.lanes
from schemas import DeadLetterReason, Stage
from streams.breaker import FAILURES
from streams.deadletters import PoisonError
from streams.lanes import BUGS, DeliveryStage, LaneLimits, RetryLater
from streams.record import KafkaRecord
from streams.stage import Decision, StageTools
from streams.topics import Topic
from tests.streams.driven import Driven, until

GROUP = "forwarder-outside"


@pytest.fixture(autouse=True)
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams.lanes, "LOOK_SECONDS", 0.001)
    monkeypatch.setattr(streams.lanes, "backoff", lambda _: 0.001)


Answer = Callable[[str], Awaitable[None]]
"""What the destination does with a record: takes it, or raises what ``deliver`` may."""


class OutsideStage(DeliveryStage):
    """Delivers names."""

    name = Stage.FORWARDER
    destination = "outside"
    inputs = (Topic.FORWARD,)

    def __init__(self, tools: StageTools, limits: LaneLimits, answer: Answer) -> None:
        super().__init__(tools, limits)
        self._answer = answer
        self.recalled: list[str] = []
        self.tried: list[str] = []
        self.delivered: list[str] = []
        self.past = asyncio.Event()
        self.past.set()

    async def deliver(self, record: KafkaRecord) -> Decision:
        name = (record.value or b"").decode()
        self.tried.append(name)
        await self._answer(name)
        self.delivered.append(name)
        return Decision("delivered")

    async def recall(self, first: KafkaRecord) -> None:
        self.recalled.append((first.value or b"").decode())
        await self.past.wait()


async def taken(_: str) -> None:
    return


class Run(Driven):
    """The stage at work."""

    def __init__(self, folder: Path, answer: Answer = taken, **limits: Any) -> None:
        super().__init__(folder, lambda tools: OutsideStage(tools, LaneLimits(**limits), answer))
        assert isinstance(self.driven, OutsideStage)
        self.stage = self.driven

    async def rest(self) -> None:
        await until(lambda: not self.stage.parked)


def away(*names: str, open_again: asyncio.Event) -> Answer:
    """Some records are not taken before the event is set; it concerns their conversations alone."""

    async def answer(name: str) -> None:
        if name in names and not open_again.is_set():
            raise RetryLater("busy", concerns_all=False)

    return answer


async def test_a_batch_is_acknowledged_when_all_of_it_is_delivered(tmp_path: Path) -> None:
    open_again = asyncio.Event()
    async with Run(tmp_path, away("b1", open_again=open_again)) as run:
        event = run.feed("a1", "b1", "a2")
        await until(lambda: run.stage.delivered == ["a1", "a2"])
        assert not event.acked

        open_again.set()
        await until(lambda: event.acked)

    assert run.stage.delivered == ["a1", "a2", "b1"]
    assert run.settled("delivered") == 3
    assert run.failed == []


async def test_a_conversation_keeps_its_order_over_batches_while_others_go_on(tmp_path: Path) -> None:
    open_again = asyncio.Event()
    async with Run(tmp_path, away("a1", open_again=open_again)) as run:
        first, second = run.feed("a1", "a2"), run.feed("a3", "b1")
        await until(lambda: run.stage.delivered == ["b1"])

        open_again.set()
        await until(lambda: first.acked and second.acked)

    assert run.stage.delivered == ["b1", "a1", "a2", "a3"]


async def test_what_waits_is_told(tmp_path: Path) -> None:
    open_again = asyncio.Event()
    async with Run(tmp_path, away("a1", open_again=open_again)) as run:
        run.feed("a1", "a2")
        await until(run.stage.is_waiting)
        run.stage.measure()
        assert run.metrics.value("dlp_parked_keys", stage=GROUP) == 1
        assert run.metrics.value("dlp_parked_messages", stage=GROUP) == 2
        assert run.metrics.value("dlp_retries_total", destination="outside", reason="busy") >= 1

        open_again.set()
        await until(lambda: not run.stage.is_waiting())


async def test_a_refusal_for_good_is_a_dead_letter_and_the_next_goes_on(tmp_path: Path) -> None:
    async def answer(name: str) -> None:
        if name == "a1":
            raise PoisonError(DeadLetterReason.REFUSED, "131047")

    async with Run(tmp_path, answer) as run:
        event = run.feed("a1", "a2")
        await until(lambda: event.acked)

    assert [topic for topic, _, _ in run.producer.sent] == [Topic.DEAD_LETTERS]
    assert run.stage.delivered == ["a2"]
    assert (run.settled("dead_letter"), run.settled("delivered")) == (1, 1)
    assert run.metrics.value("dlp_dead_letters_total", stage=GROUP, reason="refused") == 1


async def test_a_dead_letter_is_acknowledged_by_the_broker_before_its_record_is(tmp_path: Path) -> None:
    async def answer(_: str) -> None:
        raise PoisonError(DeadLetterReason.REFUSED)

    async with Run(tmp_path, answer) as run:
        run.producer.is_acknowledging = False
        event = run.feed("a1")
        await until(lambda: bool(run.producer.sent))
        await asyncio.sleep(0)
        assert not event.acked

        run.producer.acknowledge()
        await until(lambda: event.acked)


async def test_where_one_fails_the_next_of_its_conversation_stays_behind_it(tmp_path: Path) -> None:
    async def answer(name: str) -> None:
        if name == "a1":
            raise PoisonError(DeadLetterReason.REFUSED)

    async with Run(tmp_path, answer) as run:
        run.producer.is_acknowledging = False
        first, second = run.feed("a1"), run.feed("a2", "b1")
        await until(lambda: bool(run.producer.sent) and run.stage.delivered == ["b1"])
        run.producer.acknowledge(ConnectionError())
        await until(lambda: run.settled("abandoned") == 3)

    assert run.stage.delivered == ["b1"]
    assert not first.acked
    assert not second.acked
    assert [type(error) for error in run.failed] == [ConnectionError]


async def test_a_bug_of_our_own_is_tried_a_few_times_and_never_quoted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def answer(name: str) -> None:
        if name == "a1":
            raise ZeroDivisionError("4539 1488 0343 6467")

    async with Run(tmp_path, answer) as run:
        event = run.feed("a1", "a2")
        await until(lambda: event.acked)

    assert run.stage.tried == ["a1"] * BUGS + ["a2"]
    assert run.settled("dead_letter") == 1
    assert "ZeroDivisionError while delivering" in caplog.text
    assert "4539" not in caplog.text


async def test_a_message_that_its_destination_never_takes_is_given_up_while_others_are_taken(tmp_path: Path) -> None:
    never = asyncio.Event()
    async with Run(tmp_path, away("a1", open_again=never), give_up_seconds=0.02) as run:
        event = run.feed("a1", "a2")
        await until(lambda: event.acked)

    assert run.metrics.value("dlp_dead_letters_total", stage=GROUP, reason="retry_exhausted") == 1
    assert run.stage.delivered == ["a2"]


async def test_while_a_destination_is_away_one_probe_at_a_time_tries_it_and_nothing_is_given_up(tmp_path: Path) -> None:
    is_back = False

    async def answer(_: str) -> None:
        if not is_back:
            raise RetryLater("unreachable")

    async with Run(tmp_path, answer, give_up_seconds=0.001) as run:
        event = run.feed(*(f"{chr(ord('a') + number)}1" for number in range(20)))
        await until(lambda: run.stage.breaker.is_open)
        tried = len(run.stage.tried)
        assert run.metrics.value("dlp_circuit_open", destination="outside") == 1
        assert tried >= FAILURES
        await asyncio.sleep(0.01)
        assert len(run.stage.tried) <= tried + 20 + 1  # those under way, and a probe
        assert not run.producer.sent

        is_back = True
        await until(lambda: event.acked)

    assert len(run.stage.delivered) == 20
    assert run.metrics.value("dlp_circuit_open", destination="outside") == 0


async def test_only_so_many_calls_are_under_way_at_a_time(tmp_path: Path) -> None:
    under_way, most = 0, 0

    async def answer(_: str) -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.001)
        under_way -= 1

    async with Run(tmp_path, answer, calls=3) as run:
        event = run.feed(*(f"{chr(ord('a') + number)}1" for number in range(12)))
        await until(lambda: event.acked)

    assert most == 3


async def test_a_stage_that_holds_as_much_as_it_may_takes_no_further_batch(tmp_path: Path) -> None:
    open_again = asyncio.Event()
    async with Run(tmp_path, away("a1", open_again=open_again), max_records=2) as run:
        run.feed("a1", "a2")
        later = run.feed("b1")
        await until(run.stage.is_waiting)
        await asyncio.sleep(0.005)
        assert "b1" not in run.stage.tried

        open_again.set()
        await until(lambda: later.acked)


class TestRecall:
    async def test_what_was_delivered_before_is_learnt_once_and_before_anything_is_sent(self, tmp_path: Path) -> None:
        async with Run(tmp_path) as run:
            run.stage.past.clear()
            event, later = run.feed("a1"), run.feed("b1")
            await until(lambda: bool(run.stage.recalled))
            await asyncio.sleep(0.005)
            assert run.stage.tried == []

            run.stage.past.set()
            await until(lambda: event.acked and later.acked)

        assert run.stage.recalled == ["a1"]

    async def test_it_is_learnt_anew_when_the_partition_comes_back(self, tmp_path: Path) -> None:
        async with Run(tmp_path) as run:
            first = run.feed("a1")
            await until(lambda: first.acked)
            run.app.consumer_generation_id = 2
            second = run.feed("a2")
            await until(lambda: second.acked)

        assert run.stage.recalled == ["a1", "a2"]

    async def test_what_cannot_be_learnt_stops_the_stage(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        async def fails(_: OutsideStage, first: KafkaRecord) -> None:
            raise TimeoutError

        monkeypatch.setattr(OutsideStage, "recall", fails)
        async with Run(tmp_path) as run:
            event = run.feed("a1")
            await until(lambda: bool(run.failed))

        assert isinstance(run.failed[0], TimeoutError)
        assert not event.acked
        assert run.stage.tried == []


class TestRevocation:
    @pytest.mark.parametrize(
        "change",
        [{"rebalancing": True}, {"should_stop": True}, {"consumer_generation_id": 2}],
        ids=lambda c: next(iter(c)),
    )
    async def test_leaves_what_waits_to_the_next_owner(self, tmp_path: Path, change: dict[str, Any]) -> None:
        never = asyncio.Event()
        async with Run(tmp_path, away("a1", open_again=never)) as run:
            event = run.feed("a1", "a2", "b1")
            await until(lambda: run.stage.is_waiting() and run.stage.delivered == ["b1"])
            vars(run.app).update(change)
            await until(lambda: run.settled("abandoned") == 3)

        assert not event.acked
        assert run.stage.delivered == ["b1"]
        assert run.failed == []

    async def test_drops_a_batch_of_before_untouched(self, tmp_path: Path) -> None:
        async with Run(tmp_path) as run:
            old = run.feed("a1")
            run.app.consumer_generation_id = 2
            new = run.feed("a1")
            await until(lambda: new.acked)

        assert not old.acked
        assert run.stage.tried == ["a1"]
        assert run.stage.recalled == ["a1"]
        assert run.metrics.value("dlp_messages_received_total", stage=GROUP, topic=Topic.FORWARD) == 1
