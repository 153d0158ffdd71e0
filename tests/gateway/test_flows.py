import base64
import json
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from fastapi import FastAPI
from pywa.utils import default_flow_request_decryptor, default_flow_response_encryptor

from gateway.flows import FlowEndpoint
from gateway.flows_cipher import FlowCipher, FlowRequest
from schemas.token import is_token
from tests.gateway.flow_parts import APP_SECRET, FlowClient

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
CARD, CPF = "4111 1111 1111 1111", "529.982.247-25"
FORM = {"payment_card": CARD, "br_cpf": CPF}


@pytest.fixture
def whatsapp(app: FastAPI, anonymous: httpx.AsyncClient) -> FlowClient:
    app.state.flow_endpoint = FlowEndpoint(FlowCipher.from_pem(PEM), APP_SECRET.encode())
    return FlowClient(anonymous, KEY.public_key())


async def capture_for(client: httpx.AsyncClient, **more: object) -> dict[str, Any]:
    body = {"conversation_id": "c-1", "fields": list(FORM), **more}
    created: dict[str, Any] = (await client.post("/v1/captures", json=body)).json()
    return created


async def test_a_ping_and_a_reported_error_are_answered(whatsapp: FlowClient) -> None:
    assert await whatsapp.ask({"action": "ping"}) == {"data": {"status": "active"}}
    reported = {"action": "INIT", "flow_token": "x", "data": {"error": "invalid-screen", "error_message": CARD}}
    assert await whatsapp.ask(reported) == {"data": {"acknowledged": True}}


async def test_a_flow_is_opened_corrected_and_sent_and_hands_on_tokens_alone(
    client: httpx.AsyncClient, whatsapp: FlowClient
) -> None:
    capture = await capture_for(client, language="pt")
    token = capture["flow_token"]

    opened = await whatsapp.ask({"action": "INIT", "flow_token": token})
    wrong = await whatsapp.ask(
        {"action": "data_exchange", "screen": "COLLECT", "flow_token": token, "data": {**FORM, "br_cpf": "1"}}
    )
    done = await whatsapp.ask({"action": "data_exchange", "screen": "COLLECT", "flow_token": token, "data": FORM})

    assert opened["screen"] == wrong["screen"] == "COLLECT"
    shown = {name for name, value in opened["data"].items() if value is True}
    assert shown == {"payment_card_visible", "br_cpf_visible"}
    assert {name: text for name, text in wrong["data"].items() if name.endswith("_error") and text} == {
        "br_cpf_error": "Confira este campo."
    }
    params = done["data"]["extension_message_response"]["params"]
    assert (done["screen"], params["flow_token"]) == ("SUCCESS", token)
    assert is_token(params["payment_card_token"])
    assert params["br_cpf_is_valid"] is True
    assert not any(digits in json.dumps([opened, wrong, done]) for digits in ("4111", "529"))
    status = (await client.get(f"/v1/captures/{capture['capture_id']}")).json()
    assert status["state"] == "submitted"
    assert status["results"]["payment_card"]["token"] == params["payment_card_token"]


async def test_a_used_a_cancelled_and_an_unknown_flow_token_close_the_flow(
    client: httpx.AsyncClient, whatsapp: FlowClient
) -> None:
    used, cancelled = await capture_for(client, language="es"), await capture_for(client)
    await whatsapp.ask({"action": "data_exchange", "flow_token": used["flow_token"], "data": FORM})
    await client.delete(f"/v1/captures/{cancelled['capture_id']}")

    for token in (used["flow_token"], cancelled["flow_token"], "unknown"):
        for action in ("INIT", "data_exchange", "BACK"):
            closed = await whatsapp.ask({"action": action, "flow_token": token, "data": FORM}, status=427)
            assert set(closed) == {"error_msg"}
    again = await whatsapp.ask({"action": "INIT", "flow_token": used["flow_token"]}, status=427)
    assert again["error_msg"].startswith("Este formulario")


async def test_what_does_not_open_asks_the_client_for_a_fresh_key(whatsapp: FlowClient) -> None:
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    body = json.loads(whatsapp.sealed({"action": "ping"}))
    short = {**body, "initial_vector": base64.b64encode(b"0" * 12).decode()}
    cut = {**body, "encrypted_flow_data": body["encrypted_flow_data"][:20]}
    whatsapp.public_key = stranger.public_key()
    foreign = json.loads(whatsapp.sealed({"action": "ping"}))

    for broken in (short, cut, foreign, {}, [], "text", {**body, "encrypted_aes_key": 5}):
        answer = await whatsapp.post(json.dumps(broken).encode())
        assert (answer.status_code, answer.content) == (421, b"")
    for unread in (b"{", b"[" * 30_000, *map(whatsapp.enveloped, (b"{", b"[]", b"[" * 30_000))):
        assert (await whatsapp.post(unread)).status_code == 421


@pytest.mark.parametrize("signature", ["", "sha256=00", "sha256=" + "0" * 64])
async def test_an_unsigned_request_is_not_even_decrypted(whatsapp: FlowClient, signature: str) -> None:
    answer = await whatsapp.post(whatsapp.sealed({"action": "ping"}), signature=signature)

    assert (answer.status_code, answer.content) == (432, b"")


async def test_a_huge_body_is_refused(whatsapp: FlowClient) -> None:
    assert (await whatsapp.post(b"x" * 70_000)).status_code == 413


async def test_a_gateway_without_a_key_has_no_endpoint(anonymous: httpx.AsyncClient) -> None:
    assert (await anonymous.post("/whatsapp/flows", json={})).status_code == 404


async def test_pywa_reads_the_same_request_and_would_seal_the_same_answer(whatsapp: FlowClient) -> None:
    """pywa is another implementation of this very endpoint: it and ours have to agree byte for byte."""
    answer = await whatsapp.post(whatsapp.sealed({"action": "ping"}))

    body = json.loads(whatsapp.sent)
    request, key, nonce = default_flow_request_decryptor(
        body["encrypted_flow_data"], body["encrypted_aes_key"], body["initial_vector"], PEM.decode()
    )
    assert request == {"version": "3.0", "action": "ping"}
    assert default_flow_response_encryptor({"data": {"status": "active"}}, key, nonce) == answer.text


def test_a_known_request_and_its_answer() -> None:
    """Key bytes 00 to 0f, nonce bytes 10 to 1f."""
    key, nonce = bytes(range(16)), bytes(range(16, 32))
    sealed = "vryB0w/BTee4OvmgkgEf9dnfQfwZb8iWi7yl5iotFMJeuQl749lOptdzv/L1T2V2PA=="
    opened = json.loads(AESGCM(key).decrypt(nonce, base64.b64decode(sealed), None))
    answer = FlowRequest(opened, key, nonce).seal({"data": {"status": "active"}})

    assert opened == {"version": "3.0", "action": "ping"}
    flipped = bytes(byte ^ 0xFF for byte in nonce)
    assert json.loads(AESGCM(key).decrypt(flipped, base64.b64decode(answer), None)) == {"data": {"status": "active"}}
