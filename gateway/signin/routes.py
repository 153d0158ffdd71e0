"""``/signin``: the page, and every way through it."""

import secrets
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from itsdangerous import BadSignature, URLSafeTimedSerializer
from pydantic import Field

from gateway.auth import SESSION_COOKIE, SESSION_PREFIX, is_from_another_page, is_from_our_page
from gateway.bodies import body_of
from gateway.oidc import ProviderAway
from gateway.pace import keeps_pace
from gateway.pages import asset_of, file_of, page_headers
from gateway.parts import parts_of
from gateway.roles import Role
from gateway.signin.genesys import agent_of
from gateway.signin.links import use_link
from gateway.signin.oidc import OidcDoor
from gateway.signin.people import NotAdmitted, Person
from schemas.record import Record
from vault.errors import VaultUnavailable

router = APIRouter(prefix="/signin", include_in_schema=False)

PAGES: Final = ("/console", "/playground", "/widget")
"""Where somebody may be sent after signing in."""
_UNDER_WAY_COOKIE: Final = "cordon_signin"
_UNDER_WAY_SECONDS: Final = 600
_FILES: Final = frozenset({"signin.js", "signin.css"})
_PACKAGE: Final = "gateway.signin.page"
MAX_SECRET: Final = 4096
MAX_BODY: Final = 2 * MAX_SECRET
LIMITED: Final = [Depends(keeps_pace)]
"""Routes that anybody may call."""
_Secret = Annotated[str, Field(max_length=MAX_SECRET)]


class UsedLink(Record):
    """A one-time link, and what the session is to be kept in."""

    secret: _Secret
    kind: Literal["cookie", "token"] = "cookie"


class GenesysToken(Record):
    """What Genesys gave the widget."""

    token: _Secret


@router.get("")
async def page() -> Response:
    """The page. A link's secret stands after the ``#`` and reaches the server only by the page's own request."""
    return file_of(_PACKAGE, "signin.html", page_headers())


@router.get("/assets/{name}")
async def asset(name: str) -> Response:
    """The page's script and style."""
    return asset_of(_PACKAGE, name, _FILES)


@router.get("/ways")
async def ways(request: Request) -> dict[str, bool]:
    """How one may sign in here."""
    return {"oidc": parts_of(request).oidc is not None, "anybody": parts_of(request).api_keys is None}


@router.get("/session")
async def session(request: Request) -> JSONResponse:
    """Who is signed in. 401 for nobody."""
    person = await _person(request)
    if person is None:
        raise HTTPException(401, "nobody is signed in")
    return JSONResponse(_described(person), headers={"Cache-Control": "no-store"})


@router.post("/link", dependencies=LIMITED)
async def by_link(request: Request, link: Annotated[UsedLink, Depends(body_of(UsedLink, MAX_BODY))]) -> Response:
    """Use a one-time link up. Another site's page may not: its visitor would act under a stranger's name."""
    if is_from_another_page(request):
        raise HTTPException(403, "not from this page")
    try:
        person = await use_link(parts_of(request).console_database, link.secret)
    except NotAdmitted as refused:
        raise HTTPException(403, str(refused)) from None
    return await _admitted(request, person, kind=link.kind)


@router.post("/token")
async def as_token(request: Request) -> Response:
    """A session of its own for a frame to which browsers give no cookies, asked for by our own window."""
    person = await _person(request)
    if person is None or not is_from_our_page(request):
        raise HTTPException(401, "nobody is signed in")
    return await _admitted(request, person, kind="token")


@router.post("/anybody")
async def as_anybody(request: Request) -> Response:
    """Where callers need no key, people need no proof: a local world only."""
    if parts_of(request).api_keys is not None or not is_from_our_page(request):
        raise HTTPException(403, "this gateway knows its callers")
    return await _admitted(request, Person("anybody", "Local administrator", Role.ADMIN), kind="cookie")


@router.post("/genesys", dependencies=LIMITED)
async def by_genesys(
    request: Request, given: Annotated[GenesysToken, Depends(body_of(GenesysToken, MAX_BODY))]
) -> Response:
    """An agent by the token that Genesys gave the widget; the answer holds the session's own."""
    settings = parts_of(request).genesys_settings
    try:
        person = await agent_of(settings, given.token)
    except NotAdmitted as refused:
        raise HTTPException(403, str(refused)) from None
    except ProviderAway:
        raise HTTPException(503, "Genesys is away") from None
    return await _admitted(request, person, kind="token")


