"""A double of Splunk's HTTP Event Collector that checks what a real one checks, and can be told to fail.

``GET /_sandbox/health`` answers 200 with counts; ``GET /_sandbox/received`` lists what was stored, in order of
arrival; ``DELETE`` on it forgets. ``POST /_sandbox/faults`` ``{"kind": ...}`` makes the next requests fail, for
``times`` requests or ``seconds`` or until ``DELETE``; see ``FAULTS``.
"""

import asyncio
import base64
import json
import signal
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any, Final

import click
from aiohttp import web

from sandbox.double import listen
from sandbox.hec import TEXTS, HecError, is_channel, read_events
from sandbox.process import free_port

DEFAULT_TOKEN: Final = "00000000-0000-4000-8000-00000000c0de"  # noqa: S105  (opens a double only)
PATHS: Final = tuple(f"/services/collector{tail}" for tail in ("", "/event", "/event/1.0", "/1.0"))
RAW_PATHS: Final = ("/services/collector/raw", "/services/collector/raw/1.0")
FAULTS: Final = {
    "server_error": "500, code 8",
    "busy": "503, code 9",
    "throttled": "429, with Retry-After where ``retry_after`` is given",
    "unavailable": "503 of a proxy: HTML, with Retry-After where ``retry_after`` is given",
    "bad_gateway": "502 of a proxy: HTML",
    "shutting_down": "503, code 23, as newer releases have",
    "no_text": "400 with JSON that holds no text",
    "wrong_token": "403, code 4",
    "disabled_token": "403, code 1",
    "too_large": "413, the web server's own words",
    "timeout": "stores nothing and answers nothing for ``delay`` seconds (default 60)",
    "slow": "stores, and answers after ``delay`` seconds (default 1)",
    "reset": "closes the connection before it stores",
    "reset_after_storing": "stores, and closes the connection before it answers",
    "ack_never": "acknowledges nothing",
    "set_cookie": "answers with a cookie, as a balancer that moves a session does",
    "poison": "refuses a batch that holds ``marker`` with code 6; ``numbered`` (default true) names the event",
    "partly_stored": "stores the events before a bad one, though it refuses the batch",
    "unhealthy": "health says 503, code 18, or 19 or 20 where ``code`` says so",
}
HTML: Final = "<html><body><h1>Bad gateway</h1></body></html>"


@dataclass(slots=True)
class Fault:
    """What goes wrong, and for how long."""

    kind: str
    times: int | None = None
    until: float | None = None
    delay: float | None = None
    retry_after: float | None = None
    marker: str = "poison"
    numbered: bool = True
    code: int = 18

    def applies(self) -> bool:
        """Whether it still lasts."""
        return (self.times is None or self.times > 0) and (self.until is None or time.monotonic() < self.until)


@dataclass(frozen=True, slots=True)
class Terms:
    """How the double is set."""

    token: str = DEFAULT_TOKEN
    use_ack: bool = False
    """Whether the token has indexer acknowledgement."""
    query_token: bool = False
    """``allowQueryStringAuth``."""
    disabled_token: str = "disabled"  # noqa: S105  (no secret: names the case)
    indexes: frozenset[str] = frozenset()
    """Indexes that exist; none given, all do."""
    max_content_length: int = 838_860_800


