"""A caller's pace: as many requests as are allowed, then a pause, and nobody else is held up."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI, HTTPException

from gateway.pace import Pace
from tests.gateway.gateway_parts import client_with


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_bucket_empties_and_fills_again() -> None:
    clock = Clock()
    pace = Pace(60, clock)
    for _ in range(60):
        pace.take("key-1")

    with pytest.raises(HTTPException) as refused:
        pace.take("key-1")
    pace.take("key-2")
    clock.now = 1.0
    pace.take("key-1")

    assert refused.value.status_code == 429
    assert refused.value.headers == {"Retry-After": "1"}


def test_without_a_limit_nobody_waits() -> None:
    pace = Pace(0)

    for _ in range(1000):
        pace.take("key-1")


async def test_a_key_that_calls_too_often_hears_when_to_come_again(app: FastAPI, keys_file: Path) -> None:
    app.state.pace = Pace(2)
    async with client_with(app, keys_file, "scan") as one, client_with(app, keys_file, "scan") as other:
        body = {"message_text": "hello", "conversation_id": "c", "direction": "INBOUND"}
        answers = [await one.post("/dlp/scan", json=body) for _ in range(3)]
        unhurt = await other.post("/dlp/scan", json=body)

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].headers["content-type"] == "application/problem+json"
    assert int(answers[2].headers["retry-after"]) > 0
    assert unhurt.status_code == 200


async def test_the_console_counts_its_callers_as_every_other_door_does(app: FastAPI, keys_file: Path) -> None:
    app.state.pace = Pace(1)
    async with client_with(app, keys_file, "console") as client:
        answers = [await client.get("/console/api/policies") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]


async def test_a_body_that_drips_is_given_up(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.bodies.BODY_SECONDS", 0.02)

    async def drips() -> AsyncIterator[bytes]:
        for _ in range(5):
            yield b"{"
            await asyncio.sleep(0.01)

    assert (await client.post("/v1/messages", content=drips())).status_code == 408
