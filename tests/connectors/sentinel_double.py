"""A double of the Logs Ingestion API and of its login, which checks what the service checks.

Source: Microsoft Learn, "Logs Ingestion API in Azure Monitor" and "Microsoft identity platform, client credentials".
"""

import json
import re
from typing import Any
from uuid import uuid4

from aiohttp import web

LIMIT = 1_000_000
TENANT, CLIENT, SECRET = "11111111-2222-3333-4444-555555555555", "cordon-app", "a secret of the app"
RULE, STREAM = "dcr-0123456789abcdef0123456789abcdef", "Custom-CordonDlp_CL"
COLUMN = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,44}")
RESERVED = {"_ResourceId", "id", "_SubscriptionId", "TenantId", "Type", "UniqueId", "Title"}


class SentinelDouble:
    """Keeps rows; fails as often as it is told."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self.sizes: list[int] = []
        self.logins = 0
        self.secret = SECRET
        self.tokens: set[str] = set()
        self.failures: list[web.Response] = []

    def application(self) -> web.Application:
        app = web.Application(client_max_size=16 * LIMIT)
        app.router.add_get("/{tenant}/v2.0/.well-known/openid-configuration", self._discover)
        app.router.add_post("/{tenant}/oauth2/v2.0/token", self._login)
        app.router.add_post("/dataCollectionRules/{rule}/streams/{stream}", self._ingest)
        return app

    async def _discover(self, request: web.Request) -> web.Response:
        base = f"https://{request.host}/{request.match_info['tenant']}"
        return web.json_response(
            {
                "token_endpoint": f"{base}/oauth2/v2.0/token",
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "issuer": f"{base}/v2.0",
            }
        )

    async def _login(self, request: web.Request) -> web.Response:
        form = await request.post()
        wanted = {
            "client_id": CLIENT,
            "client_secret": self.secret,
            "grant_type": "client_credentials",
            "scope": "https://monitor.azure.com//.default",
        }
        given = {**{name: form.get(name) for name in wanted}}
        given["scope"] = str(given["scope"]).replace(".com/.default", ".com//.default")
        if request.match_info["tenant"] != TENANT or given != wanted:
            return web.json_response({"error": "invalid_client", "error_description": "AADSTS7000215"}, status=401)
        self.logins += 1
        token = uuid4().hex
        self.tokens.add(token)
        return web.json_response({"token_type": "Bearer", "expires_in": 3599, "access_token": token})

    async def _ingest(self, request: web.Request) -> web.Response:
        if self.failures:
            return self.failures.pop(0)
        if (refused := self._refusal(request)) is not None:
            return _error(*refused)
        body = await request.read()  # aiohttp has undone the gzip
        if len(body) > LIMIT:
            return _error(413, "ContentLengthLimitExceeded")
        rows = _rows(body)
        if rows is None:
            return _error(400, "InvalidPayload")
        self.sizes.append(len(body))
        self.rows += rows
        return web.Response(status=204)

    def _refusal(self, request: web.Request) -> tuple[int, str] | None:
        """What the head of a request is refused for, in the service's order."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        place = (request.match_info["rule"], request.match_info["stream"])
        checks = (
            (scheme != "Bearer" or token not in self.tokens, (401, "InvalidToken")),
            (place != (RULE, STREAM), (404, "NotFound")),
            (request.query.get("api-version") != "2023-01-01", (400, "InvalidApiVersion")),
            (request.content_type != "application/json", (400, "InvalidRequest")),
            ((request.content_length or 0) > LIMIT, (413, "ContentLengthLimitExceeded")),
        )
        return next((refusal for is_so, refusal in checks if is_so), None)


def _rows(body: bytes) -> list[dict[str, Any]] | None:
    try:
        rows = json.loads(body)
    except ValueError:
        return None
    return rows if isinstance(rows, list) and all(map(_is_row, rows)) else None


def _is_row(row: object) -> bool:
    return (
        isinstance(row, dict)
        and "TimeGenerated" in row
        and all(COLUMN.fullmatch(name) and name not in RESERVED for name in row)
    )


def _error(status: int, code: str) -> web.Response:
    return web.json_response({"error": {"code": code, "message": "refused"}}, status=status)


def throttled(seconds: int) -> web.Response:
    return web.json_response({"error": {"code": "TooMany"}}, status=429, headers={"Retry-After": str(seconds)})
