"""Pages and their files: what every one of them is served with, and the design system itself."""

from collections.abc import Collection, Mapping
from importlib.resources import files
from typing import Final

from fastapi import APIRouter, HTTPException, Response

router = APIRouter(include_in_schema=False)

TYPES: Final = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
"""What a page may be made of, by the end of a file's name."""
_DESIGN: Final = frozenset({"tokens.css", "base.css"})
NOBODY: Final = "'none'"
"""For ``frame_ancestors``: no page may frame this one."""


def page_headers(*, frame_ancestors: str = NOBODY, connect: str = "'self'") -> dict[str, str]:
    """Headers of a page that uses its own origin's files only: no inline code, no foreign host, no cache.

    ``frame_ancestors`` names the origins that may frame it, ``connect`` where its scripts may call.
    """
    headers = {
        "Content-Security-Policy": (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
            f"connect-src {connect}; form-action 'none'; base-uri 'none'; frame-ancestors {frame_ancestors}; "
            "require-trusted-types-for 'script'"
        ),
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Strict-Transport-Security": "max-age=31536000",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    }
    if frame_ancestors == NOBODY:
        headers["X-Frame-Options"] = "DENY"
    return headers


def file_of(package: str, name: str, headers: Mapping[str, str] | None = None) -> Response:
    """A file of a package, by its name, which has to be known to the caller. 404 for a type that no page is made of."""
    kind = TYPES.get(name.rpartition(".")[2])
    if kind is None:
        raise HTTPException(404, "no such file")
    given = headers or {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    return Response(files(package).joinpath(name).read_bytes(), media_type=kind, headers=dict(given))


def asset_of(package: str, name: str, among: Collection[str], headers: Mapping[str, str] | None = None) -> Response:
    """A file that a caller asked for by its name. 404 for any that is not among those of the page."""
    if name not in among:
        raise HTTPException(404, "no such file")
    return file_of(package, name, headers)


@router.get("/design/{name}")
async def design(name: str) -> Response:
    """A sheet of the design system."""
    return asset_of("gateway.design", name, _DESIGN)
