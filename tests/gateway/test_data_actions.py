import asyncio
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from gateway import data_actions_calls
from gateway.data_actions_calls import CallFailed, Upstream, Upstreams
from gateway.data_actions_verifiers import answer_for, is_right
from schemas.data_actions import CallInput
from streams.settings import WrongSettingError
from tests.gateway.psp_parts import Psp

CPF = "529.982.247-25"
CARD = "4111 1111 1111 1111"


@pytest.fixture
def upstreams(app: FastAPI, psp: Psp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Upstreams:
    monkeypatch.setenv("PSP_KEY", "psp-s3cret")
    file = tmp_path / "data-actions.yaml"
    file.write_text(
        f"""
calls:
  refund:
    url: http://127.0.0.1:{psp.server_port}/refunds
    headers: {{Authorization: "Bearer ${{PSP_KEY}}"}}
    body: {{card: "{{card}}", amount: "{{amount}}", fixed: 7}}
    tokens: [card]
    answer: [status, id, card, nested, absent]
verifiers:
  payment_card:
    url: http://127.0.0.1:{psp.server_port}/check
    body: {{number: "{{value}}"}}
    answer: active
private_hosts: ["127.0.0.1"]
"""
    )
    app.state.upstreams = Upstreams.load(file)
    loaded: Upstreams = app.state.upstreams
    return loaded


async def test_a_value_or_its_token_gets_a_result_and_no_value(client: httpx.AsyncClient) -> None:
    by_value = await client.post("/data-actions/validate", json={"type": "br_cpf", "value": CPF})
    token = (await client.post("/v1/tokens", json={"type": "br_cpf", "value": CPF})).json()["token"]
    by_token = await client.post("/data-actions/validate", json={"token": token})

    assert by_value.json() == by_token.json() == {"is_valid": True, "type": "br_cpf", "brand": None}
    wrong = await client.post("/data-actions/validate", json={"type": "br_cpf", "value": "529.982.247-26"})
    assert wrong.json()["is_valid"] is False


@pytest.mark.parametrize(
    "body", [{}, {"type": "br_cpf"}, {"type": "x_unknown", "value": "1"}, {"token": "a", "value": "b"}]
)
async def test_what_cannot_be_checked_is_refused(client: httpx.AsyncClient, body: dict[str, str]) -> None:
    assert (await client.post("/data-actions/validate", json=body)).status_code == 422


@pytest.mark.parametrize(
    ("entity", "right", "wrong"),
    [
        ("br_cpf", CPF, "111.111.111-11"),
        ("br_cnpj", "11.222.333/0001-81", "11.222.333/0001-82"),
        ("iban", "DE89 3704 0044 0532 0130 00", "DE89 3704 0044 0532 0130 01"),
        ("payment_card", CARD, "4111 1111 1111 1112"),
        ("card_expiry", "12/40", "13/40"),
        ("card_security_code", "123", "12"),
        ("card_security_code", "1234", "12a"),
        ("email_address", "ana@example.com", "ana@example"),
    ],
)
def test_verifiers(entity: str, right: str, wrong: str) -> None:
    assert is_right(entity, right)
    assert not is_right(entity, wrong)


@pytest.mark.parametrize(
    ("number", "brand"),
    [
        ("5555555555554444", "mastercard"),
        ("378282246310005", "amex"),
        (CARD, "visa"),
        ("2223003122003222", "mastercard"),
    ],
)
def test_a_cards_brand_is_told(number: str, brand: str) -> None:
    answer = answer_for("payment_card", number)

    assert answer is not None
    assert (answer.is_valid, answer.brand) == (True, brand)


async def test_an_upstream_gets_the_value_and_the_caller_only_what_is_allowed(
    client: httpx.AsyncClient, upstreams: Upstreams, psp: Psp
) -> None:
    token = (await client.post("/v1/tokens", json={"type": "payment_card", "value": CARD})).json()["token"]

    answer = await client.post("/data-actions/call/refund", json={"card": token, "amount": 12})

    path, headers, body = psp.asked[0]
    assert (path, body) == ("/refunds", {"card": CARD, "amount": "12", "fixed": 7})
    assert headers["Authorization"] == "Bearer psp-s3cret"
    assert answer.json() == {"status": "ok", "id": "r-1", "card": "[CREDIT CARD REDACTED]"}


async def test_a_verifier_asks_the_provider_only_about_what_looks_right(
    client: httpx.AsyncClient, upstreams: Upstreams, psp: Psp
) -> None:
    psp.answer = (200, b'{"active": false, "holder": "Ana"}')

    right = await client.post("/data-actions/validate", json={"type": "payment_card", "value": CARD})
    await client.post("/data-actions/validate", json={"type": "payment_card", "value": "4111 1111 1111 1112"})

    assert right.json() == {"is_valid": False, "type": "payment_card", "brand": "visa"}
    assert [body for _, _, body in psp.asked] == [{"number": CARD}]


@pytest.mark.parametrize(
    "given",
    [
        (302, b'{"status":"4111111111111111"}'),
        (400, b'{"status":"4111111111111111"}'),
        (503, b'{"status":"4111111111111111"}'),
        (200, b'["4111111111111111"]'),
        (200, b'{"status":"4111111111111111'),
        (200, b"[" * 50_000),
    ],
    ids=["redirect", "refusal", "error", "no object", "no JSON", "JSON without end"],
)
async def test_redirects_errors_and_nonsense_of_an_upstream_are_not_passed_on(
    client: httpx.AsyncClient, upstreams: Upstreams, psp: Psp, given: tuple[int, bytes]
) -> None:
    psp.answer = given

    answer = await client.post("/data-actions/call/refund", json={"card": await _token(client), "amount": "1"})

    assert answer.status_code == 502
    assert "4111" not in answer.text
    assert len(psp.asked) == 1


async def _token(client: httpx.AsyncClient) -> str:
    created = await client.post("/v1/tokens", json={"type": "payment_card", "value": CARD})
    return str(created.json()["token"])


async def test_unknown_calls_parameters_and_tokens(client: httpx.AsyncClient, upstreams: Upstreams, psp: Psp) -> None:
    assert (await client.post("/data-actions/call/nothing", json={})).status_code == 404
    assert (await client.post("/data-actions/call/refund", json={"card": "x"})).status_code == 422
    assert (await client.post("/data-actions/call/refund", json={"card": CARD, "amount": 1})).status_code == 404
    assert psp.asked == []


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "[::1]", "localhost"])
async def test_private_addresses_are_refused_unless_configured(host: str) -> None:
    with pytest.raises(CallFailed, match="private"):
        await Upstream(url=f"https://{host}/x", answer=("a",)).verify("1")


