"""What anybody may ask a gateway: who it is, whether it lives, whether it is ready."""

import asyncio
import json
from importlib.metadata import version

import httpx
import pytest
from fastapi import FastAPI

from gateway.health import Pulse
from tests.gateway.gateway_parts import Published
from vault.errors import VaultUnavailable


@pytest.mark.parametrize(("path", "told"), [("/", "ready"), ("/healthz", "alive"), ("/readyz", "ready")])
async def test_health_is_told_to_whoever_asks_with_and_without_wanting_the_body(
    anonymous: httpx.AsyncClient, path: str, told: str
) -> None:
    asked = await anonymous.get(path)
    headed = await anonymous.head(path)

    assert (asked.status_code, headed.status_code) == (200, 200)
    assert asked.json()["status"] == told


async def test_the_front_door_names_the_service_and_leads_on_and_names_no_version(anonymous: httpx.AsyncClient) -> None:
    front = await anonymous.get("/")

    assert front.json()["service"] == "Cordon gateway"
    assert version("cordon") not in front.text + json.dumps(dict(front.headers))
    for path in front.json()["links"].values():
        assert (await anonymous.get(path)).status_code == 200


async def test_a_broker_that_was_not_reached_is_no_death_but_no_readiness_either(
    anonymous: httpx.AsyncClient, published: Published
) -> None:
    published.is_connected = False

    assert (await anonymous.get("/healthz")).status_code == 200
    assert (await anonymous.get("/")).json()["status"] == "not ready"
    ready = await anonymous.get("/readyz")
    assert (ready.status_code, ready.json()["reasons"]) == (503, ["the broker has not been reached"])


async def test_a_database_that_is_away_is_told(
    app: FastAPI, anonymous: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_: object) -> None:
        raise VaultUnavailable

    monkeypatch.setattr(app.state.vault_desk.vault.database, "run", away)
    ready = await anonymous.get("/readyz")
    assert (ready.status_code, ready.json()["reasons"]) == (503, ["the vault's database is away"])


async def test_however_many_ask_the_database_is_asked_once_in_a_while(
    app: FastAPI, anonymous: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    async def slow(_: object) -> None:
        asked.append(1)
        await asyncio.sleep(0.05)

    monkeypatch.setattr(app.state.vault_desk.vault.database, "run", slow)
    app.state.pulse = Pulse()
    answers = await asyncio.gather(*(anonymous.get(path) for path in ("/", "/readyz") for _ in range(10)))

    assert {answer.status_code for answer in answers} == {200}
    assert len(asked) == 1  # each look takes the write lock of SQLite, which workers wait for too
