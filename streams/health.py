"""``/metrics``, ``/healthz`` and ``/readyz`` of a worker, on a port of their own, without a key."""

from collections.abc import Callable

from aiohttp import web

from streams.metrics import Metrics

Reasons = Callable[[], list[str]]
"""Why the process is not ready, a few words each; empty when it is."""


class HealthServer:
    """A small HTTP server beside the stream, in the same event loop: when the loop hangs, it does not answer."""

    def __init__(self, metrics: Metrics, reasons: Reasons, *, before_scrape: Callable[[], None]) -> None:
        self._metrics = metrics
        self._reasons = reasons
        self._before_scrape = before_scrape
        self._runner: web.AppRunner | None = None

    async def start(self, host: str, port: int) -> None:
        """Listen. Raises OSError when the port is taken."""
        app = web.Application()
        app.add_routes(
            [
                web.get("/metrics", self._expose),
                web.get("/healthz", self._alive),
                web.get("/readyz", self._ready),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _expose(self, _: web.Request) -> web.Response:
        self._before_scrape()
        return web.Response(body=self._metrics.exposition(), headers={"Content-Type": "text/plain; version=0.0.4"})

    async def _alive(self, _: web.Request) -> web.Response:
        return web.json_response({"status": "alive"})

    async def _ready(self, _: web.Request) -> web.Response:
        reasons = self._reasons()
        return web.json_response(
            {"status": "not ready" if reasons else "ready", "reasons": reasons}, status=503 if reasons else 200
        )
