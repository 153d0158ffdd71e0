"""Sentinel through Microsoft's own clients, against a double of the service and its login."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from connectors.failures import DestinationAway, DestinationBusy
from connectors.sentinel import SentinelTarget
from connectors.siem import BatchRefused, BatchTooBig, Misconfigured
from sandbox.authority import Authority
from tests.connectors.sentinel_double import CLIENT, LIMIT, RULE, SECRET, STREAM, TENANT, SentinelDouble, throttled
from tests.connectors.served import served
from tests.connectors.siem_parts import attempt, audit, deliver, violation

Make = Callable[..., SentinelTarget]


@pytest.fixture
def service() -> SentinelDouble:
    return SentinelDouble()


@pytest.fixture
async def sentinel(service: SentinelDouble, tmp_path: Path) -> AsyncIterator[Make]:
    authority = Authority(tmp_path / "ca.pem")
    made: list[SentinelTarget] = []
    async with served(service.application(), authority) as url:

        def make(**more: Any) -> SentinelTarget:
            given: dict[str, Any] = {
                "endpoint": url,
                "rule_id": RULE,
                "stream": STREAM,
                "tenant_id": TENANT,
                "client_id": CLIENT,
                "client_secret": SECRET,
                "authority": url,
                "ca_file": authority.ca_file,
            }
            made.append(SentinelTarget(**(given | more)))
            return made[-1]

        yield make
        for target in made:
            await target.close()


async def test_every_row_arrives_once_in_calls_of_at_most_one_megabyte(service: SentinelDouble, sentinel: Make) -> None:
    records = [violation(number) for number in range(5_000)]

    assert await deliver(sentinel(), records, batch=1_000) == 0

    assert [row["EventUid"] for row in service.rows] == [record.violation_id for record in records]
    assert max(service.sizes) <= LIMIT
    assert service.logins == 1


async def test_audit_records_are_rows_too(service: SentinelDouble, sentinel: Make) -> None:
    await attempt(sentinel(), [audit()])
    assert service.rows[0]["EventUid"] == "audit-1"
    assert service.rows[0]["Actor"] == "key-ops"


async def test_a_batch_that_is_too_large_has_to_be_cut(sentinel: Make) -> None:
    with pytest.raises(BatchTooBig):
        await attempt(sentinel(), [violation(number) for number in range(3_000)])


async def test_a_pause_that_is_asked_for_is_passed_on(service: SentinelDouble, sentinel: Make) -> None:
    service.failures = [throttled(7)]
    with pytest.raises(DestinationBusy) as busy:
        await attempt(sentinel(), [violation()])
    assert busy.value.retry_after == 7


@pytest.mark.parametrize(
    ("status", "meaning"),
    [(500, DestinationAway), (503, DestinationAway), (403, Misconfigured), (400, BatchRefused), (413, BatchTooBig)],
)
async def test_statuses_mean_what_the_service_says(
    service: SentinelDouble, sentinel: Make, status: int, meaning: type[Exception]
) -> None:
    service.failures = [web.Response(status=status)]
    with pytest.raises(meaning):
        await attempt(sentinel(), [violation()])


async def test_a_token_that_is_not_taken_any_more_means_a_new_login(service: SentinelDouble, sentinel: Make) -> None:
    target = sentinel()
    await attempt(target, [violation(1)])
    service.tokens.clear()

    with pytest.raises(Misconfigured, match="http_401"):
        await attempt(target, [violation(2)])
    await attempt(target, [violation(2)])

    assert [row["EventUid"] for row in service.rows] == ["violation-1", "violation-2"]


async def test_a_wrong_secret_is_a_fault_of_the_set_up(service: SentinelDouble, sentinel: Make) -> None:
    service.secret = "another"
    with pytest.raises(Misconfigured, match="http_401"):
        await attempt(sentinel(), [violation()])


async def test_a_service_that_is_away_is_away(sentinel: Make) -> None:
    with pytest.raises(DestinationAway):
        await attempt(sentinel(endpoint="https://127.0.0.1:1"), [violation()])