@router.get("/oidc", dependencies=LIMITED)
async def to_provider(request: Request, to: str = "/console") -> Response:
    """Send the browser to the identity provider."""
    door = _door(request)
    fresh = {name: secrets.token_urlsafe(48) for name in ("state", "nonce", "verifier")}
    try:
        url = await door.begin(_redirect_uri(request), **fresh)
    except ProviderAway:
        return _back("away")
    answer = RedirectResponse(url, 303, {"Cache-Control": "no-store"})
    kept = _signer(request).dumps({**fresh, "to": to if to in PAGES else PAGES[0]})
    _set_cookie(request, answer, _UNDER_WAY_COOKIE, kept, _UNDER_WAY_SECONDS, path="/signin")
    return answer


@router.get("/oidc/callback", dependencies=LIMITED)
async def from_provider(request: Request, code: str = "", state: str = "") -> Response:
    """The browser is back, with a code for the one sign-in that it began."""
    door = _door(request)
    try:
        kept = _signer(request).loads(request.cookies.get(_UNDER_WAY_COOKIE, ""), max_age=_UNDER_WAY_SECONDS)
    except BadSignature:
        return _back("stale")
    if not code or not secrets.compare_digest(state.encode(), str(kept["state"]).encode()):
        return _back("refused")
    try:
        person = await door.finish(
            _redirect_uri(request), code=code[:MAX_SECRET], nonce=kept["nonce"], verifier=kept["verifier"]
        )
        token = await parts_of(request).sessions.open(person)
    except NotAdmitted as refused:
        return _back("no-role" if "role" in str(refused) else "refused")
    except (ProviderAway, VaultUnavailable):
        return _back("away")
    answer = RedirectResponse(str(kept["to"]), 303, {"Cache-Control": "no-store"})
    answer.delete_cookie(_UNDER_WAY_COOKIE, path="/signin")
    _set_cookie(request, answer, SESSION_COOKIE, token, int(parts_of(request).sessions.seconds), path="/")
    return answer


@router.post("/out", status_code=204)
async def out(request: Request) -> Response:
    """End the session."""
    if not is_from_our_page(request):
        raise HTTPException(403, "not from this page")
    if token := _token(request):
        await parts_of(request).sessions.end(token)
    answer = Response(status_code=204)
    answer.delete_cookie(SESSION_COOKIE, path="/")
    return answer


async def _admitted(request: Request, person: Person, *, kind: str) -> Response:
    book = parts_of(request).sessions
    token = await book.open(person)
    described = _described(person)
    if kind == "token":
        return JSONResponse({**described, "token": token}, headers={"Cache-Control": "no-store"})
    answer = JSONResponse(described, headers={"Cache-Control": "no-store"})
    _set_cookie(request, answer, SESSION_COOKIE, token, int(book.seconds), path="/")
    return answer


async def _person(request: Request) -> Person | None:
    token = _token(request)
    book = parts_of(request).sessions
    return await book.find(token) if token.startswith(SESSION_PREFIX) else None


def _token(request: Request) -> str:
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    return given.strip() if kind.lower() == "bearer" else request.cookies.get(SESSION_COOKIE, "")


def _described(person: Person) -> dict[str, Any]:
    return {"name": person.name, "role": person.role.value, "agent_id": person.agent_id}


def _door(request: Request) -> OidcDoor:
    door = parts_of(request).oidc
    if door is None:
        raise HTTPException(404, "no identity provider is set")
    return door


def _signer(request: Request) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(parts_of(request).keyring.derive("console.signin"), salt="oidc")


def base_url_of(request: Request) -> str:
    """Where people reach this gateway."""
    settings = parts_of(request).console_settings
    return settings.base_url or str(request.base_url).rstrip("/")


def _redirect_uri(request: Request) -> str:
    return f"{base_url_of(request)}/signin/oidc/callback"


def _back(why: str) -> Response:
    return RedirectResponse(f"/signin?why={why}", 303, {"Cache-Control": "no-store"})


def _set_cookie(request: Request, answer: Response, name: str, value: str, seconds: int, *, path: str) -> None:
    is_secure = base_url_of(request).startswith("https:")
    answer.set_cookie(name, value, max_age=seconds, path=path, secure=is_secure, httponly=True, samesite="lax")
