"""What the gateway's tests share."""

from collections.abc import Sequence
from pathlib import Path

import httpx
from fastapi import FastAPI

from gateway.auth import create_key
from vault.requests import DEFAULT_TENANT


class Published:
    """Stands for the producer: whatever is published is acknowledged and kept."""

    is_connected = True

    def __init__(self) -> None:
        self.records: list[tuple[str, bytes | None, bytes]] = []

    async def start(self) -> None:
        pass

    async def stop(self) -> None:
        pass

    async def publish(
        self, topic: str, key: bytes | None, value: bytes, headers: Sequence[tuple[str, bytes]] = ()
    ) -> None:
        self.records.append((str(topic), key, value))

    def to(self, topic: str) -> list[bytes]:
        return [value for name, _, value in self.records if name == topic]


def client_with(app: FastAPI, keys_file: Path, *scopes: str, tenant: str = DEFAULT_TENANT) -> httpx.AsyncClient:
    """A client with a key of these scopes, and of this tenant."""
    _, key = create_key(keys_file, scopes, tenant)
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app, raise_app_exceptions=False),
        base_url="http://gateway.test",
        headers={"Authorization": f"Bearer {key}"},
    )
