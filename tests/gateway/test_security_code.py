"""A card's security code: asked for by a form, sent once to a payment provider, and never anywhere else."""

import json
import logging
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from gateway.data_actions_calls import Upstreams
from tests.gateway.gateway_parts import Published, client_with
from tests.gateway.psp_parts import Psp
from tests.gateway.test_captures import sealed

PLANTED = "CODE-739182-PLANTED"
CARD = "4111 1111 1111 1111"
FIELDS = ["payment_card", "card_security_code"]


@pytest.fixture(autouse=True)
def charge(app: FastAPI, psp: Psp, tmp_path: Path) -> None:
    file = tmp_path / "data-actions.yaml"
    file.write_text(
        f"""
calls:
  charge:
    url: http://127.0.0.1:{psp.server_port}/charges
    body: {{card: "{{card}}", cvc: "{{code}}"}}
    tokens: [card, code]
    answer: [status]
private_hosts: ["127.0.0.1"]
"""
    )
    app.state.upstreams = Upstreams.load(file)


async def captured(client: httpx.AsyncClient, anonymous: httpx.AsyncClient, code: str) -> dict[str, str]:
    """Tokens of a filled form, by entity."""
    made = (await client.post("/v1/captures", json={"conversation_id": "c-1", "fields": FIELDS})).json()
    form = await sealed(anonymous, made, {"payment_card": CARD, "card_security_code": code})
    assert (await anonymous.post(f"/c/{made['capture_id']}/submit", json=form)).status_code == 204
    results = (await client.get(f"/v1/captures/{made['capture_id']}")).json()["results"]
    assert results["card_security_code"]["last4"] is None
    return {entity: result["token"] for entity, result in results.items()}


def charging(tokens: dict[str, str]) -> dict[str, str]:
    return {"card": tokens["payment_card"], "code": tokens["card_security_code"]}


async def test_a_captured_code_reaches_the_provider_once(
    client: httpx.AsyncClient, anonymous: httpx.AsyncClient, psp: Psp
) -> None:
    tokens = await captured(client, anonymous, "737")

    first = await client.post("/data-actions/call/charge", json=charging(tokens))
    second = await client.post("/data-actions/call/charge", json=charging(tokens))

    assert first.json() == {"status": "ok"}
    assert [body for _, _, body in psp.asked] == [{"card": CARD, "cvc": "737"}]
    assert second.status_code == 410


async def test_a_call_that_is_refused_for_another_reason_uses_nothing_up(
    app: FastAPI, client: httpx.AsyncClient, anonymous: httpx.AsyncClient, psp: Psp, keys_file: Path
) -> None:
    tokens = await captured(client, anonymous, "737")

    assert (await client.post("/data-actions/call/charge", json={"code": tokens["card_security_code"]})).is_error
    wrong_card = charging(tokens) | {"card": "tok_payment_card_unknown"}
    assert (await client.post("/data-actions/call/charge", json=wrong_card)).status_code == 404
    async with client_with(app, keys_file, "tokens:create", tenant="acme") as stranger:
        assert (await stranger.post("/data-actions/call/charge", json=charging(tokens))).status_code == 404

    assert psp.asked == []
    assert (await client.post("/data-actions/call/charge", json=charging(tokens))).status_code == 200


async def test_no_other_way_leads_to_it(client: httpx.AsyncClient, anonymous: httpx.AsyncClient) -> None:
    token = (await captured(client, anonymous, "737"))["card_security_code"]

    body = {"items": [{"token": token, "view": "plain"}], "reason": "case 7"}
    assert (await client.post("/v1/tokens/detokenize", json=body)).json()["items"][0]["error"] == "unknown"
    plain = {"token": token, "purpose": "refund", "view": "plain"}
    assert (await client.post("/data-actions/detokenize", json=plain)).status_code == 404
    assert (await client.post("/data-actions/validate", json={"token": token})).status_code == 404
    assert (await client.post("/v1/tokens", json={"type": "card_security_code", "value": "737"})).status_code == 422


async def test_it_stands_in_no_file_topic_log_answer_or_alert(
    app: FastAPI,
    client: httpx.AsyncClient,
    anonymous: httpx.AsyncClient,
    *,
    psp: Psp,
    published: Published,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    psp.answer = (200, json.dumps({"status": "ok"}).encode())
    tokens = await captured(client, anonymous, PLANTED)
    await app.state.vault_desk.telling.tell_all()
    answer = await client.post("/data-actions/call/charge", json=charging(tokens))

    places = {
        "files": files_of(tmp_path),
        "topics": b"".join(value for _, _, value in published.records),
        "logs": caplog.text.encode(),
        "answer": answer.content,
    }
    assert [name for name, content in places.items() if PLANTED.encode() in content] == []
    assert psp.asked[0][2]["cvc"] == PLANTED  # it was really there
    token = tokens["card_security_code"].encode()  # the searches do find what is there
    assert token in places["files"]
    assert token in places["topics"]


def files_of(folder: Path) -> bytes:
    """Everything on disk."""
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def test_a_setting_refuses_to_collect_them(
    app: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CORDON_VAULT_SECURITY_CODE_SECONDS", "0")
    async with app.router.lifespan_context(app):
        body = {"conversation_id": "c-1", "fields": ["card_security_code"]}
        assert (await client.post("/v1/captures", json=body)).status_code == 422
