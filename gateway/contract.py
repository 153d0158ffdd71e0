"""The OpenAPI document: what FastAPI knows, with every error, the keys' scheme, signatures and examples added."""

from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from gateway.contract_examples import EXAMPLES

DESCRIPTION: Final = """Cordon's HTTP edge. Callers give `Authorization: Bearer <API key>`; webhooks are signed.
Errors are `application/problem+json` (RFC 9457) and never echo what was sent."""
ERRORS: Final = {
    "400": "The request cannot be read.",
    "401": "No known key, or no right signature.",
    "403": "The key lacks the scope, or the webhook is not set up.",
    "404": "There is no such thing.",
    "408": "The body did not come in time.",
    "409": "It is not in a state for this.",
    "413": "The body is too large.",
    "415": "The body is of another type.",
    "422": "The request does not fit its schema; fields are named, and nothing is quoted.",
    "429": "Too many requests with this key; Retry-After says when to come again.",
    "500": "Something failed here; nothing of the request was kept.",
    "502": "Another system gave no usable answer.",
    "503": "Not now, such as while the broker is away; Retry-After says when to come again.",
}
PROBLEM: Final = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "fields": {"type": "array", "items": {"type": "string"}},
    },
}
OPEN: Final = (
    "/webhooks/",
    "/v1/media/",
    "/webchat/",
    "/api/v2/webmessaging/",
    "/api/v2/webdeployments/",
    "/webdeployments/",
    "/whatsapp/flows",
)
"""Paths that need no key: what authenticates them stands in their descriptions."""
SIGNATURE: Final = {
    "name": "X-Hub-Signature-256",
    "in": "header",
    "required": True,
    "schema": {"type": "string"},
    "description": "`sha256=` and the HMAC-SHA256 of the raw body: in hex from Meta, in base64 from Genesys.",
}
_METHODS: Final = frozenset({"get", "put", "post", "delete", "patch"})


def install(app: FastAPI) -> None:
    """Let the application serve this document."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            whole = get_openapi(title=app.title, version=app.version, description=DESCRIPTION, routes=app.routes)
            app.openapi_schema = completed(whole)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # FastAPI's documented way to extend it


def completed(document: dict[str, Any]) -> dict[str, Any]:
    """Add what FastAPI does not know."""
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    components["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    for path, operations in document.get("paths", {}).items():
        for method, operation in operations.items():
            if method in _METHODS:
                _complete(path, method, operation)
                _hoist(operation, schemas)
    schemas["Problem"] = PROBLEM
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    return document


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    responses = operation.setdefault("responses", {})
    responses |= {status: {"description": text, "content": problem} for status, text in ERRORS.items()}
    if not path.startswith(OPEN):
        operation["security"] = [{"key": []}]
    if path.startswith("/webhooks/") and method == "post":
        operation.setdefault("parameters", []).append(SIGNATURE)
    if (example := EXAMPLES.get((method, path))) is None:
        return
    if example.request is not None:
        body = operation.setdefault("requestBody", {"required": True, "content": {}})
        media = body["content"].setdefault("application/json", {"schema": {"type": "object"}})
        media["example"] = example.request
    if example.response is not None:
        status = next(status for status in responses if status.startswith("2"))
        answer = responses[status].setdefault("content", {}).setdefault("application/json", {})
        answer["example"] = example.response


def _hoist(value: Any, schemas: dict[str, Any]) -> None:
    """Definitions that stand within a schema are put where references in OpenAPI look for them."""
    if isinstance(value, list):
        for item in value:
            _hoist(item, schemas)
    if not isinstance(value, dict):
        return
    for name, definition in value.pop("$defs", {}).items():
        _hoist(definition, schemas)
        schemas.setdefault(name, definition)
    if isinstance(reference := value.get("$ref"), str):
        value["$ref"] = reference.replace("#/$defs/", "#/components/schemas/")
    for item in value.values():
        _hoist(item, schemas)
