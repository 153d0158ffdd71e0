"""``/widget``: the page, what it knows of a conversation, and what the agent decided."""

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from fastapi.responses import FileResponse, JSONResponse
from pydantic import Field

from gateway.auth import Caller, require
from gateway.bodies import body_of
from gateway.console.access import answer, note
from gateway.console.queries import violations
from gateway.pages import asset_of, file_of, page_headers
from gateway.parts import parts_of
from gateway.problems import problem
from gateway.stitching import stitching_of
from gateway.vault_desk import desk_of
from gateway.widget.sending import Held, NotSent, Sender, SendRequest, fresh_event_id
from schemas.record import Identifier, Record

router = APIRouter(prefix="/widget", include_in_schema=False)

Agent = Annotated[Caller, Depends(require("scan"))]
Reader = Annotated[Caller, Depends(require("alerts", "console"))]
"""Who may know what was found in a conversation: agents, and programs that read alerts or the console."""

_PACKAGE: Final = "gateway.widget.page"
_FILES: Final = frozenset(
    {
        *(f"{name}.js" for name in ("widget", "embed", "api", "composer", "notice", "findings", "genesys", "words")),
        *(f"coaching.{language}.js" for language in ("en", "pt", "es")),
        "widget.css",
    }
)


class Decided(Record):
    """What an agent did at a notice, where nothing was sent by it."""

    conversation_id: Identifier
    decision: Literal["cancelled", "edited", "proposed"]
    rules: tuple[Identifier, ...] = Field(default=(), max_length=50)


@router.get("")
async def page(request: Request) -> Response:
    """The page; Genesys's desktop may frame it."""
    settings = parts_of(request).widget_settings
    return file_of(_PACKAGE, "widget.html", page_headers(frame_ancestors=f"'self' {settings.frame_ancestors}"))


@router.get("/assets/client-app-sdk.js")
async def sdk(request: Request) -> Response:
    """Genesys's client-app SDK, as the operator has put it on this machine."""
    settings = parts_of(request).widget_settings
    if settings.client_app_sdk_file is None:
        raise HTTPException(404, "no such file")
    return FileResponse(
        settings.client_app_sdk_file, media_type="text/javascript", headers={"Cache-Control": "no-cache"}
    )


@router.get("/assets/{name}")
async def asset(name: str) -> Response:
    """The page's scripts and style, and the script by which another page embeds it."""
    answer = asset_of(_PACKAGE, name, _FILES)
    if name == "embed.js":
        answer.headers["Access-Control-Allow-Origin"] = "*"  # a module of another page's; it holds nothing
    return answer


@router.get("/api/setting")
async def setting(request: Request, caller: Agent) -> dict[str, Any]:
    """How this deployment sends, and whom the page may talk to."""
    settings = parts_of(request).widget_settings
    return {
        "sends_by": settings.sends_by,
        "parents": settings.frame_ancestors.split(),
        "has_sdk": settings.client_app_sdk_file is not None,
        "agent_id": caller.agent_id,
        "role": caller.role.value,
    }


@router.get("/api/findings")
async def findings(
    request: Request, caller: Reader, conversation: Annotated[str, Query(min_length=1, max_length=512)]
) -> dict[str, Any]:
    """What was found in a conversation, masked. The look is on record."""
    name = stitching_of(request).our_name(conversation)
    await note(request, caller, "conversation.view", "findings", conversation_id=name)
    rows = await answer(request, lambda c: violations.of_conversation(c, name, caller.queues, caller.agent_id))
    return {"findings": rows}


@router.post("/api/send")
async def send(
    request: Request, caller: Agent, asked: Annotated[SendRequest, Depends(body_of(SendRequest))]
) -> Response:
    """Send a text, unless something in it has to be taken out: then 409 with what it is."""
    parts = parts_of(request)
    if parts.widget_settings.sends_by == "gateway" and not caller.may_publish:
        raise HTTPException(403, "this key lacks the scope messages")
    sender = Sender(
        parts.engine, parts.explainer, parts.producer, parts.codec, parts.genesys_settings, caller.role, caller.agent_id
    )
    try:
        left = sender.check(asked)
    except Held as held:
        found = [one.model_dump(mode="json") for one in held.findings]
        return problem(409, "the text holds what has to be taken out", findings=found)
    event_id = fresh_event_id()
    named = parts.explainer.rules_among(asked.rules)
    rules = sorted({*named, *(one.rule for one in left if asked.decision == "override")})
    subject = f"{event_id} {','.join(rules)}".strip()[:500]
    reason = desk_of(request).clean(asked.reason) if asked.reason else None
    name = stitching_of(request).our_name(asked.conversation_id)
    await note(request, caller, f"widget.{asked.decision}", subject, conversation_id=name, reason=reason)
    settings = parts.widget_settings
    if settings.sends_by == "genesys":
        try:
            event_id = await sender.by_genesys(asked) or event_id
        except NotSent as failed:
            return problem(502, "Genesys did not take the text", code=failed.code)
    elif settings.sends_by == "gateway":
        await sender.by_stream(asked, event_id, name)
    return JSONResponse({"event_id": event_id, "sent_by": settings.sends_by}, 202)


@router.post("/api/decisions", status_code=204)
async def decide(request: Request, caller: Agent, decided: Annotated[Decided, Depends(body_of(Decided))]) -> Response:
    """Put on record what the agent did at a notice."""
    subject = ",".join(sorted(parts_of(request).explainer.rules_among(decided.rules)))[:500] or "none"
    name = stitching_of(request).our_name(decided.conversation_id)
    await note(request, caller, f"widget.{decided.decision}", subject, conversation_id=name)
    return Response(status_code=204)
