"""``/data-actions``: what an Architect flow calls. Flat bodies, results and tokens, never a value."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from pydantic import JsonValue

from gateway.auth import Caller, require
from gateway.bodies import body_of, described
from gateway.capture_links import make_link
from gateway.data_actions_calls import CallFailed, CallRefused, Upstreams
from gateway.data_actions_verifiers import Answer, answer_for
from gateway.parts import parts_of
from gateway.vault_desk import VaultDesk, desk_of, vault_errors
from schemas.data_actions import (
    CallInput,
    CaptureLinkAnswer,
    CaptureLinkRequest,
    CaptureStatusAnswer,
    CaptureStatusRequest,
    Detokenize,
    Detokenized,
    Tokenize,
    Tokenized,
    Validate,
    Validated,
)
from schemas.record import rfc3339
from schemas.vault import SendTo
from vault.capture_states import NewCapture
from vault.requests import TokenRequest, View

router = APIRouter(prefix="/data-actions", tags=["data actions"])

Desk = Annotated[VaultDesk, Depends(desk_of)]
Creator = Annotated[Caller, Depends(require("tokens:create"))]
Revealer = Annotated[Caller, Depends(require("tokens:reveal"))]
Collector = Annotated[Caller, Depends(require("captures"))]


def upstreams_of(request: Request) -> Upstreams:
    """The upstreams of the application."""
    return parts_of(request).upstreams


Calls = Annotated[Upstreams, Depends(upstreams_of)]


@router.post("/validate", openapi_extra=described(Validate))
async def validate(
    desk: Desk, calls: Calls, caller: Creator, body: Annotated[Validate, Depends(body_of(Validate))]
) -> Validated:
    """Whether a value is right: ``{type, value}``, or ``{token}`` of one that the vault keeps."""
    entity, value = await _subject(body, desk, caller)
    answer = answer_for(entity, value)
    if (remote := calls.verifier(entity)) is not None and (answer is None or answer.is_valid):
        with _call_errors():
            verdict = await remote.verify(value)
        answer = Answer(is_valid=verdict, brand=answer.brand if answer else None)
    if answer is None:
        raise HTTPException(422, "nothing here can check this type")
    return Validated(is_valid=answer.is_valid, type=entity, brand=answer.brand)


@router.post("/tokenize", openapi_extra=described(Tokenize))
async def tokenize(desk: Desk, caller: Creator, body: Annotated[Tokenize, Depends(body_of(Tokenize))]) -> Tokenized:
    """Keep a value and answer with its token."""
    request = TokenRequest(
        entity=body.type, value=body.value, ttl_seconds=body.ttl_seconds, conversation_id=body.conversation_id
    )
    with vault_errors():
        issued = await desk.vault.tokenize(request, caller.access(purpose="data-action.tokenize"))
    return Tokenized(
        token=issued.token,
        last4=issued.last4,
        type=issued.entity,
        expires_at=rfc3339(datetime.fromtimestamp(issued.expires_at, UTC)),
        duplicate=issued.is_duplicate,
    )


@router.post("/detokenize", openapi_extra=described(Detokenize))
async def detokenize(
    desk: Desk, caller: Revealer, body: Annotated[Detokenize, Depends(body_of(Detokenize))]
) -> Detokenized:
    """A token's value, for a flow that is trusted with it; its purpose is recorded as the reason."""
    purpose = desk.clean(body.purpose)
    access = caller.access(reason=purpose, purpose=purpose, conversation_id=body.conversation_id)
    with vault_errors():
        revealed = await desk.vault.reveal(body.token, View(body.view), access)
    if body.view == "masked":
        return Detokenized(type=revealed.entity, masked=revealed.value)
    return Detokenized(type=revealed.entity, value=revealed.value)


@router.post("/capture-links", openapi_extra=described(CaptureLinkRequest))
async def capture_links(
    request: Request,
    desk: Desk,
    caller: Collector,
    body: Annotated[CaptureLinkRequest, Depends(body_of(CaptureLinkRequest))],
) -> CaptureLinkAnswer:
    """Make a one-time link that the flow sends to the customer."""
    new = NewCapture(
        conversation_id=body.conversation_id,
        fields=tuple(name.strip() for name in body.fields.split(",") if name.strip()),
        ttl_seconds=body.ttl_seconds or desk.settings.capture_ttl_seconds,
        language=body.language[:2].lower(),
        recipient=body.recipient,
        agent_id=body.agent_id,
    )
    send_to = SendTo(channel=body.channel, recipient=body.address) if body.channel and body.address else None
    access = caller.access(purpose="data-action.capture-links")
    link, url = await make_link(new, access, request, desk, send_to)
    return CaptureLinkAnswer(
        capture_id=link.capture_id,
        url=url,
        expires_at=rfc3339(datetime.fromtimestamp(link.expires_at, UTC)),
        flow_token=link.flow_token,
    )


@router.post("/capture-status", openapi_extra=described(CaptureStatusRequest))
async def capture_status(
    desk: Desk, caller: Collector, body: Annotated[CaptureStatusRequest, Depends(body_of(CaptureStatusRequest))]
) -> CaptureStatusAnswer:
    """Where a capture stands, for a flow that waits for it."""
    with vault_errors():
        found = await desk.captures.status(body.capture_id, caller.access())
    if found is None:
        raise HTTPException(404, "no such capture")
    first = next(iter(found.results.values()), None)
    return CaptureStatusAnswer(
        status=str(found.state),
        fields_done=len(found.results) or sum(state == "valid" for state in found.progress.values()),
        token=first["token"] if first else None,
        last4=first["last4"] if first else None,
        is_valid=first["is_valid"] if first else None,
        tokens=",".join(f"{name}={result['token']}" for name, result in found.results.items()),
    )


@router.post("/call/{name}", openapi_extra=described(CallInput))
async def call(
    name: str, desk: Desk, calls: Calls, caller: Creator, body: Annotated[CallInput, Depends(body_of(CallInput))]
) -> dict[str, JsonValue]:
    """Send tokens to a configured upstream as the values they stand for; answer with the fields it is allowed to."""
    upstream = calls.call(name)
    if upstream is None:
        raise HTTPException(404, "no such call")

    async def resolve(token: str) -> str:
        access = caller.access(purpose=f"data-action.call.{name}")
        with vault_errors():
            if desk.volatile is not None and (once := await desk.volatile.use(token, access)) is not None:
                return once
            return (await desk.vault.reveal(token, View.INTERNAL, access)).value

    with _call_errors():
        return await upstream.run(body.root, resolve, desk.clean)


async def _subject(body: Validate, desk: VaultDesk, caller: Caller) -> tuple[str, str]:
    """Entity and value that are to be checked."""
    if body.token is not None and body.value is None:
        access = caller.access(purpose="data-action.validate", conversation_id=body.conversation_id)
        with vault_errors():
            revealed = await desk.vault.reveal(body.token, View.INTERNAL, access)
        return revealed.entity, revealed.value
    if body.type is None or body.value is None or body.token is not None:
        raise HTTPException(422, "give type and value, or token")
    return body.type, body.value


@contextmanager
def _call_errors() -> Iterator[None]:
    try:
        yield
    except CallRefused as error:
        raise HTTPException(422, str(error)) from None
    except CallFailed as error:
        raise HTTPException(502, str(error)) from None
