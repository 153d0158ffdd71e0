"""Work beside the requests ends with them, and none of it dies unseen."""

import asyncio
import logging

import pytest
from fastapi import FastAPI

from gateway import capture_news, vault_desk
from gateway.background import running


async def test_it_runs_within_the_block_and_is_over_after_it() -> None:
    told: list[str] = []

    async def work() -> None:
        try:
            told.append("began")
            await asyncio.Event().wait()
        finally:
            told.append("ended")

    async with running(work()):
        await asyncio.sleep(0)
        assert told == ["began"]
    assert told == ["began", "ended"]


async def test_one_that_fails_is_told_by_name_and_kind_and_ends_no_other(caplog: pytest.LogCaptureFixture) -> None:
    async def broken() -> None:
        raise KeyError("4111 1111 1111 1111")

    async with running(broken(), asyncio.sleep(3600)):
        await asyncio.sleep(0.01)

    [line] = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert line.endswith("broken has stopped: KeyError")


async def test_retention_and_news_go_on_after_a_failure_that_nobody_foresaw(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = app.state.vault_desk
    tried, often = {"purge": 0, "tidy": 0}, asyncio.Event()

    async def fails(what: str) -> int:
        tried[what] += 1
        if min(tried.values()) == 3:
            often.set()
        raise KeyError(what)

    monkeypatch.setattr(vault_desk, "PURGE_SECONDS", 0.01)
    monkeypatch.setattr(capture_news, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(desk.vault, "purge", lambda: fails("purge"))
    monkeypatch.setattr(desk.captures, "tidy", lambda: fails("tidy"))
    async with running(vault_desk._purge(desk), desk.telling.run()):
        await asyncio.wait_for(often.wait(), 5)
