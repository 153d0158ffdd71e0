"""A guest whom an identity provider knows: every secret stays between the gateway and Genesys."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from sandbox.webmessaging_state import WebMessaging
from tests.gateway.webchat.chat_parts import CARD
from tests.gateway.webchat.guest_client import DEPLOYMENT, GuestClient

TOKEN = "/api/v2/webdeployments/token"
PAGE = "https://www.bank.example/signed-in"


@pytest.fixture
async def page(gateway: str) -> AsyncIterator[httpx.AsyncClient]:
    """A page of the bank's, and what it calls."""
    async with httpx.AsyncClient(base_url=gateway, headers={"Origin": "https://www.bank.example"}) as http:
        yield http


@pytest.fixture
async def code(control: httpx.AsyncClient) -> str:
    """What the identity provider gave the page."""
    given: str = (await control.post("/sign-in-code", json={"redirectUri": PAGE})).json()["code"]
    return given


def exchange(code: str, **more: Any) -> dict[str, Any]:
    oauth = {"code": code, "redirectUri": PAGE, "codeVerifier": "v" * 43, **more}
    return {"deploymentId": DEPLOYMENT, "oauth": oauth, "journeyContext": {"customer": {"id": "c", "idType": "cookie"}}}


async def passes(page: httpx.AsyncClient, code: str) -> dict[str, str]:
    answer = await page.post(f"{TOKEN}/oauthcodegrantjwtexchange", json=exchange(code))
    assert answer.status_code == 200
    given: dict[str, str] = answer.json()
    return given


async def signed_in(guest: GuestClient, jwt: str) -> dict[str, Any]:
    tracing_id = await guest.send(
        "configureAuthenticatedSession", deploymentId=DEPLOYMENT, startNew=False, data={"code": jwt}
    )
    return await guest.answer(tracing_id)


async def test_a_code_opens_a_session_in_which_everything_is_judged(
    gateway: str, page: httpx.AsyncClient, code: str, genesys: WebMessaging, control: httpx.AsyncClient
) -> None:
    given = await passes(page, code)
    async with GuestClient.connected(gateway) as guest:
        assert (await signed_in(guest, given["jwt"]))["class"] == "SessionResponse"
        assert "0343 6467" not in str(await guest.heard(CARD))
    (session,) = (await control.get("/sessions")).json()
    assert session["signed_in"]
    assert "0343 6467" not in json.dumps(genesys.received)


async def test_what_the_page_gets_opens_nothing_at_genesys(
    page: httpx.AsyncClient, code: str, genesys: WebMessaging
) -> None:
    given = await passes(page, code)
    (real,) = genesys.sign_ins
    assert real.refresh_token not in given.values()
    assert not real.jwts & set(given.values())
    assert genesys.sign_in_of(given["jwt"]) is None


async def test_a_pass_is_renewed_when_genesys_wants_another(
    gateway: str, page: httpx.AsyncClient, code: str, control: httpx.AsyncClient
) -> None:
    given = await passes(page, code)
    await control.post("/end-jwts")
    async with GuestClient.connected(gateway) as guest:
        assert (await signed_in(guest, given["jwt"]))["code"] == 401
        renewal = {"refreshToken": given["refreshToken"], "deploymentId": DEPLOYMENT}
        renewed = (await page.post(f"{TOKEN}/refresh", json=renewal)).json()
        assert (await signed_in(guest, renewed["jwt"]))["class"] == "SessionResponse"


async def test_signing_out_is_told_to_every_page_and_ends_both_passes(
    gateway: str, page: httpx.AsyncClient, code: str
) -> None:
    given = await passes(page, code)
    bearer = {"Authorization": f"bearer {given['jwt']}"}
    async with GuestClient.connected(gateway) as guest:
        await signed_in(guest, given["jwt"])
        assert (await page.delete(f"{TOKEN}/revoke", headers=bearer)).status_code == 204
        await guest.next(lambda frame: frame["class"] == "LogoutEvent")
    assert (await page.post(f"{TOKEN}/refresh", json={"refreshToken": given["refreshToken"]})).status_code == 401
    assert (await page.delete(f"{TOKEN}/revoke", headers=bearer)).status_code == 401


