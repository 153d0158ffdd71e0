"""A gateway that listens, in front of a double of Genesys that listens, both in the test's own loop."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import uvicorn
from aiohttp import web
from fastapi import FastAPI

from detection import Engine, load_policy
from detection.reporting import Reporter
from gateway import problems
from gateway.webchat import routes
from gateway.webchat.chat import web_chat
from sandbox.process import free_port
from sandbox.webmessaging import application_of
from sandbox.webmessaging_state import WebMessaging, WebMessagingOptions
from schemas import Stage
from streams.metrics import Metrics
from streams.sealing import SealingCodec
from streams.settings.webmessaging import WebMessagingSettings
from tests.gateway.gateway_parts import Published
from vault.envelope import Sealer
from vault.keyring import Keyring

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


@pytest.fixture
def chat_settings() -> dict[str, str]:
    """Further settings of web chat; tests override it."""
    return {}


@pytest.fixture(scope="session")
def keyring(tmp_path_factory: pytest.TempPathFactory) -> Keyring:
    return Keyring.create(tmp_path_factory.mktemp("keyring") / "keyring.json")


@pytest.fixture
def web_messaging(genesys: WebMessaging, chat_settings: dict[str, str]) -> WebMessagingSettings:
    url: str = genesys.url  # type: ignore[attr-defined]  # as above
    given = {
        "url": url.replace("http", "ws", 1),
        "api_url": url,
        "deployment_id": genesys.options.deployment_id,
        "origin": ORIGIN,
        **{name.lower(): value for name, value in chat_settings.items()},
    }
    return WebMessagingSettings.load(**given)


@pytest.fixture
def app(engine: Engine, keyring: Keyring, published: Published, web_messaging: WebMessagingSettings) -> FastAPI:
    """Web chat as the gateway mounts it, without the gateway's other parts: each test has its own."""

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with web_chat(app.state) as app.state.web_chat:
            yield

    app = FastAPI(lifespan=lifespan)
    app.state.engine = engine
    app.state.reporter = Reporter(Stage.GATEWAY, engine.policy_version, keyring.fingerprint_key)
    app.state.keyring = keyring
    app.state.codec = SealingCodec(Sealer(keyring))
    app.state.metrics = Metrics()
    app.state.producer = published
    app.state.web_messaging = web_messaging
    app.state.vault_desk = SimpleNamespace(tokenizer=lambda _: VaultAway())
    problems.install(app)
    app.include_router(routes.router)
    return app


class VaultAway:
    """There are no tokens: values are redacted."""

    async def tokens_for(self, values: Sequence[tuple[str, str]], *, conversation_id: str) -> list[str | None]:
        return [None] * len(values)


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
