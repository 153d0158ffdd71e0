"""What the doubles of outside HTTP systems share: faults on demand, a health page, and a life until a signal."""

import asyncio
import os
import random
import signal
import socket
import struct
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import click
from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sandbox.process import free_port

HOST: Final = "127.0.0.1"
CONTROL: Final = "/_sandbox"
"""Paths below it steer the double; no fault touches them."""
MAX_BODY_BYTES: Final = 8 * 1024 * 1024
SILENCE_SECONDS: Final = 60.0
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Refuse = Callable[[int, float | None], web.Response]
"""From a status and a Retry-After to the error as the outside system words it."""


class Fault(BaseModel):
    """A fault that a test or a person asks for, by ``POST /_sandbox/faults``."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["status", "reset", "lost_answer", "silence", "slow"]
    """A status instead of an answer; the connection reset before or after the request was taken; no answer; a late one.
    """
    status: int = Field(default=503, ge=400, le=599)
    retry_after: float | None = Field(default=None, ge=0)
    """Seconds, for the header of a 429 or 503."""
    count: int | None = Field(default=None, ge=1)
    """How many requests it hits; without it, all."""
    seconds: float | None = Field(default=None, gt=0)
    """How long it lasts; without it, until it is withdrawn."""
    share: float = Field(default=1.0, gt=0, le=1)
    """Which part of the requests it hits, by chance."""
    delay: float = Field(default=SILENCE_SECONDS, gt=0)
    """Seconds of silence or slowness."""
    path: str = ""
    """Only requests whose path contains this."""


@dataclass(slots=True)
class _Armed:
    fault: Fault
    left: float
    until: float


@dataclass(slots=True)
class Faults:
    """The faults that wait for requests, in the order they were asked for."""

    _armed: list[_Armed] = field(default_factory=list)
    _chance: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311  (repeatable tests)

    def arm(self, fault: Fault) -> None:
        """Let it hit the requests to come."""
        until = time.monotonic() + fault.seconds if fault.seconds else float("inf")
        self._armed.append(_Armed(fault, fault.count or float("inf"), until))

    def clear(self) -> None:
        """Withdraw all."""
        self._armed.clear()

    def draw(self, path: str) -> Fault | None:
        """Choose the fault that hits this request, if any."""
        now = time.monotonic()
        self._armed = [armed for armed in self._armed if armed.left > 0 and armed.until > now]
        for armed in self._armed:
            if armed.fault.path in path and self._chance.random() < armed.fault.share:
                armed.left -= 1
                return armed.fault
        return None


def make_application(faults: Faults, refuse: Refuse) -> web.Application:
    """An application with a health page and faults that hit everything but its control paths."""

    @web.middleware
    async def faulty(request: web.Request, handler: Handler) -> web.StreamResponse:
        fault = None if request.path.startswith(CONTROL) else faults.draw(request.path)
        return await handler(request) if fault is None else await _hit(fault, request, handler, refuse)

    async def arm(request: web.Request) -> web.Response:
        try:
            faults.arm(Fault.model_validate_json(await request.read()))
        except ValidationError as error:
            return web.json_response({"error": error.errors(include_url=False, include_input=False)}, status=422)
        return web.json_response({"armed": True})

    async def disarm(_: web.Request) -> web.Response:
        faults.clear()
        return web.json_response({"armed": False})

    async def health(_: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    application = web.Application(middlewares=[faulty], client_max_size=MAX_BODY_BYTES)
    application.router.add_post(f"{CONTROL}/faults", arm)
    application.router.add_delete(f"{CONTROL}/faults", disarm)
    application.router.add_get(f"{CONTROL}/health", health)
    return application


def close_at_end(application: web.Application, close: Callable[[], Awaitable[None]]) -> None:
    """Close what the double works with when its application ends."""

    async def closing(_: web.Application) -> AsyncIterator[None]:
        yield
        await close()

    application.cleanup_ctx.append(closing)


async def _hit(fault: Fault, request: web.Request, handler: Handler, refuse: Refuse) -> web.StreamResponse:
    await request.read()
    if fault.kind == "status":
        return refuse(fault.status, fault.retry_after)
    if fault.kind in {"silence", "slow"}:
        await asyncio.sleep(fault.delay)
    if fault.kind == "slow":
        return await handler(request)
    if fault.kind == "lost_answer":
        await handler(request)
    _reset(request)
    return web.Response(status=503)  # reaches nobody


def run(application: web.Application, *, name: str, port: int) -> None:
    """Serve on 127.0.0.1 until SIGTERM or Ctrl-C, and say where. Port 0 takes a free one."""
    asyncio.run(_serve(application, name, port or free_port()))


async def _serve(application: web.Application, name: str, port: int) -> None:
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await listen(runner, port)
        click.echo(f"the double of {name} listens on http://{HOST}:{port}")
        ended = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, ended.set)
        await ended.wait()
    finally:
        await runner.cleanup()


async def listen(runner: web.AppRunner, port: int) -> None:
    """Take the port on 127.0.0.1. Raises ClickException, one line, where another program has it or it is not ours."""
    try:
        await web.TCPSite(runner, HOST, port).start()
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise click.ClickException(f"--port {port}: {HOST}:{port} cannot be used ({reason})") from None


def _reset(request: web.Request) -> None:
    """End the connection as a crashed host does: with RST, not FIN."""
    transport: Any = request.transport
    if transport is None:
        return
    connection = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
