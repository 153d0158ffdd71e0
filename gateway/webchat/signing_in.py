"""``/api/v2/webdeployments/token/...``: a guest whom an identity provider knows signs in, renews that, and signs out.

Genesys gives a JWT and a refresh token for the provider's code. The guest gets sealed passes in their place: what a
page holds opens nothing at Genesys itself.

Sources: Genesys's Platform API (``WebDeploymentsOAuthExchangeRequest`` and its neighbours), and its mobile guest SDK.
"""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from pydantic import Field

from gateway.bodies import body_of, described
from gateway.webchat.chat import WebChat
from gateway.webchat.doors import Chat, asked_of_genesys, borne, preflight
from gateway.webchat.frames import string_in
from schemas.data_actions import GenesysBody

router = APIRouter(tags=["web chat"])

PATH: Final = "/api/v2/webdeployments/token"
EXCHANGE: Final = f"{PATH}/oauthcodegrantjwtexchange"
REFRESH: Final = f"{PATH}/refresh"
REVOKE: Final = f"{PATH}/revoke"
PASS_SECONDS: Final = 72 * 3600.0
"""As long as Genesys keeps a session by default. Genesys itself may end what is in a pass sooner, and says so."""
MAX_SECRET: Final = 16_384
"""Characters of a code, a token or a pass."""
_Secret = Annotated[str, Field(min_length=1, max_length=MAX_SECRET)]
_Deployment = Annotated[str, Field(min_length=1, max_length=128)]

for path in (EXCHANGE, REFRESH, REVOKE):
    router.options(path, include_in_schema=False)(preflight)


class OAuth(GenesysBody):
    """What the identity provider gave: a code by the authorization code flow, or an ID token by the implicit one."""

    code: _Secret | None = None
    redirect_uri: str | None = Field(default=None, max_length=2048)
    code_verifier: _Secret | None = None
    id_token: _Secret | None = None
    nonce: _Secret | None = None
    max_age: int | None = Field(default=None, ge=0)
    iss: str | None = Field(default=None, max_length=2048)


class Exchange(GenesysBody):
    """A sign-in."""

    deployment_id: _Deployment
    oauth: OAuth


class Renewal(GenesysBody):
    """A new pass for an old one's refresh token."""

    refresh_token: _Secret
    deployment_id: _Deployment | None = None


@router.post(EXCHANGE, openapi_extra=described(Exchange))
async def exchange(request: Request, chat: Chat, asked: Annotated[Exchange, Depends(body_of(Exchange))]) -> Response:
    """Two passes for the provider's code: one for ``configureAuthenticatedSession``, one to renew it."""
    headers = _welcomed(request, chat, asked.deployment_id)
    body = {"deploymentId": chat.settings.deployment_id, "oauth": asked.oauth.model_dump(exclude_none=True)}
    found = await asked_of_genesys(chat, "POST", EXCHANGE, headers, json=body)
    return _passes(chat, found or {}, headers)


@router.post(REFRESH, openapi_extra=described(Renewal))
async def renew(request: Request, chat: Chat, asked: Annotated[Renewal, Depends(body_of(Renewal))]) -> Response:
    """Another pass for ``configureAuthenticatedSession``."""
    headers = _welcomed(request, chat, asked.deployment_id)
    opened = chat.room.identity.opened("refresh", asked.refresh_token)
    if opened is None:
        raise HTTPException(401, "no refresh token, or not any more", headers=headers)
    body = {"refreshToken": opened["token"], "deploymentId": chat.settings.deployment_id}
    found = await asked_of_genesys(chat, "POST", REFRESH, headers, json=body)
    return _passes(chat, found or {}, headers)


@router.delete(REVOKE, status_code=204)
async def revoke(request: Request, chat: Chat) -> Response:
    """Sign out, on every page of the guest's: Genesys tells each by a ``LogoutEvent``."""
    headers = _welcomed(request, chat, None)
    await asked_of_genesys(chat, "DELETE", REVOKE, headers, jwt=borne(request, chat, "guest")["jwt"])
    return Response(status_code=204, headers=headers)


def _welcomed(request: Request, chat: WebChat, deployment_id: str | None) -> dict[str, str]:
    """The headers of the answer. 403 for a wrong deployment, 429 where too many come."""
    headers = chat.origins.headers(request)
    if deployment_id is not None and not chat.knows(deployment_id):
        raise HTTPException(403, "no such deployment", headers=headers)
    if not chat.sign_ins.takes():
        raise HTTPException(429, "too many sign in", headers={"Retry-After": "3", **headers})
    return headers


def _passes(chat: WebChat, found: dict[str, Any], headers: dict[str, str]) -> JSONResponse:
    """Passes in place of what Genesys gave."""
    identity, jwt, token = chat.room.identity, string_in(found, "jwt"), string_in(found, "refreshToken")
    if not jwt:
        raise HTTPException(502, "Genesys gave no JWT", headers=headers)
    given = {"jwt": identity.sealed("guest", "", PASS_SECONDS, jwt=jwt)}
    if token:
        given["refreshToken"] = identity.sealed("refresh", "", PASS_SECONDS, token=token)
    return JSONResponse(given, headers={"Cache-Control": "no-store", **headers})
