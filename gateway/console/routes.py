"""``/console``: the page, and what it asks for. Every look at a conversation leaves an audit record first."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from sqlalchemy import Connection

from detection.policy import Scope as PolicyScope
from gateway.auth import Caller, require_role
from gateway.console.access import answer, note
from gateway.console.asking import Asked
from gateway.console.queries import records, violations
from gateway.console.queries.coaching import coaching
from gateway.console.queries.overview import overview
from gateway.pages import asset_of, file_of, page_headers
from gateway.parts import parts_of
from gateway.roles import Role
from schemas import Tier
from streams.topics import Topic

router = APIRouter(prefix="/console", include_in_schema=False)

Supervisor = Annotated[Caller, Depends(require_role(Role.SUPERVISOR))]
Compliance = Annotated[Caller, Depends(require_role(Role.COMPLIANCE))]
Question = Annotated[Asked, Depends()]

_PACKAGE: Final = "gateway.console.page"
_ANYWHERE: Final = PolicyScope()
"""A policy is shown as it stands where no override speaks."""
ASSETS: Final = frozenset(
    f"{name}.js"
    for name in (
        "console",
        "api",
        "charts",
        "format",
        "overview",
        "violations",
        "story",
        "coaching",
        "deadletters",
        "policies",
        "health",
        "audit",
        "dom",
        "live",
    )
) | {"console.css"}


@router.get("")
async def page() -> Response:
    """The page; it asks for everything else itself."""
    return file_of(_PACKAGE, "console.html", page_headers())


@router.get("/assets/{name}")
async def asset(name: str) -> Response:
    """The page's scripts and styles."""
    return asset_of(_PACKAGE, name, ASSETS)


@router.get("/api/overview")
async def get_overview(request: Request, caller: Supervisor, asked: Question) -> dict[str, Any]:
    """Totals, dimensions and the course of time."""
    filters = asked.filters(caller)

    def ask(connection: Connection) -> dict[str, Any]:
        return {**overview(connection, filters), "open_dead_letters": records.open_dead_letters(connection)}

    return await answer(request, ask)


@router.get("/api/violations")
async def get_violations(
    request: Request,
    caller: Supervisor,
    asked: Question,
    after: Annotated[str | None, Query(max_length=600, pattern=r"^\d{1,16}:.+$")] = None,
) -> dict[str, Any]:
    """A page of violations, the newest first, and where the next one begins."""
    filters = asked.filters(caller)
    moment, _, last_id = (after or "").partition(":")
    rows = await answer(request, lambda c: violations.page(c, filters, (int(moment), last_id) if after else None))
    following = f"{rows[-1]['detected_ms']}:{rows[-1]['violation_id']}" if len(rows) == violations.PAGE else None
    return {"violations": rows, "after": following}


@router.get("/api/violations/{violation_id}")
async def get_story(request: Request, caller: Supervisor, violation_id: str) -> dict[str, Any]:
    """One violation's story. Who looks is on record before anything is shown."""
    story = await answer(request, lambda c: violations.story(c, violation_id, caller.queues))
    if story is None:
        raise HTTPException(404, "no such violation")
    violation = story["violation"]
    await note(request, caller, "console.view", violation_id, conversation_id=violation["conversation_id"])
    return {**story, "settled": await _settled(request, violation["partition"], violation["offset"])}


@router.get("/api/coaching")
async def get_coaching(request: Request, caller: Supervisor, asked: Question) -> dict[str, Any]:
    """Whether coaching works."""
    filters = asked.filters(caller)
    return await answer(request, lambda c: coaching(c, filters))


@router.get("/api/audit")
async def get_audit(request: Request, caller: Compliance, asked: Question) -> dict[str, Any]:
    """The audit trail of a period, the newest first."""
    filters = asked.filters(caller)
    rows = await answer(request, lambda c: records.audit_trail(c, filters.since_ms, filters.until_ms))
    return {"records": rows}


@router.get("/api/policies")
async def get_policies(request: Request, caller: Supervisor) -> dict[str, Any]:  # noqa: ARG001  (checked, not used)
    """The policy in force, rule by rule, and every version that judged something."""
    engine = parts_of(request).engine
    decided = [(rule, engine.policy.decide(rule, _ANYWHERE)) for rule in engine.policy.rules]
    rules = [
        {
            "name": rule.name,
            "pack": rule.pack,
            "entity": rule.entity,
            "severity": decision.severity.value,
            "action": decision.action.value,
            "blocks": decision.tier is Tier.BLOCKING,
            "override_by": decision.override_by,
            "description": rule.description,
        }
        for rule, decision in decided
    ]
    versions = await answer(request, records.policies)
    return {
        "version": engine.policy_version,
        "rules": rules,
        "overrides": len(engine.policy.overrides),
        "history": [{name: value for name, value in row.items() if name != "actions"} for row in versions],
    }


@router.get("/api/health")
async def get_health(request: Request, caller: Supervisor) -> dict[str, Any]:  # noqa: ARG001  (checked, not used)
    """Every stage and destination, by what waits for it."""
    progress = parts_of(request).progress
    groups = await progress.groups()
    if groups is None:
        return {"kafka": False, "groups": []}
    shown = [{"group": one.name, "lag": one.lag, "members": one.workers, "state": one.state} for one in groups]
    return {"kafka": True, "groups": shown, "alerts_live": parts_of(request).alerts.is_live}


async def _settled(request: Request, partition: int, offset: int) -> list[dict[str, Any]] | None:
    """Which receivers of violations have this one; None when Kafka does not say."""
    progress = parts_of(request).progress
    found = await progress.settled(Topic.VIOLATIONS, partition, offset)
    return None if found is None else [{"group": group, "done": done} for group, done in found.items()]
