"""``/playground``: the page, and a scan that says more than ``/dlp/scan`` and records nothing."""

import time
from functools import lru_cache
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from pydantic import Field

from detection import Engine, Policy, load_policy
from detection.pack import shipped_packs
from detection.policy import Scope
from gateway.auth import Caller, require
from gateway.bodies import body_of
from gateway.explaining import Explainer
from gateway.pages import asset_of, file_of, page_headers
from gateway.parts import parts_of
from schemas import Direction
from schemas.record import Identifier, Record

router = APIRouter(prefix="/playground", include_in_schema=False)

IN_FORCE: Final = "in force"
AS_SHIPPED: Final = "as shipped"
MAX_TEXT: Final = 20_000
RUNS: Final = 5
"""Times that a text is scanned; the median is told."""
_PACKAGE: Final = "gateway.playground.page"
_FILES: Final = frozenset({"playground.js", "playground.css"})


class Tried(Record):
    """A text and how to look at it."""

    text: str = Field(max_length=MAX_TEXT)
    direction: Direction = Field(default=Direction.INBOUND, strict=False)
    channel: Identifier = "open"
    policy: str = IN_FORCE


@router.get("")
async def page() -> Response:
    """The page."""
    return file_of(_PACKAGE, "playground.html", page_headers())


@router.get("/assets/{name}")
async def asset(name: str) -> Response:
    """Its script and style."""
    return asset_of(_PACKAGE, name, _FILES)


@router.get("/api/policies")
async def policies(request: Request, caller: Annotated[Caller, Depends(require("scan"))]) -> dict[str, Any]:  # noqa: ARG001  (checked, not used)
    """What a text may be tried against."""
    version = parts_of(request).engine.policy_version
    return {"version": version, "policies": [IN_FORCE, AS_SHIPPED, *shipped_packs()]}


@router.post("/api/scan")
async def scan(
    request: Request,
    caller: Annotated[Caller, Depends(require("scan"))],
    tried: Annotated[Tried, Depends(body_of(Tried))],
) -> dict[str, Any]:
    """Findings with their reasons, what is done, and how long it took."""
    engine = _engine(request, tried.policy)
    verdict = engine.scan(tried.text, direction=tried.direction, channel=tried.channel)
    times = sorted(_timed(engine, tried) for _ in range(RUNS))
    scope = Scope(tried.direction, tried.channel)
    rules = {rule.name: rule for rule in engine.policy.rules}
    explained = Explainer(engine.policy).explained(verdict.findings, scope, caller.role)
    return {
        "is_clean": verdict.is_clean,
        "redacted_text": verdict.redacted_text,
        "microseconds": times[RUNS // 2],
        "rules": len(rules),
        "version": engine.policy_version,
        "findings": [
            {**one.model_dump(mode="json"), "pack": rules[one.rule].pack, "description": rules[one.rule].description}
            for one in explained
        ],
    }


def _timed(engine: Engine, tried: Tried) -> int:
    began = time.perf_counter_ns()
    engine.scan(tried.text, direction=tried.direction, channel=tried.channel)
    return (time.perf_counter_ns() - began) // 1000


def _engine(request: Request, name: str) -> Engine:
    if name == IN_FORCE:
        return parts_of(request).engine
    if name != AS_SHIPPED and name not in shipped_packs():
        raise HTTPException(422, "no such policy")
    return _built(name)


@lru_cache(maxsize=4)
def _built(name: str) -> Engine:
    shipped = load_policy()
    if name == AS_SHIPPED:
        return Engine(shipped)
    return Engine(Policy(tuple(rule for rule in shipped.rules if rule.pack == name)))
