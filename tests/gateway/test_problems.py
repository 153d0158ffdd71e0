"""Errors as RFC 9457 has them: they name fields, say when to come again, and never echo what was sent."""

import httpx
import pytest
from fastapi import FastAPI

from gateway.auth import SESSION_PREFIX
from streams.producer import BrokerUnavailable
from tests.gateway.gateway_parts import Published
from vault.errors import VaultUnavailable

CARD = "4111 1111 1111 1111"
SCAN = {"message_text": f"my card is {CARD}", "conversation_id": "c", "direction": "INBOUND"}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nowhere", 404), ("PUT", "/dlp/scan", 405), ("GET", "/v1/tokens/none", 401), ("GET", "/c/assets/x", 404)],
)
async def test_every_error_is_a_problem(anonymous: httpx.AsyncClient, method: str, path: str, status: int) -> None:
    answer = await anonymous.request(method, path)

    assert answer.status_code == answer.json()["status"] == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert "Retry-After" not in answer.headers


async def test_a_wrong_request_is_told_its_fields_and_none_of_its_words(client: httpx.AsyncClient) -> None:
    answer = await client.post("/dlp/scan", json={**SCAN, "direction": CARD, "channel": 7})

    assert (answer.status_code, answer.json()["fields"]) == (422, ["channel", "direction"])
    assert "4111" not in answer.text


async def test_a_name_of_a_field_that_somebody_made_up_is_not_echoed(client: httpx.AsyncClient) -> None:
    answer = await client.post("/dlp/scan", content=f'{{"{CARD}": 1}}')

    assert answer.status_code == 422
    assert "4111" not in answer.text


async def test_what_fails_for_now_says_when_to_come_again(
    client: httpx.AsyncClient, published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise BrokerUnavailable

    monkeypatch.setattr(published, "publish", away)
    answer = await client.post("/dlp/scan", json=SCAN)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


async def test_what_fails_unexpectedly_says_nothing_of_why(
    app: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError(CARD)

    monkeypatch.setattr(app.state.reporter, "violations", broken)
    answer = await client.post("/dlp/scan", json=SCAN)

    assert (answer.status_code, answer.json()["title"]) == (500, "Internal Server Error")
    assert "4111" not in answer.text


async def test_a_database_that_is_away_is_an_error_for_now(
    app: FastAPI, anonymous: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise VaultUnavailable("the vault's database failed: OperationalError")

    monkeypatch.setattr(app.state.console_database, "run", away)
    bearer = {"Authorization": f"Bearer {SESSION_PREFIX}x"}
    for answer in (
        await anonymous.get("/signin/session", headers=bearer),
        await anonymous.get("/console/api/overview", headers=bearer),
        await anonymous.post("/signin/link", json={"secret": "x"}),
    ):
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert "Operational" not in answer.text
