"""Requests to one receiver: a few at a time, through the breaker, counted by how they ended."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from schemas import Stage
from streams.breaker import FAILURES
from streams.calls import LONGEST_ASKED_SECONDS, Calls, Receiving
from streams.lanes import Abandoned, RetryLater
from streams.metrics import Metrics
from streams.parcels import Handed, NeedsHands, ParcelRefused, ParcelTooBig
from streams.stage import StageTools
from tests.streams.sink_parts import Taking


class Receiver(Receiving):
    """Ends every call as it is told, once the gate is open."""

    name = Stage.SIEM
    destination = "test"
    inputs = ()

    def __init__(self, metrics: Metrics) -> None:
        nothing: Any = None
        super().__init__(StageTools(nothing, nothing, metrics, ""))
        self.error: Exception | None = None
        self.gate = asyncio.Event()
        self.gate.set()
        self.under_way = self.most = 0

    async def hand_over(self, parcel: Sequence[bytes]) -> Handed:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        await self.gate.wait()
        self.under_way -= 1
        if self.error is not None:
            raise self.error
        return Taking()

    async def run(self, app: Any, stream: Any) -> None:
        raise NotImplementedError


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
async def receiver(metrics: Metrics) -> Receiver:
    return Receiver(metrics)


def never() -> bool:
    return False


async def test_so_many_requests_are_under_way_and_no_more(receiver: Receiver) -> None:
    calls = Calls(receiver, 3)
    receiver.gate.clear()
    made = [asyncio.create_task(calls.make([b"x"], never)) for _ in range(10)]
    await asyncio.sleep(0.05)
    receiver.gate.set()
    await asyncio.gather(*made)
    assert receiver.most == 3


@pytest.mark.parametrize(
    ("error", "raised", "code"),
    [
        (RetryLater("http_503"), RetryLater, "http_503"),
        (NeedsHands("hec_4"), NeedsHands, "hec_4"),
        (ParcelRefused("hec_6"), ParcelRefused, "hec_6"),
        (ParcelTooBig(), ParcelTooBig, "too_big"),
        (KeyError("x"), RetryLater, "KeyError"),
    ],
)
async def test_each_request_is_counted_by_how_it_ended(
    receiver: Receiver, metrics: Metrics, error: Exception, raised: type[Exception], code: str
) -> None:
    receiver.error = error
    with pytest.raises(raised):
        await Calls(receiver, 1).make([b"x"], never)
    assert metrics.value("dlp_sink_requests_total", sink="test", code=code) == 1


async def test_what_a_person_has_to_mend_is_a_reason_until_it_works(receiver: Receiver) -> None:
    calls = Calls(receiver, 1)
    receiver.error = NeedsHands("hec_4")
    with pytest.raises(NeedsHands):
        await calls.make([b"x"], never)
    assert receiver.reasons() == ["the set-up is refused (hec_4)"]
    receiver.error = None
    await calls.make([b"x"], never)
    assert receiver.reasons() == []


async def test_a_receiver_that_is_away_is_no_reason_and_its_long_pause_is_cut(receiver: Receiver) -> None:
    calls = Calls(receiver, 1)
    receiver.error = RetryLater("busy", retry_after=3600)
    for _ in range(FAILURES):
        with pytest.raises(RetryLater):
            await calls.make([b"x"], never)
    assert receiver.reasons() == []
    assert receiver.breaker.is_open
    now = asyncio.get_running_loop().time()
    assert receiver.breaker.may_try(now + LONGEST_ASKED_SECONDS + 1)


async def test_a_call_that_waits_ends_when_its_partitions_go(receiver: Receiver) -> None:
    calls = Calls(receiver, 1)
    receiver.error = RetryLater("away", retry_after=30)
    for _ in range(FAILURES):
        with pytest.raises(RetryLater):
            await calls.make([b"x"], never)
    gone = False
    waiting = asyncio.create_task(calls.make([b"x"], lambda: gone))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    gone = True
    with pytest.raises(Abandoned):
        await waiting


def test_a_stage_of_one_receiver_has_a_group_of_its_own(tmp_path: Path) -> None:
    assert Receiver(Metrics()).group == "siem-test"
