"""The double's side of a guest's sign-in: codes of an identity provider for JWTs, renewed and revoked.

Bodies as in Genesys's Platform API (``WebDeploymentsOAuthExchangeRequest`` and its neighbours).
"""

from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from aiohttp import web

from sandbox.double import CONTROL
from sandbox.webmessaging_frames import frame
from sandbox.webmessaging_state import SignIn, WebMessaging

PATH: Final = "/api/v2/webdeployments/token"


@dataclass(slots=True)
class SignInDoors:
    """The handlers."""

    state: WebMessaging

    def add_to(self, application: web.Application) -> None:
        """Serve them."""
        application.router.add_post(f"{PATH}/oauthcodegrantjwtexchange", self.exchange)
        application.router.add_post(f"{PATH}/refresh", self.refresh)
        application.router.add_delete(f"{PATH}/revoke", self.revoke)
        application.router.add_post(f"{CONTROL}/sign-in-code", self.give_code)
        application.router.add_post(f"{CONTROL}/end-jwts", self.end_jwts)

    async def give_code(self, request: web.Request) -> web.Response:
        """``{"redirectUri"}``: as if somebody had signed in at the identity provider; a code for one exchange."""
        given = await request.json()
        code = f"code-{uuid4().hex}"
        self.state.codes[code] = str(given["redirectUri"])
        return web.json_response({"code": code})

    async def end_jwts(self, _: web.Request) -> web.Response:
        """Every JWT of a sign-in is out of date; what renews them is not."""
        for one in self.state.sign_ins:
            one.jwts.clear()
        return web.json_response({})

    async def exchange(self, request: web.Request) -> web.Response:
        """A JWT and what renews it, for a code that was not used and the page that it was given for."""
        if (refused := self._refused(request)) is not None:
            return refused
        given = await request.json()
        oauth = given.get("oauth", {})
        redirect = self.state.codes.pop(oauth.get("code", ""), None)
        if given.get("deploymentId") != self.state.options.deployment_id:
            return _error(404, "deployment.not.found")
        if redirect is None or redirect != oauth.get("redirectUri") or not oauth.get("codeVerifier"):
            return _error(401, "authentication.failed")
        made = SignIn()
        self.state.sign_ins.append(made)
        return web.json_response({"jwt": made.new_jwt(), "refreshToken": made.refresh_token})

    async def refresh(self, request: web.Request) -> web.Response:
        """Another JWT."""
        if (refused := self._refused(request)) is not None:
            return refused
        given = await request.json()
        found = next((one for one in self.state.sign_ins if one.refresh_token == given.get("refreshToken")), None)
        if found is None or given.get("deploymentId") != self.state.options.deployment_id:
            return _error(401, "authentication.failed")
        return web.json_response({"jwt": found.new_jwt()})

    async def revoke(self, request: web.Request) -> web.Response:
        """Sign out: neither JWT nor refresh token is good any more, and every page is told."""
        kind, _, jwt = request.headers.get("Authorization", "").partition(" ")
        found = self.state.sign_in_of(jwt)
        if kind.lower() != "bearer" or found is None:
            return _error(401, "authentication.failed")
        self.state.sign_ins.remove(found)
        for session in self.state.sessions.values():
            if session.sign_in is found:
                for socket in tuple(session.sockets):
                    await self.state.tell(socket, frame("message", "LogoutEvent", {}))
        return web.Response(status=204)

    def _refused(self, request: web.Request) -> web.Response | None:
        allowed = self.state.options.allowed_origins
        if allowed and request.headers.get("Origin") not in allowed:
            return _error(403, "forbidden")
        return None


def _error(status: int, code: str) -> web.Response:
    return web.json_response({"message": "refused", "code": code, "status": status}, status=status)
