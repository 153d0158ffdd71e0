"""The OpenAPI document: whole, with examples that hold; and no request that it allows breaks the gateway."""

from typing import Any

import httpx
import jsonschema
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings

from tests.gateway.webhook_bodies import APP_SECRET, GENESYS_SECRET, VERIFY_TOKEN, by_genesys, by_meta

ENDLESS = {"/v1/alerts"}
"""Answers that never end."""
SENT = {"method", "url", "headers", "params", "json", "data", "content"}
EXAMPLES = 8
"""Requests for each operation."""


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORDON_WHATSAPP_APP_SECRET", APP_SECRET)
    monkeypatch.setenv("CORDON_WHATSAPP_VERIFY_TOKEN", VERIFY_TOKEN)
    monkeypatch.setenv("CORDON_GENESYS_WEBHOOK_SECRET", GENESYS_SECRET)


@pytest.fixture
async def document(anonymous: httpx.AsyncClient) -> dict[str, Any]:
    found: dict[str, Any] = (await anonymous.get("/openapi.json")).json()
    return found


def references(value: Any) -> set[str]:
    if isinstance(value, list):
        return set().union(*map(references, value))
    if not isinstance(value, dict):
        return set()
    own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
    return own.union(*map(references, value.values()))


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    names = {reference.removeprefix("#/components/schemas/") for reference in references(document)}

    assert names <= document["components"]["schemas"].keys()


def test_every_example_of_a_request_fits_its_schema(document: dict[str, Any]) -> None:
    seen = 0
    for operations in document["paths"].values():
        for operation in operations.values():
            media = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            if "example" in media:
                seen += 1
                schema = media["schema"] | {"components": document["components"]}
                jsonschema.validate(media["example"], schema)
    assert seen >= 5


async def test_errors_are_problems_and_every_answer_is_strict(anonymous: httpx.AsyncClient) -> None:
    refused = await anonymous.post("/dlp/scan", json={"message_text": "4111 1111 1111 1111"})
    missing = await anonymous.get("/nowhere/4111111111111111")

    for answer in (refused, missing):
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert answer.headers["cache-control"] == "no-store"
        assert "4111" not in answer.text
    assert (refused.status_code, missing.status_code) == (401, 404)


async def test_no_request_that_the_document_allows_breaks_the_gateway(
    document: dict[str, Any], client: httpx.AsyncClient
) -> None:
    schema = schemathesis.openapi.from_dict(document)
    for result in schema.get_all_operations():
        operation = result.ok()
        if operation.path in ENDLESS:
            continue
        cases: list[Any] = []
        collect(operation, cases)
        for case in cases:
            answer = await client.request(**sendable(case))
            assert answer.status_code < 500 or answer.status_code == 503, (case.method, operation.path, answer.text)


def collect(operation: Any, cases: list[Any]) -> None:
    """Some cases of an operation, good and bad."""

    @settings(
        max_examples=EXAMPLES,
        phases=[Phase.generate],
        database=None,
        derandomize=True,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def gather(case: Any) -> None:
        cases.append(case)

    gather()


def sendable(case: Any) -> dict[str, Any]:
    made = case.as_transport_kwargs(base_url="http://gateway.test")
    request = {key: value for key, value in made.items() if key in SENT and value is not None}
    sign = {"/webhooks/whatsapp": by_meta, "/webhooks/genesys": by_genesys}.get(case.path)
    if sign is not None and "json" in request:  # or nothing behind the signature would be tried
        raw, headers = sign(request.pop("json"))
        request |= {"content": raw, "headers": {**request.get("headers", {}), **headers}}
    return request
