import json
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from gateway.vault_desk import relay_once
from tests.gateway.gateway_parts import Published, client_with

CARD = {"type": "payment_card", "value": "4111 1111 1111 1111", "format": "format_preserving"}
CPF = {"type": "br_cpf", "value": "529.982.247-25"}


async def detokenized(client: httpx.AsyncClient, token: str, view: str = "plain") -> dict[str, str]:
    answer = await client.post(
        "/v1/tokens/detokenize", json={"items": [{"token": token, "view": view}], "reason": "refund 4711"}
    )
    assert answer.status_code == 200
    item: dict[str, str] = answer.json()["items"][0]
    return item


async def test_a_value_goes_in_and_comes_back_in_the_view_asked_for(client: httpx.AsyncClient) -> None:
    created = await client.post("/v1/tokens", json=CARD)

    assert created.status_code == 201
    body = created.json()
    assert (body["last4"], body["mask"], body["duplicate"]) == ("1111", "**** **** **** 1111", False)
    assert (await detokenized(client, body["token"]))["value"] == CARD["value"]
    assert (await detokenized(client, body["token"], "masked"))["value"] == "**** **** **** 1111"
    assert (await client.post("/v1/tokens", json=CARD)).json()["duplicate"] is True


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/v1/tokens", CPF, 201),
        ("/v1/tokens:batch", {"items": [CPF]}, 201),
        ("/v1/tokens/detokenize", {"items": [{"token": "tok"}]}, 200),
        ("/v1/tokens/lookup", {"type": "br_cpf", "value": "111.444.777-35"}, 404),
        ("/v1/approvals/none", {"reason": "seen"}, 404),
        ("/v1/captures", {"conversation_id": "c-1", "fields": ["br_cpf"]}, 201),
        ("/v1/data-actions/validate", CPF, 200),
        ("/v1/data-actions/call/none", {"token": "tok"}, 404),
    ],
)
async def test_a_body_is_read_as_json_whatever_curl_calls_it(
    client: httpx.AsyncClient, path: str, body: dict[str, object], status: int
) -> None:
    as_form = {"Content-Type": "application/x-www-form-urlencoded"}

    answer = await client.post(path, content=json.dumps(body), headers=as_form)
    unread = await client.post(path, content="type=br_cpf", headers=as_form)

    assert answer.status_code == status
    assert (unread.status_code, unread.json()["detail"]) == (422, "the body is no JSON object")


async def test_a_stranger_is_told_so_before_the_body_is_read(anonymous: httpx.AsyncClient) -> None:
    assert (await anonymous.post("/v1/tokens", content=b"{")).status_code == 401


@pytest.mark.parametrize("entity", ["card_security_code", "card_pin"])
async def test_what_is_never_kept_is_refused(client: httpx.AsyncClient, entity: str) -> None:
    answer = await client.post("/v1/tokens", json={"type": entity, "value": "123"})

    assert answer.status_code == 422
    assert "123" not in answer.text


async def test_a_batch_answers_item_by_item(client: httpx.AsyncClient) -> None:
    items = [CPF, {"type": "card_pin", "value": "9876"}, CARD]

    answer = await client.post("/v1/tokens:batch", json={"items": items})

    tokens = answer.json()["items"]
    assert tokens[1] == {"token": None, "error": "refused", "approval_id": None}
    assert tokens[0]["token"]
    assert tokens[2]["token"]


async def test_a_plain_view_without_a_reason_is_refused_and_recorded(client: httpx.AsyncClient, app: FastAPI) -> None:
    token = (await client.post("/v1/tokens", json=CPF)).json()["token"]

    answer = await client.post("/v1/tokens/detokenize", json={"items": [{"token": token, "view": "plain"}]})

    assert answer.status_code == 422
    vault = app.state.vault_desk.vault
    rows = await vault.database.run(lambda c: c.exec_driver_sql("SELECT record FROM vault_audit").scalars().all())
    assert '"outcome":"denied"' in rows[-1]


