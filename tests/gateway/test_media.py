"""Files that policy let pass: served by a sealed address, without metadata, and only as they were judged."""

import hashlib
import time
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from connectors.media_sources import MediaSources
from tests.detection.files.file_parts import picture
from vault.media_links import MediaLink

PICTURE = picture("hello", comment="taken at home")


@pytest.fixture
def keeper(app: FastAPI) -> list[httpx.Response]:
    """What WhatsApp's files answer; the default is the picture."""
    answers: list[httpx.Response] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if answers:
            return answers.pop(0)
        if request.url.path.startswith("/v23.0/"):
            return httpx.Response(200, json={"url": "https://files.test/1", "mime_type": "image/jpeg"})
        return httpx.Response(200, content=PICTURE)

    http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    app.state.media.sources = MediaSources(
        graph_url="https://graph.test/v23.0", access_token="t", max_bytes=10**6, http=http
    )
    return answers


def address(app: FastAPI, **changed: Any) -> str:
    given = {
        "source": "whatsapp",
        "name": "123",
        "sha256": hashlib.sha256(PICTURE).hexdigest(),
        "mime": "image/jpeg",
        "filename": 'a"b\r\n.jpg',
        "good_until": int(time.time()) + 60,
    }
    return f"/v1/media/{MediaLink(**(given | changed)).written(app.state.media.sealer)}"


async def test_a_file_is_served_without_metadata_and_runs_nothing(
    app: FastAPI, anonymous: httpx.AsyncClient, keeper: list[httpx.Response]
) -> None:
    answer = await anonymous.get(address(app))

    assert answer.status_code == 200
    assert answer.content[:3] == b"\xff\xd8\xff"
    assert b"taken at home" in PICTURE
    assert b"taken at home" not in answer.content
    assert answer.headers["Content-Disposition"] == 'attachment; filename="a_b_.jpg"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("changed", [{"good_until": 1}, {"sha256": "00" * 32}, {"name": "../secrets"}])
async def test_an_old_address_or_another_file_is_not_found(
    app: FastAPI, anonymous: httpx.AsyncClient, keeper: list[httpx.Response], changed: dict[str, Any]
) -> None:
    assert (await anonymous.get(address(app, **changed))).status_code == 404


async def test_a_guessed_address_is_not_found(anonymous: httpx.AsyncClient) -> None:
    assert (await anonymous.get("/v1/media/AAAA")).status_code == 404
    assert (await anonymous.get(f"/v1/media/{'A' * 5000}")).status_code == 404


async def test_while_the_keeper_is_away_one_may_come_again(
    app: FastAPI, anonymous: httpx.AsyncClient, keeper: list[httpx.Response]
) -> None:
    keeper.append(httpx.Response(503))

    assert (await anonymous.get(address(app))).status_code == 503
