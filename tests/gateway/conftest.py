"""A gateway in the test's own event loop: real vault, real engine, and a producer that keeps what it is given."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from threading import Thread

import httpx
import pytest
from fastapi import FastAPI

from gateway.app import create_app
from gateway.auth import SCOPES
from streams.settings import KafkaSettings
from streams.settings.gateway import GatewaySettings
from tests.gateway.gateway_parts import Published, client_with
from tests.gateway.psp_parts import Psp
from vault.keyring import Keyring


@pytest.fixture
def keys_file(tmp_path: Path) -> Path:
    return tmp_path / "keys.jsonl"


@pytest.fixture
def settings(tmp_path: Path, keys_file: Path) -> GatewaySettings:
    keyring = Keyring.create(tmp_path / "keyring.json")
    keys_file.touch()
    return GatewaySettings(keyring_file=keyring.path, data_dir=tmp_path / "data", api_keys_file=keys_file)


@pytest.fixture
def published() -> Published:
    return Published()


@pytest.fixture
async def app(settings: GatewaySettings, published: Published) -> AsyncIterator[FastAPI]:
    app = create_app(settings, KafkaSettings(bootstrap_servers="127.0.0.1:9"))
    app.state.producer = published
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def anonymous(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client without a key."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway.test") as client:
        yield client


@pytest.fixture
async def client(app: FastAPI, keys_file: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A client that may do everything."""
    async with client_with(app, keys_file, *SCOPES) as everything:
        yield everything


@pytest.fixture
def psp() -> Iterator[Psp]:
    server = Psp()
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()
