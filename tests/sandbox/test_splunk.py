"""The double of the HTTP Event Collector, held to the table of what a real one answers."""

import base64
import gzip
import io
from collections.abc import AsyncIterator
from typing import Any, Self

import pytest
from aiohttp.test_utils import TestClient, TestServer

from sandbox.splunk import DEFAULT_TOKEN, SplunkDouble, Terms

PATH = "/services/collector/event"
CHANNEL = "12345678-1234-1234-1234-123456789abc"
GOOD = {"Authorization": f"Splunk {DEFAULT_TOKEN}"}
OK = '{"event":"a"}'


class Collector:
    """Talks to one double in this process."""

    def __init__(self, terms: Terms) -> None:
        self.double = SplunkDouble(terms)
        self.client: TestClient[Any, Any] = TestClient(TestServer(self.double.application()))

    async def __aenter__(self) -> Self:
        await self.client.start_server()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.close()

    async def post(
        self, body: str | bytes, path: str = PATH, headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, Any]]:
        raw = body.encode() if isinstance(body, str) else body
        answer = await self.client.post(path, data=io.BytesIO(raw), headers=GOOD if headers is None else headers)
        return answer.status, await answer.json()

    async def fault(self, **wish: Any) -> None:
        await self.client.post("/_sandbox/faults", json=wish)


@pytest.fixture
async def hec() -> AsyncIterator[Collector]:
    async with Collector(Terms()) as collector:
        yield collector


@pytest.mark.parametrize("tail", ["", "/event", "/event/1.0", "/1.0"])
async def test_h1_takes_an_event_on_each_path(hec: Collector, tail: str) -> None:
    assert await hec.post(OK, f"/services/collector{tail}") == (200, {"text": "Success", "code": 0})


@pytest.mark.parametrize("body", [OK + OK, OK + "\n" + OK, f"[{OK},{OK}]"])
async def test_h2_h3_takes_events_back_to_back_by_lines_and_in_an_array(hec: Collector, body: str) -> None:
    assert (await hec.post(body))[1]["code"] == 0
    assert len(hec.double.received) == 2


async def test_h4_takes_fields_without_an_event(hec: Collector) -> None:
    assert (await hec.post('{"fields":{"k":"v"}}'))[0] == 200


@pytest.mark.parametrize("path", ["/services/collector/health", "/services/collector/health/1.0"])
async def test_h5_h6_health_needs_no_token_but_judges_a_given_one(hec: Collector, path: str) -> None:
    async def code(**headers: str) -> int:
        return int((await (await hec.client.get(path, headers=headers)).json())["code"])

    assert await code() == 17
    assert await code(Authorization="Splunk wrong") == 21
    assert await code(Authorization="Splunk disabled") == 22
    for number in (18, 19, 20):
        await hec.fault(kind="unhealthy", code=number)
        assert await code() == number
        assert (await hec.client.get(path)).status == 503


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({}, 401, 2),
        ({"Authorization": "Bearer x"}, 401, 3),
        ({"Authorization": "Splunk wrong"}, 403, 4),
        ({"Authorization": "Splunk disabled"}, 403, 1),
        ({"Authorization": "Basic " + base64.b64encode(f"any:{DEFAULT_TOKEN}".encode()).decode()}, 200, 0),
    ],
)
async def test_h7_to_h10_h14_credentials(hec: Collector, headers: dict[str, str], status: int, code: int) -> None:
    got, body = await hec.post(OK, headers=headers)
    assert (got, body["code"]) == (status, code)
    assert "invalid-event-number" not in body  # H26


@pytest.mark.parametrize(
    ("token", "allowed", "status", "code"),
    [("wrong", True, 403, 4), ("wrong", False, 403, 4), (DEFAULT_TOKEN, False, 400, 16), (DEFAULT_TOKEN, True, 200, 0)],
)
async def test_h11_to_h13_a_token_in_the_address(token: str, *, allowed: bool, status: int, code: int) -> None:
    async with Collector(Terms(query_token=allowed)) as hec:
        got, body = await hec.post(OK, f"{PATH}?token={token}", headers={})
    assert (got, body["code"]) == (status, code)


@pytest.mark.parametrize("path", [PATH, "/services/collector/raw"])
async def test_h15_an_empty_body_is_no_data(hec: Collector, path: str) -> None:
    assert await hec.post("", path) == (400, {"text": "No data", "code": 5})


