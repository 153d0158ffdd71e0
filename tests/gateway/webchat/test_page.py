"""The chat's own page as any browser gets it; what it does stands in tests/browser."""

from importlib.resources import files

import httpx
import pytest
from fastapi import FastAPI

from gateway.webchat.page import ASSETS
from streams.settings.webmessaging import WebMessagingSettings


async def get(url: str) -> httpx.Response:
    async with httpx.AsyncClient() as http:
        return await http.get(url)


async def test_it_runs_its_own_files_only(gateway: str) -> None:
    answer = await get(f"{gateway}/chat")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert f"connect-src 'self' {gateway.replace('http', 'ws')};" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors *" in policy
    assert "x-frame-options" not in answer.headers
    for name in ASSETS:
        assert (await get(f"{gateway}/chat/assets/{name}")).status_code == 200
    assert (await get(f"{gateway}/chat/assets/__init__.py")).status_code == 404


@pytest.mark.parametrize("chat_settings", [{"ALLOWED_ORIGINS": "https://www.bank.example"}])
async def test_only_allowed_pages_may_frame_it(gateway: str) -> None:
    policy = (await get(f"{gateway}/chat")).headers["content-security-policy"]
    assert "frame-ancestors 'self' https://www.bank.example;" in policy


@pytest.mark.parametrize("chat_settings", [{"GUEST_DEPLOYMENT_ID": "guests", "ATTACHMENTS": "block"}])
async def test_it_learns_what_it_has_to_know(gateway: str, web_messaging: WebMessagingSettings) -> None:
    answer = await get(f"{gateway}/chat/settings.json")
    assert answer.json() == {"deploymentId": "guests", "attachments": None}
    assert str(web_messaging.deployment_id) not in answer.text


@pytest.mark.parametrize("path", ["/chat", "/chat.js", "/chat/settings.json", "/api/v2/webmessaging/messages"])
async def test_a_gateway_without_web_chat(app: FastAPI, path: str) -> None:
    app.state.web_messaging = WebMessagingSettings()
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway.test") as http:
            assert (await http.get(path)).status_code == 404


def test_nothing_in_it_names_another_host() -> None:
    for name in (*ASSETS, "embed.js", "chat.html"):
        text = files("gateway.chat_page").joinpath(name).read_text(encoding="utf-8")
        text = text.replace("http://www.w3.org/2000/svg", "").replace("https://chat.example/chat.js", "")
        assert "://" not in text
        assert "innerHTML" not in text
