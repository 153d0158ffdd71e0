"""Receivers of every kind for one worker, in this process but the real rsyslogd, each with the ids that it got."""

import asyncio
import json
import threading
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from aiohttp import web
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest, ExportLogsServiceResponse

from sandbox.authority import Authority
from tests.connectors.sentinel_double import CLIENT, RULE, SECRET, TENANT, SentinelDouble
from tests.connectors.served import served

HOOK_SECRET = "a secret of the hook"


class Receivers:
    """Webhook, OTLP, Elastic's bulk and Sentinel, served in a thread of their own."""

    def __init__(self, folder: Path) -> None:
        self.hooked: Counter[str] = Counter()
        self.logged: Counter[str] = Counter()
        self.indexed: Counter[str] = Counter()
        self.sentinel = SentinelDouble()
        self.settings: dict[str, str] = {}
        self._authority = Authority(folder / "receivers-ca.pem")
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._ended = asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=[self._serve()])

    @property
    def ingested(self) -> Counter[str]:
        return Counter(row["EventUid"] for row in self.sentinel.rows)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(20)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(20)
        self._loop.close()

    async def _serve(self) -> None:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_post("/hook", self._hook)
        app.router.add_post("/v1/logs", self._export)
        app.router.add_post("/_bulk", self._bulk)
        async with AsyncExitStack() as stack:
            url = await stack.enter_async_context(served(app))
            azure = await stack.enter_async_context(served(self.sentinel.application(), self._authority))
            self.settings = {
                "CORDON_SIEM_WEBHOOK_URL": f"{url}/hook",
                "CORDON_SIEM_WEBHOOK_SECRET": HOOK_SECRET,
                "CORDON_OTLP_URL": url,
                "CORDON_ELASTIC_URL": url,
                "CORDON_SENTINEL_ENDPOINT": azure,
                "CORDON_SENTINEL_LOGIN_URL": azure,
                "CORDON_SENTINEL_CA_FILE": str(self._authority.ca_file),
                "CORDON_SENTINEL_RULE_ID": RULE,
                "CORDON_SENTINEL_TENANT_ID": TENANT,
                "CORDON_SENTINEL_CLIENT_ID": CLIENT,
                "CORDON_SENTINEL_CLIENT_SECRET": SECRET,
            }
            self._ready.set()
            await self._ended.wait()

    async def _hook(self, request: web.Request) -> web.Response:
        self.hooked.update(record["violation_id"] for record in await request.json())
        return web.Response()

    async def _export(self, request: web.Request) -> web.Response:
        for resource in ExportLogsServiceRequest.FromString(await request.read()).resource_logs:
            for scope in resource.scope_logs:
                self.logged.update(json.loads(record.body.string_value)["violation_id"] for record in scope.log_records)
        body = ExportLogsServiceResponse().SerializeToString()
        return web.Response(body=body, content_type="application/x-protobuf")

    async def _bulk(self, request: web.Request) -> web.Response:
        lines = (await request.read()).splitlines()
        items = []
        for line in lines[::2]:
            identity = json.loads(line)["create"]["_id"]
            items.append({"create": {"status": 409 if identity in self.indexed else 201}})
            self.indexed[identity] += 1
        return web.json_response({"errors": any(item["create"]["status"] == 409 for item in items), "items": items})