async def test_a_name_that_nobody_resolves_is_waited_for_no_longer_than_a_flow_waits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def resolving(*_: object) -> str:
        await asyncio.sleep(5)
        return "192.0.2.1"

    monkeypatch.setattr(data_actions_calls, "_address", resolving)
    monkeypatch.setattr(data_actions_calls, "TIMEOUT_SECONDS", 0.05)
    async with asyncio.timeout(2):
        with pytest.raises(CallFailed, match="did not answer"):
            await Upstream(url="https://psp.example/x", answer=("a",)).verify("1")


async def test_a_body_is_filled_in_its_depth_too(psp: Psp) -> None:
    upstream = Upstream(
        url=f"http://127.0.0.1:{psp.server_port}/check",
        body={"cards": [{"number": "{value}"}], "fixed": None},
        answer=("active",),
        may_be_private=True,
    )
    psp.answer = (200, b'{"active": true}')

    assert await upstream.verify("4111") is True
    assert psp.asked[-1][-1] == {"cards": [{"number": "4111"}], "fixed": None}


@pytest.mark.parametrize(
    "text",
    [
        "calls: [",
        "calls: {a: {answer: [x]}}",
        "calls: {a: {url: 'http://psp.example', answer: [x]}}",
        "calls: {a: {url: 'https://psp.example', answer: [x], headers: {K: '${NOT_SET_S3CRET}'}}}",
        "verifiers: {iban: {url: 'https://psp.example', answer: ok, body: {iban: '{iban}'}}}",
        "verifiers: {iban: {url: 'https://psp.example', answer: []}}",
    ],
)
def test_a_wrong_file_stops_the_start(tmp_path: Path, text: str) -> None:
    (tmp_path / "f.yaml").write_text(text)

    with pytest.raises(WrongSettingError, match="CORDON_DATA_ACTIONS_FILE"):
        Upstreams.load(tmp_path / "f.yaml")


async def test_capture_links_and_their_status_are_flat(client: httpx.AsyncClient) -> None:
    link = await client.post(
        "/data-actions/capture-links", json={"conversationId": "c-1", "fields": "payment_card, br_cpf"}
    )
    status = await client.post("/data-actions/capture-status", json={"captureId": link.json()["captureId"]})

    assert link.json()["url"].startswith("http://gateway.test/c/")
    assert status.json() == {
        "status": "open",
        "fieldsDone": 0,
        "token": None,
        "last4": None,
        "isValid": None,
        "tokens": "",
    }
    for answer in (link, status):
        assert all(not isinstance(value, dict | list) for value in answer.json().values())


async def test_they_answer_under_v1_too(client: httpx.AsyncClient) -> None:
    plain = await client.post("/data-actions/validate", json={"type": "br_cpf", "value": CPF})
    versioned = await client.post("/v1/data-actions/validate", json={"type": "br_cpf", "value": CPF})

    assert versioned.json() == plain.json()


@pytest.mark.parametrize("path", ["/data-actions/tokenize", "/v1/data-actions/tokenize"])
@pytest.mark.parametrize(("body", "message"), [(b"{}", "type, value"), (b"no JSON", "the body is no JSON object")])
async def test_a_body_of_the_wrong_shape_is_answered_flat(
    client: httpx.AsyncClient, path: str, body: bytes, message: str
) -> None:
    answer = await client.post(path, content=body, headers={"Content-Type": "application/json"})

    told = answer.json()
    assert (answer.status_code, told["errorCode"]) == (422, "422")
    assert message in told["message"]
    assert not any(isinstance(value, dict | list) for value in told.values())


def test_the_body_of_a_call_prints_nothing_of_itself() -> None:
    body = CallInput.model_validate_json('{"card": "4111 1111 1111 1111"}')

    assert "4111" not in f"{body} {body!r}"
