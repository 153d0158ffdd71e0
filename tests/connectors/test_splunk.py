"""Splunk's target against its double, and what each answer means."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from aiohttp.test_utils import TestServer

from connectors.failures import DestinationAway, DestinationBusy
from connectors.siem import BatchRefused, BatchTooBig, Misconfigured
from connectors.splunk import SplunkTarget, judge
from sandbox.splunk import DEFAULT_TOKEN, SplunkDouble, Terms
from tests.connectors.siem_parts import attempt, audit, deliver, violation


@pytest.fixture
def double() -> SplunkDouble:
    return SplunkDouble(Terms())


@pytest.fixture
async def url(double: SplunkDouble) -> AsyncIterator[str]:
    server = TestServer(double.application())
    await server.start_server()
    yield str(server.make_url("")).rstrip("/")
    await server.close()


def splunk(*urls: str, **more: Any) -> SplunkTarget:
    given: dict[str, Any] = {"urls": urls, "token": DEFAULT_TOKEN, "timeout_seconds": 2.0, "ack_timeout_seconds": 4.0}
    return SplunkTarget(**(given | more))


async def test_an_event_has_the_envelope_and_its_id_twice(double: SplunkDouble, url: str) -> None:
    target = splunk(url, index="dlp", host="worker-1")
    await attempt(target, [violation(), audit()])
    await target.close()

    first, second = double.received
    assert (first["source"], first["sourcetype"], first["index"], first["host"]) == (
        "genesys_dlp",
        "dlp_violation",
        "dlp",
        "worker-1",
    )
    assert first["time"] == 1769860800.123
    assert first["event"]["violation_id"] == first["fields"]["violation_id"] == "violation-1"
    assert first["event"]["matchCount"] == 1
    assert (second["sourcetype"], second["fields"]["audit_id"]) == ("dlp_audit", "audit-1")


def test_the_same_record_gives_the_same_bytes_without_an_exponent_in_its_time() -> None:
    target = splunk("http://127.0.0.1")
    assert target.encode(violation()) == target.encode(violation())
    assert b'"time":1769860800.123,' in target.encode(violation())
    assert json.loads(target.encode(violation()))["event"]["rule"] == "CreditCard"


async def test_acknowledged_batches_are_confirmed_and_others_are_not() -> None:
    double = SplunkDouble(Terms(use_ack=True))
    async with TestServer(double.application()) as server:
        target = splunk(str(server.make_url("")).rstrip("/"), ack_timeout_seconds=1.5)
        answer = await target.send([target.encode(violation())])
        assert answer.confirmation is not None
        await answer.confirmation()

        double.fault = None
        await _set(server, kind="ack_never")
        late = await target.send([target.encode(violation(2))])
        assert late.confirmation is not None
        with pytest.raises(DestinationAway, match="ack_timeout"):
            await late.confirmation()
        await target.close()


async def test_acknowledgement_that_is_wanted_and_not_there_is_a_fault_of_the_set_up(url: str) -> None:
    target = splunk(url, ack="on")
    with pytest.raises(Misconfigured, match="ack_disabled"):
        await attempt(target, [violation()])
    await target.close()


async def test_an_endpoint_that_is_down_is_passed_over(double: SplunkDouble, url: str) -> None:
    target = splunk("http://127.0.0.1:1", url)
    assert await deliver(target, [violation(number) for number in range(40)], batch=10) == 0
    await target.close()
    assert len(double.received) == 40


async def test_a_cookie_of_a_balancer_repeats_nothing(double: SplunkDouble, url: str) -> None:
    async with httpx.AsyncClient() as client:
        await client.post(f"{url}/_sandbox/faults", json={"kind": "set_cookie"})
    target = splunk(url)
    await deliver(target, [violation(number) for number in range(20)], batch=5)
    await target.close()
    assert len(double.received) == 20


def answer(status: int, body: Any = None, **headers: str) -> httpx.Response:
    return (
        httpx.Response(status, json=body, headers=headers) if body is not None else httpx.Response(status, text="<p>")
    )


@pytest.mark.parametrize(
    ("given", "meaning"),
    [
        *((answer(403, {"text": "t", "code": code}), Misconfigured) for code in (1, 4)),
        *((answer(401, {"text": "t", "code": code}), Misconfigured) for code in (2, 3)),
        *((answer(400, {"text": "t", "code": code}), Misconfigured) for code in (5, 10, 11, 14, 16, 21, 22)),
        *((answer(400, {"text": "t", "code": code}), BatchRefused) for code in (6, 7, 12, 13, 15)),
        *((answer(503, {"text": "t", "code": code}), DestinationAway) for code in (9, 18, 19, 20, 23)),
        (answer(500, {"text": "t", "code": 8}), DestinationAway),
        (answer(429, {"text": "t", "code": 26}), DestinationBusy),
        (answer(400, {"text": "t", "code": 99}), BatchRefused),
        (answer(403, {"text": "t", "code": 99}), Misconfigured),
        (answer(502), DestinationAway),
        (answer(413), BatchTooBig),
        (answer(404), Misconfigured),
        (answer(302), Misconfigured),
        (answer(408), DestinationAway),
        (answer(400, {"code": 6}), BatchRefused),
        (answer(200, {"text": "t", "code": 9}), DestinationAway),
    ],
)
def test_what_an_answer_means(given: httpx.Response, meaning: type[Exception]) -> None:
    with pytest.raises(meaning):
        judge(given)


@pytest.mark.parametrize(("code", "number", "index"), [(6, 3, 3), (7, 3, 2), (12, None, None), (6, True, None)])
def test_the_number_of_a_bad_event_is_one_too_high_for_a_wrong_index(
    code: int, number: int | None, index: int | None
) -> None:
    body = {"text": "t", "code": code, **({} if number is None else {"invalid-event-number": number})}
    with pytest.raises(BatchRefused) as refused:
        judge(answer(400, body))
    assert refused.value.index == index


def test_a_pause_that_is_asked_for_is_passed_on() -> None:
    with pytest.raises(DestinationAway) as away:
        judge(answer(503, {"text": "t", "code": 9}, **{"Retry-After": "12"}))
    assert away.value.retry_after == 12


async def _set(server: TestServer, **fault: Any) -> None:
    async with httpx.AsyncClient() as client:
        await client.post(str(server.make_url("/_sandbox/faults")), json=fault)
