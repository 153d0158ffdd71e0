"""Who may open a socket: the handshake, the pages that guests come from."""

from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, HTTPException
from starlette.websockets import WebSocketDisconnect
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from gateway.webchat.doors import asked_of_genesys
from gateway.webchat.sockets import guest_socket
from tests.connectors.connector_parts import Endless
from tests.gateway.webchat.guest_client import DEPLOYMENT, GuestClient


class TestHandshake:
    @pytest.mark.parametrize("query", ["", "?application=x", "?deploymentId=", f"?deploymentId={'x' * 200}"])
    async def test_without_a_deployment(self, gateway: str, query: str) -> None:
        with pytest.raises(InvalidStatus) as refused:
            await connect(f"{gateway.replace('http', 'ws', 1)}/v1{query}", proxy=None)
        assert refused.value.response.status_code == 403

    async def test_what_genesys_refuses_is_refused(self, gateway: str, control: httpx.AsyncClient) -> None:
        await control.post("/socket-faults", json={"kind": "refuse"})
        with pytest.raises(InvalidStatus) as refused:
            async with GuestClient.joined(gateway):
                pass
        assert refused.value.response.status_code == 403

    @pytest.mark.parametrize("chat_settings", [{"URL": "ws://127.0.0.1:9"}])
    async def test_genesys_away(self, gateway: str) -> None:
        with pytest.raises(InvalidStatus) as refused:
            async with GuestClient.joined(gateway):
                pass
        assert refused.value.response.status_code == 503


class Upstream(ClientConnection):
    """A socket at Genesys, as far as it can be closed."""

    def __init__(self) -> None:
        self.is_closed = False

    async def close(self, *_: object, **__: object) -> None:
        self.is_closed = True


async def test_a_guest_who_left_during_the_handshake_leaves_no_socket_at_genesys(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    upstream = Upstream()

    async def dialled() -> Upstream:
        return upstream

    async def left() -> None:
        raise WebSocketDisconnect(1006)

    guest: Any = SimpleNamespace(app=app, query_params={"deploymentId": DEPLOYMENT}, headers={}, accept=left)
    async with app.router.lifespan_context(app):
        monkeypatch.setattr(app.state.web_chat, "dial", dialled)
        with pytest.raises(WebSocketDisconnect):
            await guest_socket(guest)
        assert upstream.is_closed
        assert app.state.web_chat.sockets == 0


@pytest.mark.parametrize("chat_settings", [{"ALLOWED_ORIGINS": "https://www.bank.example"}])
class TestOrigins:
    @pytest.mark.parametrize("origin", ["https://www.bank.example", None, "www.bank.example"])
    async def test_allowed(self, gateway: str, origin: str | None) -> None:
        async with GuestClient.joined(gateway, origin=origin) as guest:
            await guest.heard("hello")

    async def test_the_gateway_s_own_pages(self, gateway: str) -> None:
        async with GuestClient.joined(gateway, origin=gateway) as guest:
            await guest.heard("hello")

    @pytest.mark.parametrize("origin", ["https://evil.example", "https://www.bank.example.evil.example", "null"])
    async def test_strangers(self, gateway: str, origin: str) -> None:
        with pytest.raises(InvalidStatus) as refused:
            async with GuestClient.joined(gateway, origin=origin):
                pass
        assert refused.value.response.status_code == 403
        async with httpx.AsyncClient() as http:
            answer = await http.get(f"{gateway}/api/v2/webmessaging/messages", headers={"Origin": origin})
        assert answer.status_code == 403


async def test_an_answer_of_genesys_s_without_an_end_is_not_held() -> None:
    body = Endless()
    http = httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(200, stream=body)))
    chat: Any = SimpleNamespace(settings=SimpleNamespace(api_url="https://a.test"), service_headers={}, http=http)
    with pytest.raises(HTTPException) as refused:
        await asked_of_genesys(chat, "GET", "/x", {"Vary": "Origin"})
    assert (refused.value.status_code, refused.value.headers) == (502, {"Vary": "Origin"})
    assert body.read < 10
