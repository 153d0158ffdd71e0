"""``/healthz``, ``/readyz``, ``/metrics``: without a key, and without anything that needs one."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from vault.errors import VaultError

router = APIRouter(include_in_schema=False)


BOTH = ["GET", "HEAD"]
"""Load balancers may ask without wanting the body."""


@router.api_route("/healthz", methods=BOTH)
async def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "alive"}


@router.api_route("/readyz", methods=BOTH)
async def readyz(request: Request) -> JSONResponse:
    """Kafka has been reached and the vault's database answers."""
    reasons = []
    if not request.app.state.producer.is_connected:
        reasons.append("the broker has not been reached")
    try:
        await request.app.state.vault_desk.vault.database.run(lambda connection: connection.exec_driver_sql("SELECT 1"))
    except VaultError:
        reasons.append("the vault's database is away")
    status = {"status": "not ready" if reasons else "ready", "reasons": reasons}
    return JSONResponse(status, 503 if reasons else 200)


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """The Prometheus text format."""
    return Response(request.app.state.metrics.exposition(), media_type="text/plain; version=0.0.4")
