"""Counts and times requests by route and status: never by address, query or body."""

import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from streams.metrics import Metrics

UNKNOWN = "unknown"


class Metering:
    """An ASGI layer around the application."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; count it when its answer began."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 500

        async def observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, observed)
        finally:
            route = getattr(scope.get("route"), "path", UNKNOWN)
            self._metrics.count("dlp_http_requests_total", route=route, status=str(status))
            self._metrics.observe("dlp_http_seconds", time.perf_counter() - started, route=route)
