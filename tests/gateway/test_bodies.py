"""Bodies are read by our own hand: bounded in bytes and in time, whoever sends them."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from fastapi import APIRouter, HTTPException
from fastapi.routing import APIRoute
from starlette.requests import Request

from gateway import bodies
from gateway.app import ROUTERS
from gateway.bodies import bounded
from gateway.webchat import signing_in


def request_of(*chunks: bytes, headers: tuple[tuple[bytes, bytes], ...] = (), pause: float = 0.0) -> Request:
    waiting = list(chunks)

    async def receive() -> dict[str, object]:
        await asyncio.sleep(pause)
        body = waiting.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(waiting)}

    return Request({"type": "http", "method": "POST", "headers": list(headers)}, receive)


async def test_a_body_within_the_limit_is_whole() -> None:
    assert await bounded(request_of(b"12345", b"67890"), 10) == b"1234567890"


async def test_one_byte_more_is_refused_and_the_rest_is_not_even_asked_for() -> None:
    asked = []

    async def endless() -> dict[str, object]:
        asked.append(1)
        return {"type": "http.request", "body": b"x" * 1000, "more_body": True}

    request = Request({"type": "http", "method": "POST", "headers": []}, endless)
    with pytest.raises(HTTPException) as refused:
        await bounded(request, 10_000)
    assert refused.value.status_code == 413
    assert len(asked) == 11


async def test_a_length_that_is_too_large_is_refused_unread() -> None:
    with pytest.raises(HTTPException) as refused:
        await bounded(request_of(headers=((b"content-length", b"11"),)), 10)
    assert refused.value.status_code == 413


async def test_a_body_that_drips_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "BODY_SECONDS", 0.05)
    with pytest.raises(HTTPException) as refused:
        await bounded(request_of(b"1", b"2", b"3", pause=0.04), 10)
    assert refused.value.status_code == 408


def test_no_route_leaves_its_body_to_the_framework_which_knows_no_bound() -> None:
    routes = [route for feature in ROUTERS for route in below(feature.router)]
    assert [route.path for route in routes if route.body_field is not None] == []
    assert {"/c/{capture_id}/submit", "/signin/link", "/v1/tokens", f"{signing_in.PATH}/refresh"} <= {
        route.path for route in routes
    }


def below(router: APIRouter) -> Iterator[APIRoute]:
    for route in router.routes:
        if isinstance(route, APIRoute):
            yield route
        elif (nested := getattr(route, "original_router", None)) is not None:  # FastAPI lately keeps them apart
            yield from below(nested)


@pytest.mark.parametrize(
    "path", ["/c/some/open", "/c/some/progress", "/c/some/submit", "/signin/link", "/signin/genesys"]
)
async def test_who_needs_no_key_cannot_fill_the_memory(anonymous: httpx.AsyncClient, path: str) -> None:
    sent = 0

    async def flood() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 64 * 1024 * 1024:
            sent += 65_536
            yield b"x" * 65_536

    assert (await anonymous.post(path, content=flood())).status_code == 413
    assert sent < 1024 * 1024
