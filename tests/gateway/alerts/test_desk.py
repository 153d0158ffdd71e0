"""The desk that serves listeners: for as long as they are welcome, and not longer."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from sse_starlette import ServerSentEvent
from starlette.requests import Request

from gateway.alerts import desk as alert_desk
from gateway.alerts.desk import AlertDesk
from gateway.alerts.ring import AlertRing
from gateway.alerts.routes import Wanted, alerts
from gateway.alerts.view import View
from gateway.auth import caller_of, create_key
from tests.gateway.alerts.alert_parts import alert


@pytest.fixture
async def ring() -> AlertRing:
    ring = AlertRing()
    ring.begin({0: 0}, {0: 0})
    return ring


@pytest.fixture
async def desk(ring: AlertRing) -> AlertDesk:
    return AlertDesk(ring, tail=None)  # type: ignore[arg-type]  # asked only for what the ring has forgotten


async def welcome() -> bool:
    return True


async def heard(events: AsyncIterator[ServerSentEvent], count: int) -> list[str]:
    return [str((await asyncio.wait_for(anext(events), 5)).event) for _ in range(count)]


async def say(ring: AlertRing, offset: int) -> None:
    ring.add(0, offset, alert(f"a{offset}"))
    await ring.announce()


async def test_a_listener_hears_what_comes_and_is_counted_while_it_listens(ring: AlertRing, desk: AlertDesk) -> None:
    events = desk.listen(View(), None, welcome)
    assert await heard(events, 1) == ["open"]
    await say(ring, 0)
    assert await heard(events, 1) == ["alert"]
    assert desk.listeners == 1
    await events.aclose()  # type: ignore[attr-defined]  # a generator
    assert desk.listeners == 0


async def test_one_that_is_not_welcome_any_more_hears_nothing_that_comes_then(
    ring: AlertRing, desk: AlertDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alert_desk, "CHECK_SECONDS", 0.02)
    answers = [True, True, False]

    async def asked() -> bool:
        return answers.pop(0)

    events = desk.listen(View(), None, asked)
    assert await heard(events, 1) == ["open"]
    with pytest.raises(StopAsyncIteration):
        await asyncio.wait_for(anext(events), 5)  # in silence: nothing comes, and it is asked all the same
    await say(ring, 0)
    assert (answers, desk.listeners) == ([], 0)


async def test_it_is_asked_also_where_alerts_never_pause(
    ring: AlertRing, desk: AlertDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alert_desk, "CHECK_SECONDS", 0.05)

    async def no() -> bool:
        return False

    events, count = desk.listen(View(), None, no), 0
    with contextlib.suppress(StopAsyncIteration):
        async with asyncio.timeout(5):
            for offset in range(10_000):
                await say(ring, offset)
                await anext(events)
                count += 1
                await asyncio.sleep(0.005)
    assert 1 < count < 100


async def test_a_key_that_is_removed_ends_its_stream(
    app: FastAPI, keys_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alert_desk, "CHECK_SECONDS", 0.02)
    _, key = create_key(keys_file, ("alerts",))
    headers = [(b"authorization", f"Bearer {key}".encode())]
    request = Request({"type": "http", "method": "GET", "app": app, "headers": headers})
    answer = await alerts(request, await caller_of(request), Wanted(), None)
    stream = aiter(answer.body_iterator)
    assert (await anext(stream)).event == "open"  # type: ignore[union-attr]  # before it is written
    listening = asyncio.create_task(anext(stream))  # type: ignore[arg-type]  # a coroutine, in all but its type
    await asyncio.sleep(0.1)
    assert not listening.done()

    await asyncio.to_thread(keys_file.write_text, "")
    with pytest.raises(StopAsyncIteration):
        await asyncio.wait_for(listening, 5)
