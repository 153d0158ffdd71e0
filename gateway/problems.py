"""Errors as ``application/problem+json`` (RFC 9457). They name fields and rules, and never echo what was sent."""

from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from gateway.strict_headers import ALWAYS, UNLESS_A_PAGE
from streams.producer import BrokerUnavailable
from vault.errors import VaultUnavailable

RETRY_SECONDS: Final = 5
"""When to come again, where whoever refused for now did not say."""
_FOR_NOW: Final = frozenset({429, 503})


def install(app: FastAPI) -> None:
    """Answer every error of the application as a problem."""
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(BrokerUnavailable, _unavailable)
    app.add_exception_handler(VaultUnavailable, _database_away)
    app.add_exception_handler(Exception, _unexpected)


def problem(status: int, detail: str, headers: dict[str, str] | None = None, **more: Any) -> JSONResponse:
    """The answer for an error. One that is for now says when to come again."""
    headers = {"Retry-After": str(RETRY_SECONDS), **(headers or {})} if status in _FOR_NOW else headers
    try:
        title = HTTPStatus(status).phrase
    except ValueError:
        title = "Error"
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return JSONResponse(body, status, headers, "application/problem+json")


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101  (for the type checker)
    headers = dict(error.headers) if error.headers else None
    status, detail = error.status_code, str(error.detail)
    return problem(status, detail, headers, **(_flat(status, detail) if _is_data_action(request) else {}))


def _is_data_action(request: Request) -> bool:
    return request.url.path.removeprefix("/v1").startswith("/data-actions/")


def _flat(status: int, detail: str) -> dict[str, str]:
    """What a data action's failure is read by: Genesys wants names of its own."""
    return {"errorCode": str(status), "message": detail}


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101  (for the type checker)
    misfits = [one["loc"] for one in error.errors() if one["type"] != "json_invalid"]
    places = {".".join(str(step) for step in place if step != "body") for place in misfits}
    fields = sorted(place[:100] for place in places if place)
    detail = "the request does not fit its schema" if fields else "the body is no JSON object"
    if _is_data_action(request):
        detail = f"{detail}: {', '.join(fields)}" if fields else detail
        return problem(422, detail, None, **_flat(422, detail))
    more: dict[str, Any] = {"fields": fields} if fields else {}
    return problem(422, detail, None, **more)


async def _unavailable(_: Request, __: Exception) -> JSONResponse:
    return problem(503, "the broker has not acknowledged: try again")


async def _database_away(_: Request, __: Exception) -> JSONResponse:
    return problem(503, "the database is away: try again")


async def _unexpected(_: Request, __: Exception) -> JSONResponse:
    headers = {**ALWAYS, **UNLESS_A_PAGE}  # this answer is given outside of the layer that adds them
    return problem(500, "something failed here; nothing of the request was kept", headers)
