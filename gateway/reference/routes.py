"""The page of the HTTP contract and its files. FastAPI's own would load its scripts from a foreign host."""

from typing import Final

from fastapi import APIRouter, Response

from gateway.pages import file_of, page_headers

router = APIRouter(include_in_schema=False)

_VIEWER: Final = "fastapi_offline.static"
"""Swagger UI, as a package brings it."""


@router.get("/docs")
async def page() -> Response:
    """The contract as a page. Its viewer builds elements from strings, so trusted types are not asked for."""
    headers = page_headers()
    policy = headers["Content-Security-Policy"].replace("; require-trusted-types-for 'script'", "")
    return file_of("gateway.reference", "page.html", {**headers, "Content-Security-Policy": policy})


@router.get("/docs/page.js")
async def script() -> Response:
    """What starts the viewer."""
    return file_of("gateway.reference", "page.js")


@router.get("/docs/swagger-ui-bundle.js")
async def viewer() -> Response:
    """The viewer."""
    return file_of(_VIEWER, "swagger-ui-bundle.js")


@router.get("/docs/swagger-ui.css")
async def look() -> Response:
    """Its look."""
    return file_of(_VIEWER, "swagger-ui.css")