async def test_a_code_is_good_once(page: httpx.AsyncClient, code: str) -> None:
    await passes(page, code)
    again = await page.post(f"{TOKEN}/oauthcodegrantjwtexchange", json=exchange(code))
    assert again.status_code == 401
    assert again.headers["content-type"] == "application/problem+json"
    assert again.headers["access-control-allow-origin"] == "https://www.bank.example"


@pytest.mark.parametrize("which", ["jwt", "refreshToken", "forged"])
async def test_one_pass_does_not_do_for_another(gateway: str, page: httpx.AsyncClient, code: str, which: str) -> None:
    given = {**await passes(page, code), "forged": "A" * 200}
    if which != "jwt":
        async with GuestClient.connected(gateway) as guest:
            assert (await signed_in(guest, given[which]))["code"] == 401
        bearer = {"Authorization": f"bearer {given[which]}"}
        assert (await page.delete(f"{TOKEN}/revoke", headers=bearer)).status_code == 401
    if which != "refreshToken":
        assert (await page.post(f"{TOKEN}/refresh", json={"refreshToken": given[which]})).status_code == 401
    history = await page.get("/api/v2/webmessaging/messages", headers={"Authorization": f"bearer {given[which]}"})
    assert history.status_code == 401


async def test_a_pass_for_the_history_signs_nobody_in(gateway: str) -> None:
    async with GuestClient.joined(gateway) as guest:
        assert (await signed_in(guest, await guest.jwt()))["code"] == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"deploymentId": DEPLOYMENT}, 422),
        ({"deploymentId": DEPLOYMENT, "oauth": {"code": 7}}, 422),
        ({"deploymentId": DEPLOYMENT, "oauth": {"code": "c" * 20_000}}, 422),
        ({"deploymentId": DEPLOYMENT, "oauth": {"idToken": "not.the.right.one", "nonce": "n"}}, 401),
    ],
)
async def test_wrong_exchanges(page: httpx.AsyncClient, body: dict[str, Any], status: int) -> None:
    answer = await page.post(f"{TOKEN}/oauthcodegrantjwtexchange", json=body)
    assert answer.status_code == status
    assert "not.the.right" not in answer.text


@pytest.mark.parametrize("chat_settings", [{"GUEST_DEPLOYMENT_ID": "another"}])
async def test_only_the_deployment_that_guests_know(page: httpx.AsyncClient, code: str) -> None:
    assert (await page.post(f"{TOKEN}/oauthcodegrantjwtexchange", json=exchange(code))).status_code == 403


@pytest.mark.parametrize("chat_settings", [{"ALLOWED_ORIGINS": "https://elsewhere.example"}])
async def test_only_pages_that_may_use_the_chat(page: httpx.AsyncClient, code: str) -> None:
    assert (await page.post(f"{TOKEN}/oauthcodegrantjwtexchange", json=exchange(code))).status_code == 403
    assert (await page.options(f"{TOKEN}/refresh")).status_code == 403


@pytest.mark.parametrize("chat_settings", [{"API_URL": "http://127.0.0.1:9"}])
async def test_genesys_away(page: httpx.AsyncClient, code: str) -> None:
    assert (await page.post(f"{TOKEN}/oauthcodegrantjwtexchange", json=exchange(code))).status_code == 502


async def test_genesys_s_own_client_signs_in_renews_and_signs_out(
    gateway: str, code: str, genesys: WebMessaging
) -> None:
    sdk = pytest.importorskip("PureCloudPlatformClientV2")
    api = sdk.WebDeploymentsApi(sdk.ApiClient(host=gateway))
    oauth = sdk.WebDeploymentsOAuthRequestParameters()
    oauth.code, oauth.redirect_uri, oauth.code_verifier = code, PAGE, "v" * 43
    asked = sdk.WebDeploymentsOAuthExchangeRequest()
    asked.deployment_id, asked.oauth = DEPLOYMENT, oauth
    given = await asyncio.to_thread(api.post_webdeployments_token_oauthcodegrantjwtexchange, asked)
    renewal = sdk.WebDeploymentsRefreshJWTRequest()
    renewal.refresh_token, renewal.deployment_id = given.refresh_token, DEPLOYMENT
    renewed = await asyncio.to_thread(api.post_webdeployments_token_refresh, body=renewal)
    assert renewed.jwt != given.jwt
    api.api_client.set_default_header("Authorization", f"bearer {renewed.jwt}")
    await asyncio.to_thread(api.delete_webdeployments_token_revoke)
    assert genesys.sign_ins == []
