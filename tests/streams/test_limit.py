"""Dead letters of our own making have a limit; garbage from outside has none."""

import asyncio
import logging

import pytest

from schemas import DeadLetterReason
from streams.limit import IN_A_ROW, OWN_FAULTS, DeadLetterLimit
from streams.metrics import Metrics


@pytest.mark.parametrize("reason", sorted(OWN_FAULTS))
def test_own_faults_in_a_row_reach_it(reason: DeadLetterReason) -> None:
    limit = DeadLetterLimit()
    for _ in range(IN_A_ROW - 1):
        limit.note(reason)
    assert not limit.is_reached

    limit.note(reason)
    assert limit.is_reached


@pytest.mark.parametrize("reason", sorted(set(DeadLetterReason) - OWN_FAULTS))
def test_faults_of_others_never_do(reason: DeadLetterReason) -> None:
    limit = DeadLetterLimit(in_a_row=1)
    limit.note(reason)

    assert not limit.is_reached


def test_a_record_that_goes_well_between_them_begins_the_count_anew() -> None:
    limit = DeadLetterLimit(in_a_row=2)
    limit.note(DeadLetterReason.SCAN_FAILED)
    limit.clear()
    limit.note(DeadLetterReason.SCAN_FAILED)

    assert not limit.is_reached


async def test_a_stage_that_holds_says_so_and_does_nothing_more(caplog: pytest.LogCaptureFixture) -> None:
    limit, metrics = DeadLetterLimit(in_a_row=1), Metrics()
    limit.note(DeadLetterReason.UNSEALABLE)

    with caplog.at_level(logging.CRITICAL):
        holding = asyncio.create_task(limit.hold("critical", metrics))
        await asyncio.sleep(0)

    assert not holding.done()
    assert metrics.value("dlp_stage_paused", stage="critical") == 1
    assert caplog.messages == ["critical holds: 1 records in a row could not be judged; restart it once mended"]
    holding.cancel()
