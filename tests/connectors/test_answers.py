"""Answers of outside systems are read to a limit, by bytes and by time, whatever they are asked by."""

import gzip

import httpx
import pytest

from connectors import answers
from connectors.answers import AnswerTooLong, answer_to
from connectors.calls import send
from connectors.failures import DestinationAway
from connectors.verdict import post
from connectors.whatsapp import WhatsAppClient
from tests.connectors.connector_parts import MEBIBYTE, Endless


def client_of(answer: httpx.Response) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.MockTransport(lambda _: answer))


async def test_no_more_than_the_limit_is_read() -> None:
    body = Endless()
    with pytest.raises(AnswerTooLong):
        await answer_to(client_of(httpx.Response(200, stream=body)), "GET", "https://a.test", limit=4 * MEBIBYTE)
    assert (body.read, body.is_closed) == (5, True)


async def test_an_answer_that_drips_is_one_that_did_not_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "ANSWER_SECONDS", 0.05)
    body = Endless(seconds=0.02)
    with pytest.raises(httpx.ReadTimeout):
        await answer_to(client_of(httpx.Response(200, stream=body)), "GET", "https://a.test")
    assert body.is_closed


async def test_an_answer_within_the_limit_is_whole() -> None:
    packed = httpx.Response(
        201, content=gzip.compress(b'{"id": "7"}'), headers={"Content-Encoding": "gzip", "Retry-After": "3"}
    )
    answer = await answer_to(client_of(packed), "POST", "https://a.test", json={"x": 1})
    assert (answer.status_code, answer.json(), answer.headers["Retry-After"]) == (201, {"id": "7"}, "3")
    assert "Content-Encoding" not in answer.headers
    assert answer.request.content == b'{"x":1}'


async def test_what_opens_out_beyond_the_limit_is_too_long() -> None:
    packed = httpx.Response(200, content=gzip.compress(b" " * 100_000), headers={"Content-Encoding": "gzip"})
    with pytest.raises(AnswerTooLong):
        await answer_to(client_of(packed), "GET", "https://a.test", limit=4096)


async def test_no_destination_makes_us_hold_its_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers.answer_to, "__kwdefaults__", {"limit": 4096})
    for call in (
        lambda http: send(http, "GET", "https://a.test"),
        lambda http: post(http, "https://a.test", b"", {}),
        lambda http: WhatsAppClient(
            api_url="https://a.test", phone_number_id="1", access_token="t", http=http
        ).send_message({}),
    ):
        body = Endless()
        with pytest.raises(DestinationAway):
            await call(client_of(httpx.Response(200, stream=body)))
        assert body.read < 10
