"""Errors as ``application/problem+json`` (RFC 9457). They name fields and rules, and never echo what was sent."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from streams.producer import BrokerUnavailable


def install(app: FastAPI) -> None:
    """Answer every error of the application as a problem."""
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(BrokerUnavailable, _unavailable)
    app.add_exception_handler(Exception, _unexpected)


def problem(status: int, detail: str, headers: dict[str, str] | None = None, **more: Any) -> JSONResponse:
    """The answer for an error."""
    try:
        title = HTTPStatus(status).phrase
    except ValueError:
        title = "Error"
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return JSONResponse(body, status, headers, "application/problem+json")


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101  (for the type checker)
    headers = dict(error.headers) if error.headers else None
    return problem(error.status_code, str(error.detail), headers, **_flat(request, error))


def _flat(request: Request, error: HTTPException) -> dict[str, str]:
    """What a data action's failure is read by: Genesys wants names of its own."""
    if not request.url.path.startswith("/data-actions/"):
        return {}
    return {"errorCode": str(error.status_code), "message": str(error.detail)}


async def _invalid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101  (for the type checker)
    fields = sorted({".".join(str(step) for step in one["loc"] if step != "body") for one in error.errors()})
    return problem(422, "the request does not fit its schema", fields=[field[:100] for field in fields])


async def _unavailable(_: Request, __: Exception) -> JSONResponse:
    return problem(503, "the broker has not acknowledged: try again", {"Retry-After": "5"})


async def _unexpected(_: Request, __: Exception) -> JSONResponse:
    return problem(500, "something failed here; nothing of the request was kept")