class SplunkDouble:
    """The collector: what it stored, and what it was told to do wrong."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.received: list[dict[str, Any]] = []
        self.statuses: Counter[int] = Counter()
        self.fault: Fault | None = None
        self._next_ack: defaultdict[str, int] = defaultdict(int)
        self._acked: defaultdict[str, set[int]] = defaultdict(set)

    def application(self) -> web.Application:
        """The routes of the collector and of the sandbox."""
        app = web.Application(client_max_size=self.terms.max_content_length)
        for path in (*PATHS, *RAW_PATHS, "/services/collector/ack"):
            app.router.add_get(path, self._wrong_method)
        for path in PATHS:
            app.router.add_post(path, self._submit)
        for path in RAW_PATHS:
            app.router.add_post(path, self._submit)
        app.router.add_post("/services/collector/ack", self._ack)
        for path in ("/services/collector/health", "/services/collector/health/1.0"):
            app.router.add_get(path, self._health)
        app.router.add_get("/_sandbox/health", self._status)
        app.router.add_get("/_sandbox/received", self._list)
        app.router.add_delete("/_sandbox/received", self._forget)
        app.router.add_post("/_sandbox/faults", self._set_fault)
        app.router.add_delete("/_sandbox/faults", self._clear_fault)
        return app

    async def _submit(self, request: web.Request) -> web.StreamResponse:
        answer = await self._answered(request)
        self.statuses[answer.status] += 1
        return answer

    async def _answered(self, request: web.Request) -> web.StreamResponse:
        fault = self._take_fault()
        if fault is not None and (failed := await self._fail_before(fault, request)) is not None:
            return failed
        try:
            channel = self._admit(request)
            events = await self._events(request, fault)
        except HecError as refused:
            return web.json_response(refused.body(), status=refused.status)
        except web.HTTPRequestEntityTooLarge:
            return _too_large(request, self.terms.max_content_length)
        self._store(events, channel)
        if fault is not None and fault.kind == "reset_after_storing":
            return _reset(request)
        if fault is not None and fault.kind == "slow":
            await asyncio.sleep(fault.delay or 1.0)
        body: dict[str, Any] = {"text": "Success", "code": 0}
        if self.terms.use_ack and channel:
            body["ackId"] = self._next_ack[channel]
            self._next_ack[channel] += 1
            if fault is None or fault.kind != "ack_never":
                self._acked[channel].add(body["ackId"])
        answer = web.json_response(body)
        if fault is not None and fault.kind == "set_cookie":
            answer.set_cookie("session", str(time.time_ns()))
        return answer

    def _admit(self, request: web.Request) -> str:
        """Check token, permission of a token in the address, and channel, in this order. Returns the channel."""
        given, in_query = _token_of(request)
        if given == self.terms.disabled_token:
            raise HecError(1)
        if given != self.terms.token:
            raise HecError(4)
        if in_query and not self.terms.query_token:
            raise HecError(16)
        return self._channel(request) if self.terms.use_ack else _channel_of(request)

    def _channel(self, request: web.Request) -> str:
        channel = _channel_of(request)
        if not channel:
            raise HecError(10)
        if not is_channel(channel):
            raise HecError(11)
        return channel

    async def _events(self, request: web.Request, fault: Fault | None) -> list[dict[str, Any]]:
        body = await request.read()
        if not body:
            raise HecError(5)
        if request.path in RAW_PATHS:
            return [{"event": line} for line in body.decode("utf-8", "replace").splitlines() if line]
        if fault is not None and fault.kind == "poison" and fault.marker.encode() in body:
            events = read_events(body).good
            numbers = [number for number, event in enumerate(events) if fault.marker in json.dumps(event)]
            raise HecError(6, numbers[0] if fault.numbered and numbers else None)
        read = read_events(body, indexes=self.terms.indexes)
        if read.error is not None:
            if fault is not None and fault.kind == "partly_stored":
                self._store(read.good, "")
            raise read.error
        return read.good

    def _store(self, events: list[dict[str, Any]], channel: str) -> None:
        now = time.time()
        self.received += [{**event, "received_at": now, "channel": channel} for event in events]

    async def _ack(self, request: web.Request) -> web.StreamResponse:
        try:
            channel = self._admit_poll(request)
            asked = (await request.json()).get("acks", [])
        except HecError as refused:
            return web.json_response(refused.body(), status=refused.status)
        except (ValueError, AttributeError):
            return web.json_response(HecError(6).body(), status=400)
        acked = self._acked[channel]
        answer = {str(ack_id): ack_id in acked for ack_id in asked}
        acked.difference_update(asked)  # told once
        return web.json_response({"acks": answer})

    def _admit_poll(self, request: web.Request) -> str:
        given, _ = _token_of(request)
        if given != self.terms.token:
            raise HecError(4)
        if not self.terms.use_ack:
            raise HecError(14)
        return self._channel(request)

    async def _health(self, request: web.Request) -> web.StreamResponse:
        token = request.headers.get("Authorization", "").removeprefix("Splunk ")
        code = 17
        if token == self.terms.disabled_token:
            code = 22
        elif token and token != self.terms.token:
            code = 21
        elif self.fault is not None and self.fault.applies() and self.fault.kind == "unhealthy":
            code = self.fault.code
        status, text = TEXTS[code]
        return web.json_response({"text": text, "code": code}, status=status)

    async def _wrong_method(self, _: web.Request) -> web.StreamResponse:
        body = {"text": "The requested URL was not found on this server.", "code": 404}
        return web.json_response(body, status=405)

    def _take_fault(self) -> Fault | None:
        fault = self.fault
        if fault is None or not fault.applies():
            return None
        if fault.times is not None:
            fault.times -= 1
        return fault

    async def _fail_before(self, fault: Fault, request: web.Request) -> web.StreamResponse | None:
        """The answer of a fault that stores nothing; None for the others."""
        codes = {"server_error": 8, "busy": 9, "wrong_token": 4, "disabled_token": 1, "shutting_down": 23}
        if fault.kind in codes:
            refused = HecError(codes[fault.kind])
            return web.json_response(refused.body(), status=refused.status)
        asked = {} if fault.retry_after is None else {"Retry-After": f"{fault.retry_after:g}"}
        proxies = {"bad_gateway": 502, "unavailable": 503, "throttled": 429}
        if fault.kind in proxies:
            return web.Response(status=proxies[fault.kind], text=HTML, content_type="text/html", headers=asked)
        if fault.kind == "no_text":
            return web.json_response({"code": 6}, status=400)
        if fault.kind == "too_large":
            return _too_large(request, self.terms.max_content_length)
        if fault.kind in {"timeout", "reset"}:
            await asyncio.sleep((fault.delay or 60.0) if fault.kind == "timeout" else 0)
            return _reset(request)
        return None

    async def _status(self, _: web.Request) -> web.Response:
        counts = {str(status): count for status, count in self.statuses.items()}
        return web.json_response({"events": len(self.received), "requests": self.statuses.total(), "statuses": counts})

    async def _list(self, request: web.Request) -> web.Response:
        return web.json_response(self.received[int(request.query.get("after", 0)) :])

    async def _forget(self, _: web.Request) -> web.Response:
        self.received.clear()
        self.statuses.clear()
        return web.json_response({})

    async def _set_fault(self, request: web.Request) -> web.Response:
        wish = await request.json()
        kind = wish.pop("kind", None)
        seconds = wish.pop("seconds", None)
        if kind is not None and kind not in FAULTS:
            return web.json_response({"faults": FAULTS}, status=400)
        until = None if seconds is None else time.monotonic() + seconds
        self.fault = None if kind is None else Fault(kind, until=until, **wish)
        return web.json_response({"kind": kind})

    async def _clear_fault(self, _: web.Request) -> web.Response:
        self.fault = None
        return web.json_response({})


def _token_of(request: web.Request) -> tuple[str, bool]:
    """The token and whether it came in the address. Raises HecError for none, or one that is not understood."""
    header = request.headers.get("Authorization")
    if header is None:
        if (token := request.query.get("token")) is None:
            raise HecError(2)
        return token, True
    scheme, _, rest = header.partition(" ")
    if scheme == "Splunk" and rest:
        return rest.strip(), False
    if scheme == "Basic":
        try:
            return base64.b64decode(rest, validate=True).decode().partition(":")[2], False
        except ValueError:
            raise HecError(3) from None
    raise HecError(3)


def _channel_of(request: web.Request) -> str:
    return request.headers.get("X-Splunk-Request-Channel") or request.query.get("channel", "")


def _too_large(request: web.Request, maximum: int) -> web.Response:
    text = f"Content-Length of {request.content_length or 0} too large (maximum is {maximum})"
    return web.Response(status=413, text=text)


def _reset(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=499)


async def run(double: SplunkDouble, port: int) -> None:
    """Serve on 127.0.0.1 until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    runner = web.AppRunner(double.application(), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await listen(runner, port)
    click.echo(f"Splunk double at http://127.0.0.1:{port} (token {double.terms.token})")
    await stop.wait()
    await runner.cleanup()


@click.command()
@click.option("--port", default=0, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option("--token", default=DEFAULT_TOKEN, show_default=True)
@click.option("--ack", "use_ack", is_flag=True, help="The token has indexer acknowledgement.")
@click.option("--query-token", is_flag=True, help="Tokens are taken from the address, too.")
@click.option("--index", "indexes", multiple=True, help="An index that exists; without one, all do.")
@click.option("--max-content-length", default=838_860_800, show_default=True, help="Bytes of a body.")
def serve(port: int, indexes: tuple[str, ...], **terms: Any) -> None:
    """Run a double of Splunk's HTTP Event Collector until Ctrl-C."""
    double = SplunkDouble(Terms(indexes=frozenset(indexes), **terms))
    asyncio.run(run(double, port or free_port()))