@pytest.mark.parametrize(
    ("body", "code", "number"),
    [
        ("no json", 6, 0),
        ("[" * 100_000, 6, 0),
        ('{"foo":"bar"}', 12, 0),
        ('{"event":""}', 13, 0),
        ('{"event":" "}', 13, 0),
        ('{"event":null}', 13, 0),
        ('{"event":{}}', 13, 0),
        ('{"event":"a","time":"soon"}', 15, 0),
        ('{"event":"a","time":1.79E9}', 15, 0),
        ('{"event":"a","fields":{"a":{"b":"c"}}}', 15, 0),
        (f'[{OK},{OK},{{"foo":1}}]', 12, 2),
        ('{"event":""}{not json', 13, 0),
        (OK + OK + "x", 6, 2),
        ('{"event":"' + "x" * 5_300_000 + '"}', 6, 0),
    ],
)
async def test_h16_to_h25_h36_names_the_first_bad_event(hec: Collector, body: str, code: int, number: int) -> None:
    status, answer = await hec.post(body)
    assert (status, answer["code"], answer["invalid-event-number"]) == (400, code, number)
    assert hec.double.received == []


async def test_h24_counts_one_higher_for_a_wrong_index() -> None:
    async with Collector(Terms(indexes=frozenset({"main"}))) as hec:
        _, body = await hec.post(OK + OK + '{"event":"a","index":"none"}')
    assert (body["code"], body["invalid-event-number"]) == (7, 3)


async def test_h20_takes_a_time_in_digits_and_in_text(hec: Collector) -> None:
    assert (await hec.post('{"event":"a","time":1791048401.679}{"event":"a","time":"1791048401.679"}'))[0] == 200


async def test_h27_to_h33_acknowledgement() -> None:
    async with Collector(Terms(use_ack=True)) as hec:
        with_channel = {**GOOD, "X-Splunk-Request-Channel": CHANNEL}
        assert (await hec.post(OK))[1]["code"] == 10
        assert (await hec.post(OK, headers={**GOOD, "X-Splunk-Request-Channel": "x"}))[1]["code"] == 11
        assert [(await hec.post(OK, headers=with_channel))[1]["ackId"] for _ in range(2)] == [0, 1]
        other = {**GOOD, "X-Splunk-Request-Channel": CHANNEL.replace("9", "8")}
        assert (await hec.post(OK, headers=other))[1]["ackId"] == 0

        ask = '{"acks":[0,9999]}'
        assert (await hec.post(ask, "/services/collector/ack"))[1]["code"] == 10
        told = await hec.post(ask, "/services/collector/ack", with_channel)
        assert told == (200, {"acks": {"0": True, "9999": False}})
        assert (await hec.post(ask, "/services/collector/ack", with_channel))[1]["acks"]["0"] is False


async def test_h30_a_token_without_acknowledgement_is_said_before_the_channel(hec: Collector) -> None:
    assert (await hec.post('{"acks":[0]}', "/services/collector/ack"))[1]["code"] == 14


async def test_h34_get_is_refused(hec: Collector) -> None:
    answer = await hec.client.get(PATH)
    assert answer.status == 405
    assert (await answer.json())["code"] == 404


async def test_h35_a_body_too_large_is_refused_in_plain_text() -> None:
    async with Collector(Terms(max_content_length=1000)) as hec:
        answer = await hec.client.post(PATH, data="x" * 2000, headers=GOOD)
        assert answer.status == 413
        assert "too large (maximum is 1000)" in await answer.text()


async def test_h37_takes_gzip(hec: Collector) -> None:
    assert (await hec.post(gzip.compress(OK.encode()), headers={**GOOD, "Content-Encoding": "gzip"}))[0] == 200
    assert hec.double.received[0]["event"] == "a"


async def test_h38_errors_are_json(hec: Collector) -> None:
    answer = await hec.client.post(PATH, data="x", headers=GOOD)
    assert answer.content_type == "application/json"


async def test_fails_as_often_as_told(hec: Collector) -> None:
    await hec.fault(kind="busy", times=2)
    assert [(await hec.post(OK))[0] for _ in range(3)] == [503, 503, 200]


async def test_refuses_an_event_with_the_marker(hec: Collector) -> None:
    await hec.fault(kind="poison", marker="BAD", numbered=False)
    assert await hec.post(OK + '{"event":"BAD"}') == (400, {"text": "Invalid data format", "code": 6})
    assert (await hec.post(OK))[0] == 200
