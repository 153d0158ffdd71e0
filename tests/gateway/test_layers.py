"""The layers around the application: headers that every answer has, and counts that name no caller."""

import httpx
import pytest
from fastapi import FastAPI

SECRET_PATH = "/c/not-a-capture-id-that-anybody-has"


@pytest.mark.parametrize("path", ["/", "/healthz", "/nowhere", "/v1/tokens/x", "/openapi.json", "/c/x", "/console"])
async def test_nothing_is_cached_sniffed_or_framed(anonymous: httpx.AsyncClient, path: str) -> None:
    headers = (await anonymous.get(path)).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "max-age=" in headers["Strict-Transport-Security"]


async def test_no_answer_names_its_server_or_a_version(anonymous: httpx.AsyncClient) -> None:
    for path in ("/", "/nowhere", "/console", "/metrics"):
        assert not {"server", "x-powered-by"} & set((await anonymous.get(path)).headers)


async def test_requests_are_counted_by_route_and_never_by_what_was_asked_for(
    app: FastAPI, anonymous: httpx.AsyncClient
) -> None:
    await anonymous.get(f"{SECRET_PATH}?secret=s3cret")
    await anonymous.get("/nowhere-in-particular")
    await anonymous.get("/v1/captures/some-id")
    text = (await anonymous.get("/metrics")).text

    assert app.state.metrics.value("dlp_http_requests_total", route="/c/{capture_id}", status="200") == 1
    assert app.state.metrics.value("dlp_http_requests_total", route="/v1/captures/{capture_id}", status="401") == 1
    assert app.state.metrics.value("dlp_http_requests_total", route="unknown", status="404") == 1
    for asked in (SECRET_PATH, "s3cret", "nowhere-in-particular", "some-id"):
        assert asked not in text


async def test_a_request_that_breaks_is_counted_as_one_that_broke(
    app: FastAPI, anonymous: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.state, "vault_desk", None)
    broken = await anonymous.get("/readyz")

    assert broken.status_code == 500
    assert (broken.headers["X-Content-Type-Options"], broken.headers["Cache-Control"]) == ("nosniff", "no-store")
    assert app.state.metrics.value("dlp_http_requests_total", route="/readyz", status="500") == 1
