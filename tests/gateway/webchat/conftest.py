"""A gateway that listens, in front of a double of Genesys that listens, both in the test's own loop."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import uvicorn
from aiohttp import web
from fastapi import FastAPI

from detection import Engine, load_policy
from gateway.app import create_app
from sandbox.process import free_port
from sandbox.webmessaging import application_of
from sandbox.webmessaging_state import WebMessaging, WebMessagingOptions
from streams.settings import KafkaSettings
from streams.settings.gateway import GatewaySettings
from tests.gateway.gateway_parts import Published

ORIGIN = "https://cordon.invalid"
"""The one origin that the deployment at Genesys allows."""


@pytest.fixture
def options() -> dict[str, Any]:
    """How the double is set up; tests override it."""
    return {"allowed_origins": (ORIGIN,), "is_scripted": False, "messages_per_second": 0, "requests_per_minute": 0}


@pytest.fixture
async def genesys(options: dict[str, Any]) -> AsyncIterator[WebMessaging]:
    """The double; ``url`` says where."""
    state = WebMessaging(WebMessagingOptions(**options))
    runner = web.AppRunner(application_of(state), access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    state.url = f"http://127.0.0.1:{port}"  # type: ignore[attr-defined]  # for the tests' convenience
    yield state
    await runner.cleanup()


@pytest.fixture(scope="session")
def engine() -> Engine:
    """Made once: it keeps nothing of what it judges."""
    return Engine(load_policy(None))


@pytest.fixture(autouse=True)
def shared_engine(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.app.load_policy", lambda _: None)
    monkeypatch.setattr("gateway.app.Engine", lambda _: engine)


@pytest.fixture
def chat_settings() -> dict[str, str]:
    """Further settings of web chat; tests override it."""
    return {}


@pytest.fixture
async def app(
    settings: GatewaySettings,
    published: Published,
    genesys: WebMessaging,
    chat_settings: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> FastAPI:
    url: str = genesys.url  # type: ignore[attr-defined]  # as above
    given = {
        "URL": url.replace("http", "ws", 1),
        "API_URL": url,
        "DEPLOYMENT_ID": genesys.options.deployment_id,
        "ORIGIN": ORIGIN,
        **chat_settings,
    }
    for name, value in given.items():
        monkeypatch.setenv(f"CORDON_WEBMESSAGING_{name}", value)
    app = create_app(settings, KafkaSettings(bootstrap_servers="127.0.0.1:9"))
    app.state.producer = published
    return app


@pytest.fixture
async def gateway(app: FastAPI) -> AsyncIterator[str]:
    """The gateway's address."""
    port = free_port()
    config = uvicorn.Config(
        app, host="127.0.0.1", port=port, log_config=None, access_log=False, timeout_graceful_shutdown=2
    )
    server = uvicorn.Server(config)
    server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign, assignment]  # signals are pytest's
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  (the server has no event to wait for)
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await serving


@pytest.fixture
async def control(genesys: WebMessaging) -> AsyncIterator[httpx.AsyncClient]:
    """Steers the double."""
    url: str = genesys.url  # type: ignore[attr-defined]  # as above
    async with httpx.AsyncClient(base_url=f"{url}/_sandbox") as client:
        yield client