async def test_unknown_gone_and_disabled_tokens(client: httpx.AsyncClient) -> None:
    token = (await client.post("/v1/tokens", json=CPF)).json()["token"]
    assert (await client.get("/v1/tokens/tok_nobody")).status_code == 404
    assert (await client.post(f"/v1/tokens/{token}:disable")).status_code == 204
    assert (await detokenized(client, token))["error"] == "disabled"
    assert (await client.get(f"/v1/tokens/{token}")).json()["state"] == "disabled"
    assert (await client.post(f"/v1/tokens/{token}:enable")).status_code == 204
    assert (await client.delete(f"/v1/tokens/{token}")).status_code == 204
    assert (await detokenized(client, token))["error"] == "gone"
    assert (await client.post(f"/v1/tokens/{token}:enable")).status_code == 410
    assert (await client.delete("/v1/tokens/tok_nobody")).status_code == 404


async def test_metadata_and_lookup_show_no_value(client: httpx.AsyncClient) -> None:
    token = (await client.post("/v1/tokens", json=CPF)).json()["token"]

    described = await client.get(f"/v1/tokens/{token}")
    looked_up = await client.post("/v1/tokens/lookup", json=CPF)

    assert described.json() == looked_up.json()
    assert described.json()["mask"] == "*" * 14
    assert CPF["value"] not in described.text


@pytest.mark.parametrize(
    ("scope", "status"), [("tokens:create", 200), ("tokens:reveal", 200), ("admin", 200), ("scan", 403)]
)
async def test_whoever_works_with_tokens_sees_what_is_known_of_one(
    app: FastAPI, keys_file: Path, client: httpx.AsyncClient, scope: str, status: int
) -> None:
    token = (await client.post("/v1/tokens", json=CPF)).json()["token"]

    async with client_with(app, keys_file, scope) as other:
        assert (await other.get(f"/v1/tokens/{token}")).status_code == status


async def test_a_token_in_the_layout_of_its_value_is_a_path_too(client: httpx.AsyncClient) -> None:
    body = {"type": "br_cnpj", "value": "11.222.333/0001-81", "format": "format_preserving"}
    token = (await client.post("/v1/tokens", json=body)).json()["token"]

    assert "/" in token
    assert (await client.get(f"/v1/tokens/{token}")).json()["type"] == "br_cnpj"
    assert (await client.post(f"/v1/tokens/{token}:disable")).status_code == 204


async def test_a_reason_that_holds_a_card_is_cleaned_before_it_is_recorded(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    token = (await client.post("/v1/tokens", json=CPF)).json()["token"]
    await client.post(
        "/v1/tokens/detokenize",
        json={"items": [{"token": token, "view": "plain"}], "reason": "card 4111 1111 1111 1111"},
    )

    vault = app.state.vault_desk.vault
    rows = await vault.database.run(lambda c: c.exec_driver_sql("SELECT record FROM vault_audit").scalars().all())
    assert "[CREDIT CARD REDACTED]" in rows[-1]
    assert not any("4111" in row for row in rows)


async def test_errors_never_echo_what_was_sent(client: httpx.AsyncClient) -> None:
    for body in ({"type": 5, "value": "s3cret"}, {"value": "s3cret"}, "s3cret", {"type": "s3cret!", "value": "x"}):
        answer = await client.post("/v1/tokens", json=body)
        assert answer.status_code == 422
        assert "s3cret" not in answer.text


async def test_four_eyes_over_http(app: FastAPI, keys_file: Path, client: httpx.AsyncClient) -> None:
    app.state.vault_desk.vault._policy._four_eyes = frozenset({"br_cpf"})
    token = (await client.post("/v1/tokens", json=CPF)).json()["token"]
    pending = await detokenized(client, token)
    assert pending["error"] == "approval_required"
    own = await client.post(f"/v1/approvals/{pending['approval_id']}", json={"reason": "me"})
    assert own.status_code == 404

    async with client_with(app, keys_file, "tokens:reveal") as second:
        approved = await second.post(f"/v1/approvals/{pending['approval_id']}", json={"reason": "seen"})
        assert approved.status_code == 204

    assert (await detokenized(client, token))["value"] == CPF["value"]


async def test_every_record_reaches_the_topic(client: httpx.AsyncClient, app: FastAPI, published: Published) -> None:
    await client.post("/v1/tokens", json=CPF)
    while await relay_once(app.state.vault_desk.vault, app.state.producer.publish, app.state.metrics):
        pass

    assert any(b'"action":"token.create"' in value for value in published.to("dlp.audit"))
