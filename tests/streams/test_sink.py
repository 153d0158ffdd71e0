"""The sink engine: parcels, outcomes, acknowledgement, and what a receiver at fault costs."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import streams.breaker
import streams.sink
import streams.taken
from streams.lanes import RetryLater
from streams.parcels import Handed, NeedsHands, ParcelRefused, ParcelTooBig
from streams.settings import KafkaSettings
from streams.sink import SinkLimits
from tests.streams.sink_parts import Run, Taking, until


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No cluster to ask, and pauses a tenth as long."""

    async def known(_: KafkaSettings) -> str:
        return "cluster"

    monkeypatch.setattr(streams.taken, "cluster_id", known)
    monkeypatch.setattr(streams.breaker, "FIRST_SECONDS", 0.025)
    monkeypatch.setattr(streams.breaker, "LONGEST_SECONDS", 0.5)


def take_all(_: list[str]) -> Handed:
    return Taking()


def failing(times: int, error: Callable[[], Exception]) -> Callable[[list[str]], Handed]:
    """Fails so often, then takes."""
    left = [times]

    def receive(_: list[str]) -> Handed:
        if left[0]:
            left[0] -= 1
            raise error()
        return Taking()

    return receive


def refusing(*bad: str, numbered: bool = True) -> Callable[[list[str]], Handed]:
    def receive(texts: list[str]) -> Handed:
        places = [place for place, text in enumerate(texts) if text in bad]
        if places:
            raise ParcelRefused("code_6", places[0] if numbered else None)
        return Taking()

    return receive


def numbered_texts(count: int, start: int = 0) -> list[str]:
    return [f"record-{number}" for number in range(start, start + count)]


async def test_batches_share_parcels_and_are_acknowledged_when_all_of_them_is_taken(tmp_path: Path) -> None:
    async with Run(tmp_path, take_all) as run:
        batches = [run.feed(*numbered_texts(3, 3 * number)) for number in range(4)]
        await until(lambda: all(batch.acked for batch in batches))
        assert run.stage.requests == [numbered_texts(12)]


async def test_a_parcel_is_full_by_records_or_by_bytes(tmp_path: Path) -> None:
    limits = SinkLimits(parcel_records=4, parcel_bytes=30, linger_seconds=0.02)
    async with Run(tmp_path, take_all, limits) as run:
        batch = run.feed("a", "b", "c", "d", "e", "x" * 20, "y" * 20)
        await until(lambda: batch.acked)
        assert sorted(run.stage.requests) == [["a", "b", "c", "d"], ["e", "x" * 20], ["y" * 20]]


@pytest.mark.parametrize("error", [lambda: RetryLater("away"), lambda: NeedsHands("token"), lambda: ValueError("bug")])
async def test_what_is_not_taken_is_sent_again_and_nothing_is_put_aside(
    tmp_path: Path, error: Callable[[], Exception]
) -> None:
    async with Run(tmp_path, failing(4, error)) as run:
        batch = run.feed("a", "b")
        await until(lambda: batch.acked, 15)
        assert len(run.stage.requests) == 5
        assert run.dead == []


async def test_while_the_set_up_is_refused_the_stage_says_so(tmp_path: Path) -> None:
    async with Run(tmp_path, failing(2, lambda: NeedsHands("hec_4"))) as run:
        batch = run.feed("a")
        await until(lambda: run.stage.reasons() == ["the set-up is refused (hec_4)"])
        assert not batch.acked
        await until(lambda: batch.acked)
        assert run.stage.reasons() == []


@pytest.mark.parametrize("numbered", [True, False])
async def test_only_the_bad_record_is_put_aside(tmp_path: Path, *, numbered: bool) -> None:
    async with Run(tmp_path, refusing("record-7", numbered=numbered)) as run:
        batch = run.feed(*numbered_texts(20))
        await until(lambda: batch.acked)
        assert [(dead["cordon.offset"], dead["cordon.detail"]) for dead in run.dead] == [("7", "code_6")]
        assert run.metrics.value("dlp_messages_settled_total", stage="siem-test", outcome="delivered") == 19


async def test_a_receiver_that_refuses_everything_for_a_while_gets_everything_later(tmp_path: Path) -> None:
    async with Run(tmp_path, failing(25, lambda: ParcelRefused("code_6"))) as run:
        batch = run.feed(*numbered_texts(40))
        await until(lambda: batch.acked, 60)
        assert run.dead == []
        assert run.metrics.value("dlp_messages_settled_total", stage="siem-test", outcome="delivered") == 40


async def test_a_bad_record_alone_waits_until_others_are_taken(tmp_path: Path) -> None:
    async with Run(tmp_path, refusing("bad")) as run:
        bad = run.feed("bad")
        await until(lambda: len(run.stage.requests) >= 2)
        assert run.dead == []
        good = run.feed("good")
        await until(lambda: bad.acked and good.acked, 15)
        assert [dead["cordon.offset"] for dead in run.dead] == ["0"]


