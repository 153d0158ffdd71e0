"""``/``, ``/healthz``, ``/readyz``, ``/metrics``: without a key, and without anything that needs one."""

import asyncio
import time
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from gateway.parts import parts_of
from vault.database import Database
from vault.errors import VaultError

router = APIRouter(include_in_schema=False)

BOTH: Final = ["GET", "HEAD"]
"""Load balancers may ask without wanting the body."""
READY: Final = "ready"
NOT_READY: Final = "not ready"
LOOK_SECONDS: Final = 1.0
"""How long an answer of the database is good: anybody may ask for it, as often as they like."""


class Pulse:
    """Whether the vault's database answers. However many want to know, it is asked once in a while."""

    def __init__(self) -> None:
        self._asking = asyncio.Lock()
        self._asked = float("-inf")
        self._beats = False

    async def beats(self, database: Database) -> bool:
        """As it was a moment ago."""
        async with self._asking:
            if time.monotonic() - self._asked >= LOOK_SECONDS:
                self._beats = await _answers(database)
                self._asked = time.monotonic()
            return self._beats


async def _answers(database: Database) -> bool:
    try:
        await database.run(lambda connection: connection.exec_driver_sql("SELECT 1"))
    except VaultError:
        return False
    return True


@router.api_route("/", methods=BOTH)
async def front(request: Request) -> dict[str, Any]:
    """What answers here, how it is, and where to go on; no version, and nothing of how it is set up."""
    links = {"health": "/healthz", "readiness": "/readyz", "contract": "/docs", "console": "/console"}
    return {"service": "Cordon gateway", "status": NOT_READY if await _lacks(request) else READY, "links": links}


@router.api_route("/healthz", methods=BOTH)
async def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "alive"}


@router.api_route("/readyz", methods=BOTH)
async def readyz(request: Request) -> JSONResponse:
    """Kafka has been reached and the vault's database answers."""
    reasons = await _lacks(request)
    return JSONResponse({"status": NOT_READY if reasons else READY, "reasons": reasons}, 503 if reasons else 200)


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """The Prometheus text format."""
    return Response(parts_of(request).metrics.exposition(), media_type="text/plain; version=0.0.4")


async def _lacks(request: Request) -> list[str]:
    """What is missing before requests can be served; nothing where all is there."""
    reasons = []
    if not parts_of(request).producer.is_connected:
        reasons.append("the broker has not been reached")
    if not await parts_of(request).pulse.beats(parts_of(request).vault_desk.vault.database):
        reasons.append("the vault's database is away")
    return reasons
