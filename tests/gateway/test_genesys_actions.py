"""The importable data actions of ``deploy/genesys``: Genesys's rules, and each against the gateway itself."""

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

FOLDER = Path(__file__).parents[2] / "deploy" / "genesys"
FILES = sorted(FOLDER.glob("*.custom.json"))
RESERVED = {"orgId", "integrationId", "rawRequest"}
SCALARS = {"string", "integer", "number", "boolean"}
CPF = "529.982.247-25"


def action_of(name: str) -> dict[str, Any]:
    action: dict[str, Any] = json.loads((FOLDER / f"{name}.custom.json").read_text(encoding="utf-8"))
    return action


def filled(action: dict[str, Any], **given: str) -> dict[str, Any]:
    """The request's body as Genesys's template engine makes it."""
    template: str = action["config"]["request"]["requestTemplate"]
    body = re.sub(r"\$esc\.jsonString\(\$\{input\.(\w+)\}\)", lambda match: json.dumps(given[match[1]])[1:-1], template)
    made: dict[str, Any] = json.loads(body)
    return made


async def run(client: httpx.AsyncClient, name: str, **given: str) -> dict[str, Any]:
    action = action_of(name)
    contract = action["contract"]
    assert set(contract["input"]["inputSchema"]["required"]) <= set(given)
    path = action["config"]["request"]["requestUrlTemplate"].removeprefix("https://cordon.example.com")
    answer = await client.post(path, json=filled(action, **given))
    assert answer.status_code == 200, answer.text
    document: dict[str, Any] = answer.json()
    assert set(contract["output"]["successSchema"]["properties"]) == set(document)
    return document


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_each_file_can_be_imported(file: Path) -> None:
    action = json.loads(file.read_text(encoding="utf-8"))

    assert set(action) == {"name", "integrationType", "actionType", "config", "contract", "secure"}
    assert (action["integrationType"], action["actionType"]) == ("custom-rest-actions", "custom")
    request = action["config"]["request"]
    assert request["requestUrlTemplate"].startswith("https://")
    assert request["headers"]["Accept"] == "application/json"
    assert "${credentials.apiKey}" in request["headers"]["Authorization"]
    for schema in (action["contract"]["input"]["inputSchema"], action["contract"]["output"]["successSchema"]):
        assert "$ref" not in json.dumps(schema)
        for name, declared in schema["properties"].items():
            assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", name)
            assert name not in RESERVED
            assert declared["type"] in SCALARS  # flat, both ways
    used = set(re.findall(r"input\.(\w+)", request["requestTemplate"]))
    assert used == set(action["contract"]["input"]["inputSchema"]["properties"])


def test_what_carries_a_value_is_marked_secure() -> None:
    marked = {file.name.partition(".")[0] for file in FILES if json.loads(file.read_text(encoding="utf-8"))["secure"]}

    assert marked == {"validate-value", "tokenize", "detokenize"}


async def test_the_gateway_answers_each_as_its_contract_says(client: httpx.AsyncClient, app: FastAPI) -> None:
    token = (await run(client, "tokenize", type="br_cpf", value=CPF, conversationId="c-1"))["token"]
    by_value = await run(client, "validate-value", type="br_cpf", value=CPF)
    by_token = await run(client, "validate-token", token=token, conversationId="c-1")
    plain = await run(client, "detokenize", token=token, purpose="refund", conversationId="c-1", view="plain")
    masked = await run(client, "detokenize", token=token, purpose="refund", conversationId="c-1", view="masked")
    link = await run(client, "capture-link", conversationId="c-1", fields="br_cpf,iban", language="pt")
    status = await run(client, "capture-status", captureId=link["captureId"])

    assert by_value["is_valid"] is by_token["is_valid"] is True
    assert (plain["value"], plain["masked"]) == (CPF, None)
    assert (masked["value"], masked["masked"]) == (None, "*" * len(CPF))
    assert status["status"] == "open"


async def test_text_that_would_break_out_of_the_template_stays_a_string(client: httpx.AsyncClient) -> None:
    answer = await run(client, "validate-value", type="br_cpf", value='1", "type": "payment_card')

    assert (answer["is_valid"], answer["type"]) == (False, "br_cpf")


async def test_failures_are_flat_and_named_as_genesys_reads_them(client: httpx.AsyncClient) -> None:
    answer = await client.post("/data-actions/detokenize", json={"token": "tok_x", "purpose": "x"})

    assert answer.status_code == 404
    assert (answer.json()["errorCode"], answer.json()["message"]) == ("404", "the token is unknown")
    assert all(not isinstance(value, dict | list) for value in answer.json().values())
