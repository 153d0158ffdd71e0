"""Every way to sign in, and every way that is closed."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from aiohttp import web
from fastapi import FastAPI
from oidc_provider_mock import User, run_server_in_thread

from gateway.app import create_app
from gateway.auth import SESSION_COOKIE
from gateway.pace import PagePace
from gateway.roles import Role
from gateway.signin.links import make_link
from gateway.signin.oidc import OidcDoor
from gateway.signin.people import Person
from gateway.signin.sessions import SessionBook
from sandbox.process import free_port
from streams.settings import KafkaSettings, WrongSettingError
from streams.settings.console import ConsoleSettings, OidcSignInSettings
from streams.settings.gateway import GatewaySettings
from tests.gateway.gateway_parts import Published


async def test_a_link_opens_one_session_of_its_role(app: FastAPI, anonymous: httpx.AsyncClient) -> None:
    secret = await make_link(app.state.console_database, Role.SUPERVISOR, name="rita")
    entered = await anonymous.post("/signin/link", json={"secret": secret})
    assert entered.json() == {"name": "rita", "role": "supervisor", "agent_id": None}
    cookie = entered.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert (await anonymous.get("/signin/session")).json()["name"] == "rita"
    assert (await anonymous.get("/console/api/overview")).status_code == 200
    assert (await anonymous.post("/signin/link", json={"secret": secret})).status_code == 403


@pytest.mark.parametrize(("secret", "status"), [("", 403), ("guess", 403), ("x" * 5000, 422), ("x" * 9000, 413)])
async def test_a_guess_opens_nothing(anonymous: httpx.AsyncClient, secret: str, status: int) -> None:
    assert (await anonymous.post("/signin/link", json={"secret": secret})).status_code == status


async def test_another_sites_page_uses_nobodys_link(app: FastAPI, anonymous: httpx.AsyncClient) -> None:
    secret = await make_link(app.state.console_database, Role.ADMIN, name="mallory")
    for headers, status in (
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),  # a browser of before Sec-Fetch-Site
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://gateway.test"}, 200),
    ):
        answer = await anonymous.post("/signin/link", json={"secret": secret}, headers=headers)
        assert answer.status_code == status, headers


async def test_our_own_page_is_known_behind_a_proxy_that_ends_tls(app: FastAPI, anonymous: httpx.AsyncClient) -> None:
    app.state.console_settings = ConsoleSettings.load(base_url="https://cordon.bank.example")
    secret = await make_link(app.state.console_database, Role.SUPERVISOR, name="rita")
    ours = {"Origin": "https://cordon.bank.example"}
    assert (await anonymous.post("/signin/link", json={"secret": secret}, headers=ours)).status_code == 200


async def test_an_address_may_try_so_often(app: FastAPI, anonymous: httpx.AsyncClient) -> None:
    app.state.page_pace = PagePace(address=2)
    tried = [await anonymous.post("/signin/link", json={"secret": "guess"}) for _ in range(3)]
    assert [answer.status_code for answer in tried] == [403, 403, 429]


async def test_an_old_link_opens_nothing(app: FastAPI, anonymous: httpx.AsyncClient) -> None:
    secret = await make_link(app.state.console_database, Role.ADMIN, name="late", seconds=-1)
    assert (await anonymous.post("/signin/link", json={"secret": secret})).status_code == 403


async def test_a_session_ends_by_itself_and_at_once_by_signing_out(app: FastAPI) -> None:
    clock = [1000.0]
    book = SessionBook(app.state.console_database, 60.0, clock=lambda: clock[0])
    token = await book.open(Person("link:a", "a", Role.ADMIN))
    assert await book.find(token) is not None
    clock[0] += 61
    assert await book.find(token) is None
    clock[0] -= 61
    await book.end(token)
    assert await book.find(token) is None


async def test_the_database_holds_no_token(app: FastAPI) -> None:
    token = await app.state.sessions.open(Person("link:a", "a", Role.ADMIN))
    rows = await app.state.console_database.run(lambda c: c.exec_driver_sql("SELECT * FROM console_sessions").all())
    assert rows
    assert token not in str(rows)
    assert token.rpartition("_")[2] not in str(rows)


async def test_a_cookie_acts_from_our_own_pages_only(app: FastAPI, anonymous: httpx.AsyncClient) -> None:
    token = await app.state.sessions.open(Person("link:a", "a", Role.ADMIN))
    anonymous.cookies.set(SESSION_COOKIE, token)
    body = {"message_text": "hello", "conversation_id": "c", "direction": "OUTBOUND"}
    for headers, status in (
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": "http://gateway.test"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 401),
        ({"Sec-Fetch-Site": "same-site"}, 401),
        ({"Origin": "https://evil.example"}, 401),
        ({}, 401),
    ):
        assert (await anonymous.post("/dlp/scan", json=body, headers=headers)).status_code == status, headers


async def test_where_callers_are_known_nobody_enters_as_anybody(anonymous: httpx.AsyncClient) -> None:
    answer = await anonymous.post("/signin/anybody", json={}, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 403


async def test_where_no_key_is_needed_one_click_enters_from_our_page_only(settings: GatewaySettings) -> None:
    open_settings = GatewaySettings(keyring_file=settings.keyring_file, data_dir=settings.data_dir, gateway_auth="off")
    async with serving(create_app(open_settings, KafkaSettings(bootstrap_servers="127.0.0.1:9"))) as client:
        assert (await client.get("/signin/ways")).json() == {"oidc": False, "anybody": True}
        assert (await client.get("/console/api/overview")).status_code == 401  # people are always known by name
        evil = await client.post("/signin/anybody", json={}, headers={"Sec-Fetch-Site": "cross-site"})
        assert evil.status_code == 403
        assert (await client.post("/signin/anybody", json={}, headers={"Sec-Fetch-Site": "same-origin"})).is_success
        assert (await client.get("/console/api/overview")).status_code == 200


async def test_a_person_of_the_identity_provider_enters_with_their_role(oidc: "Provider") -> None:
    async with oidc.gateway() as client:
        callback = await oidc.through(client, "rita")
        done = await client.get(callback)
        assert (done.status_code, done.headers["location"]) == (303, "/console")
        assert (await client.get("/signin/session")).json() == {
            "name": "Rita Moreno",
            "role": "compliance",
            "agent_id": "rita",
        }


@pytest.mark.parametrize(("subject", "why"), [("guest", "no-role")])
async def test_somebody_without_a_role_stays_outside(oidc: "Provider", subject: str, why: str) -> None:
    async with oidc.gateway() as client:
        done = await client.get(await oidc.through(client, subject))
        assert done.headers["location"] == f"/signin?why={why}"
        assert (await client.get("/signin/session")).status_code == 401


async def test_an_answer_to_another_sign_in_is_refused(oidc: "Provider") -> None:
    async with oidc.gateway() as client:
        callback = await oidc.through(client, "rita")
        forged = callback.replace(f"state={parse_qs(urlsplit(callback).query)['state'][0]}", "state=forged")
        assert (await client.get(forged)).headers["location"] == "/signin?why=refused"
    async with oidc.gateway() as stranger:  # another browser: it began no sign-in
        assert (await stranger.get(callback)).headers["location"] == "/signin?why=stale"


async def test_a_code_works_once(oidc: "Provider") -> None:
    async with oidc.gateway() as client:
        callback = await oidc.through(client, "rita")
        kept = dict(client.cookies)
        assert (await client.get(callback)).headers["location"] == "/console"
        client.cookies.update(kept)
        assert (await client.get(callback)).headers["location"] == "/signin?why=refused"


async def test_a_provider_that_is_away_is_told(oidc: "Provider", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORDON_OIDC_ISSUER", f"http://127.0.0.1:{free_port()}")
    async with oidc.gateway() as client:
        assert (await client.get("/signin/oidc")).headers["location"] == "/signin?why=away"


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"authorization_endpoint": "https://login.example/a"},
        {"authorization_endpoint": "https://login.example/a", "token_endpoint": "http://login.example/t"},
        {"authorization_endpoint": "javascript:alert(1)", "token_endpoint": "https://login.example/t"},
        {"authorization_endpoint": 7, "token_endpoint": "https://login.example/t"},
    ],
)
async def test_a_provider_that_tells_no_safe_address_is_away(
    oidc: "Provider", monkeypatch: pytest.MonkeyPatch, told: dict[str, Any]
) -> None:
    async def discovered(*_: object) -> dict[str, Any]:
        return {"issuer": oidc.url, **told}

    monkeypatch.setattr(OidcDoor, "_json", discovered)
    async with oidc.gateway() as client:
        assert (await client.get("/signin/oidc")).headers["location"] == "/signin?why=away"


async def test_an_address_may_come_back_from_the_provider_so_often(oidc: "Provider") -> None:
    async with oidc.gateway() as client:
        client._transport.app.state.page_pace = PagePace(address=2)  # type: ignore[attr-defined]  # the application's
        answers = [await client.get("/signin/oidc/callback", params={"code": "x", "state": "x"}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [303, 303, 429]


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"client_id": "cordon"}, "CORDON_OIDC_ISSUER has to be set"),
        ({"issuer": "http://login.example", "client_id": "c"}, "not encrypted"),
        ({"roles": "x=king"}, "a role that there is not"),
    ],
)
def test_wrong_settings_stop_the_start(given: dict[str, str], line: str) -> None:
    with pytest.raises(WrongSettingError, match=line):
        OidcSignInSettings.load(**given)


async def test_an_agent_is_who_genesys_says(settings: GatewaySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    async def me(request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != "Bearer the-agents":
            return web.json_response({"code": "bad.credentials"}, status=401)
        user = {"id": "agent-7", "name": "Ana Ribeiro"}
        if request.query.get("expand") == "organization":
            user["organization"] = {"id": "the-bank"}
        return web.json_response(user)

    genesys = web.Application()
    genesys.router.add_get("/api/v2/users/me", me)
    runner = web.AppRunner(genesys)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    names = ("API_URL", "LOGIN_URL")
    for name in names:
        monkeypatch.setenv(f"CORDON_GENESYS_{name}", f"http://127.0.0.1:{port}")
    for name in ("CLIENT_ID", "CLIENT_SECRET", "INTEGRATION_ID", "WEBHOOK_SECRET"):
        monkeypatch.setenv(f"CORDON_GENESYS_{name}", "x")
    try:
        for organization in ("", "another-bank"):  # any customer of Genesys has agents
            monkeypatch.setenv("CORDON_GENESYS_ORGANIZATION_ID", organization)
            async with serving(create_app(settings, KafkaSettings(bootstrap_servers="127.0.0.1:9"))) as client:
                assert (await client.post("/signin/genesys", json={"token": "the-agents"})).status_code == 403
        monkeypatch.setenv("CORDON_GENESYS_ORGANIZATION_ID", "the-bank")
        async with serving(create_app(settings, KafkaSettings(bootstrap_servers="127.0.0.1:9"))) as client:
            assert (await client.post("/signin/genesys", json={"token": "another"})).status_code == 403
            entered = (await client.post("/signin/genesys", json={"token": "the-agents"})).json()
            assert (entered["role"], entered["agent_id"]) == ("agent", "agent-7")
            headers = {"Authorization": f"Bearer {entered['token']}"}
            assert (await client.get("/widget/api/setting", headers=headers)).json()["agent_id"] == "agent-7"
            assert (await client.get("/console/api/overview", headers=headers)).status_code == 403
    finally:
        await runner.cleanup()


class Provider:
    """An identity provider that is not ours, and gateways that trust it."""

    def __init__(self, url: str, settings: GatewaySettings) -> None:
        self.url = url
        self._settings = settings

    def gateway(self) -> Any:
        return serving(create_app(self._settings, KafkaSettings(bootstrap_servers="127.0.0.1:9")))

    async def through(self, client: httpx.AsyncClient, subject: str) -> str:
        """Go to the provider, say who one is there, and bring back where it sends the browser."""
        sent = await client.get("/signin/oidc")
        assert sent.status_code == 303
        async with httpx.AsyncClient() as browser:
            answer = await browser.post(sent.headers["location"], data={"sub": subject})
        back = answer.headers["location"]
        assert back.startswith("http://gateway.test/signin/oidc/callback?")
        return str(back)


@pytest.fixture
def oidc(settings: GatewaySettings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    users = (
        User(sub="rita", claims={"name": "Rita Moreno", "roles": ["staff", "dlp-officers", "dlp-leads"]}),
        User(sub="guest", claims={"name": "Guest", "roles": ["staff"]}),
    )
    with run_server_in_thread(user_claims=users) as server:
        url = f"http://127.0.0.1:{server.server_port}"
        for name, value in (
            ("ISSUER", url),
            ("CLIENT_ID", "cordon"),
            ("CLIENT_SECRET", "s3cret"),
            ("ROLES", "dlp-leads=supervisor,dlp-officers=compliance"),
        ):
            monkeypatch.setenv(f"CORDON_OIDC_{name}", value)
        yield Provider(url, settings)


class serving:  # noqa: N801  (reads like a function)
    """A client of an application that runs; what the producer gets is kept."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        app.state.producer = Published()
        self._running = app.router.lifespan_context(app)
        self._client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway.test")

    async def __aenter__(self) -> httpx.AsyncClient:
        await self._running.__aenter__()
        return self._client

    async def __aexit__(self, *error: object) -> None:
        await self._client.aclose()
        await self._running.__aexit__(None, None, None)
