"""A key's tenant: what one tenant keeps, another can neither resolve, nor look at, nor stop, nor use."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from gateway.auth import SCOPES
from gateway.data_actions_calls import Upstream, Upstreams
from tests.gateway.gateway_parts import client_with
from vault.requests import View

CPF = {"type": "br_cpf", "value": "529.982.247-25"}


@pytest.fixture
async def acme(app: FastAPI, keys_file: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with client_with(app, keys_file, *SCOPES, tenant="acme") as client:
        yield client


@pytest.fixture
async def globex(app: FastAPI, keys_file: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with client_with(app, keys_file, *SCOPES, tenant="globex") as client:
        yield client


async def reveal(client: httpx.AsyncClient, token: str) -> dict[str, str]:
    body = {"items": [{"token": token, "view": "plain"}], "reason": "case 7"}
    item: dict[str, str] = (await client.post("/v1/tokens/detokenize", json=body)).json()["items"][0]
    return item


async def test_a_tenant_resolves_its_own_token_and_another_finds_it_unknown(
    acme: httpx.AsyncClient, globex: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    token = (await acme.post("/v1/tokens", json=CPF)).json()["token"]

    assert (await reveal(acme, token))["value"] == CPF["value"]
    for stranger in (globex, client):
        assert (await reveal(stranger, token))["error"] == "unknown"
        assert (await stranger.get(f"/v1/tokens/{token}")).status_code == 404
        assert (await stranger.post(f"/v1/tokens/{token}:disable")).status_code == 404
        assert (await stranger.delete(f"/v1/tokens/{token}")).status_code == 404
        assert (await stranger.post("/v1/tokens/lookup", json=CPF)).status_code == 404
    assert (await reveal(acme, token))["value"] == CPF["value"]


async def test_equal_values_of_two_tenants_have_different_tokens(
    acme: httpx.AsyncClient, globex: httpx.AsyncClient
) -> None:
    first = (await acme.post("/v1/tokens", json=CPF)).json()
    other = (await globex.post("/v1/tokens", json=CPF)).json()

    assert other["token"] != first["token"]
    assert other["duplicate"] is False


async def test_a_capture_and_its_results_belong_to_the_tenant_that_made_it(
    app: FastAPI, acme: httpx.AsyncClient, globex: httpx.AsyncClient
) -> None:
    made = (await acme.post("/v1/captures", json={"conversation_id": "c-1", "fields": ["br_cpf"]})).json()
    submitted = await app.state.vault_desk.captures.submit_flow(made["flow_token"], {"br_cpf": CPF["value"]})
    token = submitted.results["br_cpf"]["token"]

    assert (await globex.get(f"/v1/captures/{made['capture_id']}")).status_code == 404
    asked = {"captureId": made["capture_id"]}
    assert (await globex.post("/data-actions/capture-status", json=asked)).status_code == 404
    assert (await acme.post("/data-actions/capture-status", json=asked)).json()["token"] == token
    assert (await reveal(globex, token))["error"] == "unknown"
    assert (await reveal(acme, token))["value"] == CPF["value"]


async def test_data_actions_use_the_callers_tenant(
    app: FastAPI, acme: httpx.AsyncClient, globex: httpx.AsyncClient
) -> None:
    body = {"type": "br_cpf", "value": CPF["value"]}
    token = (await acme.post("/data-actions/tokenize", json=body)).json()["token"]
    nowhere = Upstream(url="https://127.0.0.1:9/", body={"cpf": "{cpf}"}, tokens=frozenset({"cpf"}), answer=("ok",))
    app.state.upstreams = Upstreams(calls={"bureau": nowhere})

    assert (await acme.post("/data-actions/validate", json={"token": token})).json()["is_valid"] is True
    assert (await globex.post("/data-actions/validate", json={"token": token})).status_code == 404
    plain = {"token": token, "purpose": "refund", "view": View.PLAIN}
    assert (await globex.post("/data-actions/detokenize", json=plain)).status_code == 404
    assert (await globex.post("/data-actions/call/bureau", json={"cpf": token})).status_code == 404
    assert (await acme.post("/data-actions/call/bureau", json={"cpf": token})).status_code == 502  # resolved, then away
