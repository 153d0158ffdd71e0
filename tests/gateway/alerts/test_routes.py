"""``/v1/alerts`` by the application alone, without Kafka behind it."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from gateway.alerts import routes
from gateway.auth import create_key


async def test_a_listener_that_reads_nothing_gives_its_place_back(
    app: FastAPI, keys_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "SEND_SECONDS", 0.1)
    _, key = create_key(keys_file, ("alerts",))
    stuck = asyncio.Event()

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(60)
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.body":
            stuck.set()
            await asyncio.sleep(60)  # as a socket does whose other end reads nothing

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": "/v1/alerts",
        "raw_path": b"/v1/alerts",
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"gateway.test"), (b"authorization", f"Bearer {key}".encode())],
        "client": ("127.0.0.1", 1),
        "server": ("gateway.test", 80),
    }
    async with asyncio.timeout(5):
        with pytest.raises((TimeoutError, ExceptionGroup)):  # upon which the server closes the connection
            await app(scope, receive, send)  # type: ignore[arg-type]  # a dictionary is a scope
    assert stuck.is_set()
    assert app.state.alerts.listeners == 0