async def test_what_was_under_way_before_a_refusal_says_nothing_of_the_receiver_since(tmp_path: Path) -> None:
    word = asyncio.Event()
    is_refusing = [True]

    async def confirmed() -> None:
        await word.wait()

    def receive(texts: list[str]) -> Handed:
        if texts == ["early"]:
            return Taking(confirmation=confirmed)
        if is_refusing[0]:
            raise ParcelRefused("code_6")
        return Taking()

    async with Run(tmp_path, receive) as run:
        early = run.feed("early")
        await until(lambda: ["early"] in run.stage.requests)
        late = run.feed("late")
        await until(lambda: ["late"] in run.stage.requests)
        word.set()
        await until(lambda: early.acked)
        asked = len(run.stage.requests)
        await until(lambda: len(run.stage.requests) >= asked + 2)
        assert run.dead == []

        is_refusing[0] = False
        await until(lambda: late.acked, 15)
        assert run.dead == []


async def test_a_bad_record_alone_is_put_aside_in_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams.sink, "ALONE_SECONDS", 0.3)
    async with Run(tmp_path, refusing("bad")) as run:
        good = run.feed("good")
        await until(lambda: good.acked)
        bad = run.feed("bad")
        await until(lambda: bad.acked, 15)
        assert len(run.dead) == 1


async def test_a_parcel_that_is_too_big_is_cut(tmp_path: Path) -> None:
    def small_only(texts: list[str]) -> Handed:
        if len(texts) > 5:
            raise ParcelTooBig
        return Taking()

    async with Run(tmp_path, small_only) as run:
        batch = run.feed(*numbered_texts(17))
        await until(lambda: batch.acked)
        assert run.dead == []
        assert sorted(text for texts in run.stage.requests[-4:] for text in texts if len(texts) <= 5)


async def test_one_record_that_is_too_big_is_put_aside_and_a_small_one_is_not(tmp_path: Path) -> None:
    huge = "x" * 100_000

    def nothing_huge(texts: list[str]) -> Handed:
        if huge in texts:
            raise ParcelTooBig
        return Taking()

    async with Run(tmp_path, nothing_huge) as run:
        batch = run.feed("a", huge, "b")
        await until(lambda: batch.acked)
        assert [dead["cordon.offset"] for dead in run.dead] == ["1"]

    (tmp_path / "second").mkdir()
    async with Run(tmp_path / "second", failing(4, ParcelTooBig)) as run:
        batch = run.feed("a")
        await until(lambda: batch.acked, 15)
        assert run.dead == []


async def test_what_is_refused_or_postponed_in_part_is_treated_in_part(tmp_path: Path) -> None:
    answers = [Taking(refused={1: "mapper"}, again=frozenset({2})), Taking()]
    async with Run(tmp_path, lambda _: answers.pop(0)) as run:
        batch = run.feed("a", "b", "c")
        await until(lambda: batch.acked)
        assert run.stage.requests == [["a", "b", "c"], ["c"]]
        assert [dead["cordon.detail"] for dead in run.dead] == ["mapper"]


async def test_a_batch_is_acknowledged_after_the_receivers_word_only(tmp_path: Path) -> None:
    word = asyncio.Event()

    async def confirmed() -> None:
        await word.wait()

    async with Run(tmp_path, lambda _: Taking(confirmation=confirmed)) as run:
        batch = run.feed("a")
        await until(lambda: bool(run.stage.requests))
        await asyncio.sleep(0.1)
        assert not batch.acked
        word.set()
        await until(lambda: batch.acked)


async def test_a_word_that_does_not_come_means_sending_again(tmp_path: Path) -> None:
    words = [RetryLater("ack_timeout"), None]

    async def confirmed() -> None:
        if (word := words.pop(0)) is not None:
            raise word

    async with Run(tmp_path, lambda _: Taking(confirmation=confirmed)) as run:
        batch = run.feed("a")
        await until(lambda: batch.acked)
        assert run.stage.requests == [["a"], ["a"]]


async def test_what_was_taken_before_a_restart_is_not_sent_again(tmp_path: Path) -> None:
    async with Run(tmp_path, take_all) as run:
        batch = run.feed("a", "b")
        await until(lambda: batch.acked)
    (tmp_path / "keyring.json").unlink()
    async with Run(tmp_path, take_all) as run:
        batch = run.feed("a", "b", "c")
        await until(lambda: batch.acked)
        assert run.stage.requests == [["c"]]
        assert run.metrics.value("dlp_duplicates_dropped_total", stage="siem-test") == 2


async def test_records_of_a_partition_that_goes_are_left_to_the_next_owner(tmp_path: Path) -> None:
    async with Run(tmp_path, failing(1000, lambda: RetryLater("away"))) as run:
        batch = run.feed("a", "b")
        await until(lambda: len(run.stage.requests) > 1)
        run.app.consumer_generation_id = 2
        await until(lambda: run.app.consumer.hand.records == 0)
        assert not batch.acked
        assert run.dead == []


async def test_a_receiver_that_is_away_bounds_what_is_in_hand(tmp_path: Path) -> None:
    limits = SinkLimits(max_records=10, linger_seconds=0.01)
    async with Run(tmp_path, failing(1000, lambda: RetryLater("away")), limits) as run:
        for number in range(10):
            run.feed(*numbered_texts(5, 5 * number))
        await asyncio.sleep(0.3)
        assert run.app.consumer.hand.records == 10


async def test_a_pause_that_is_asked_for_is_kept_but_not_a_long_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams.sink, "LONGEST_ASKED_SECONDS", 0.5)
    began = time.monotonic()
    async with Run(tmp_path, failing(1, lambda: RetryLater("busy", retry_after=300))) as run:
        batch = run.feed("a")
        await until(lambda: batch.acked)
        assert 0.5 <= time.monotonic() - began < 3
