"""``/v1/captures`` for the flow and the agent, ``/c/{id}`` for the customer."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated, Final

from fastapi import APIRouter, BackgroundTasks, Depends, HTTPException, Request, Response

from gateway.auth import Caller, require
from gateway.bodies import body_of, described
from gateway.capture_links import address_of, make_link
from gateway.pace import keeps_pace
from gateway.pages import asset_of, file_of, page_headers
from gateway.vault_desk import VaultDesk, desk_of, vault_errors
from schemas import CaptureResult
from schemas.vault import (
    CaptureCreate,
    CaptureCreated,
    CaptureOpened,
    CaptureProgress,
    CaptureSubmit,
    CaptureView,
    LinkSecret,
)
from vault.capture_cipher import SealedForm
from vault.capture_states import CaptureClosed, CaptureStatus, NewCapture
from vault.capture_words import words_script

router = APIRouter(tags=["captures"])

Desk = Annotated[VaultDesk, Depends(desk_of)]
LIMITED: Final = [Depends(keeps_pace)]
"""Routes that anybody may call."""
MAX_BODY: Final = 32 * 1024
"""Bytes of what the page sends: a form of 16 KiB in base64, and what stands beside it."""
Collector = Annotated[Caller, Depends(require("captures"))]

CLOSED: Final = "this link is not valid, or not any more"
"""The one answer to unknown, wrong, used, cancelled, locked and expired."""
PAGE_HEADERS: Final = {
    **page_headers(),
    "X-Robots-Tag": "noindex",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_ASSET_HEADERS: Final = {**PAGE_HEADERS, "Cache-Control": "no-cache"}
_PACKAGE: Final = "gateway.captures_page"
_ASSETS: Final = frozenset({"capture.js", "capture.css", "capture.svg"})


@router.post("/v1/captures", status_code=201, openapi_extra=described(CaptureCreate))
async def create(
    request: Request,
    desk: Desk,
    caller: Collector,
    body: Annotated[CaptureCreate, Depends(body_of(CaptureCreate))],
) -> CaptureCreated:
    """Make a one-time link bound to a conversation."""
    new = NewCapture(
        conversation_id=body.conversation_id,
        fields=tuple(body.fields),
        ttl_seconds=body.ttl_seconds or desk.settings.capture_ttl_seconds,
        language=body.language[:2].lower(),
        recipient=body.recipient,
        agent_id=caller.agent_id or body.agent_id,  # an agent follows forms of their own
        note_to=address_of(body.note_to) if body.note_to else None,
    )
    link, url = await make_link(new, caller.access(), request, desk, body.send_to)
    return CaptureCreated(
        capture_id=link.capture_id,
        url=url,
        expires_at=datetime.fromtimestamp(link.expires_at, UTC),
        flow_token=link.flow_token,
    )


@router.get("/v1/captures/{capture_id}")
async def status(capture_id: str, desk: Desk, caller: Collector) -> CaptureView:
    """Where a capture stands; tokens once it is submitted, never a character."""
    with vault_errors():
        found = await desk.captures.status(capture_id, caller.access())
    if found is None:
        raise HTTPException(404, "no such capture")
    return view_of(found)


@router.delete("/v1/captures/{capture_id}", status_code=204)
async def cancel(capture_id: str, desk: Desk, caller: Collector) -> Response:
    """Close a link that was not used yet."""
    with vault_errors():
        if not await desk.captures.cancel(capture_id, caller.access()):
            raise HTTPException(404, "no open capture of this id")
    desk.telling.wake()
    return Response(status_code=204)


@router.get("/c/assets/capture.words.js", include_in_schema=False)
async def page_words() -> Response:
    """The page's words."""
    return Response(words_script(), media_type="text/javascript", headers=_ASSET_HEADERS)


@router.get("/c/assets/{name}", include_in_schema=False)
async def asset(name: str) -> Response:
    """The page's script, style and icon."""
    return asset_of(_PACKAGE, name, _ASSETS, _ASSET_HEADERS)


@router.get("/c/{capture_id}", include_in_schema=False)
async def page(capture_id: str) -> Response:  # noqa: ARG001  (every id gets the same page: what exists is not told)
    """The page. Has no effect, so that a messenger's link preview uses nothing up."""
    return file_of(_PACKAGE, "capture.html", PAGE_HEADERS)


@router.post("/c/{capture_id}/open", dependencies=LIMITED, include_in_schema=False)
async def open_form(
    capture_id: str,
    body: Annotated[LinkSecret, Depends(body_of(LinkSecret, MAX_BODY))],
    desk: Desk,
    response: Response,
    background: BackgroundTasks,
) -> CaptureOpened:
    """What the page needs, for who holds the secret."""
    response.headers.update(PAGE_HEADERS)
    with _form_errors():
        form = await desk.captures.open(capture_id, body.secret)
    background.add_task(desk.telling.step, form.step)
    return CaptureOpened(
        fields=list(form.fields),
        language=form.language,
        recipient=form.recipient,
        public_key=form.public_key,
        expires_at=datetime.fromtimestamp(form.expires_at, UTC),
    )


@router.post("/c/{capture_id}/progress", dependencies=LIMITED, status_code=204, include_in_schema=False)
async def progress(
    capture_id: str,
    body: Annotated[CaptureProgress, Depends(body_of(CaptureProgress, MAX_BODY))],
    desk: Desk,
    background: BackgroundTasks,
) -> Response:
    """A field is being typed, or is valid."""
    with _form_errors():
        step = await desk.captures.progress(capture_id, body.secret, body.field, body.state)
    background.add_task(desk.telling.step, step)
    return Response(status_code=204)


@router.post("/c/{capture_id}/submit", dependencies=LIMITED, status_code=204, include_in_schema=False)
async def submit(
    capture_id: str, body: Annotated[CaptureSubmit, Depends(body_of(CaptureSubmit, MAX_BODY))], desk: Desk
) -> Response:
    """Take the encrypted form, once."""
    sealed = SealedForm(body.public_key, body.nonce, body.ciphertext)
    with _form_errors():
        await desk.captures.submit(capture_id, body.secret, sealed)
    desk.telling.wake()
    return Response(status_code=204)


@contextmanager
def _form_errors() -> Iterator[None]:
    try:
        with vault_errors():
            yield
    except CaptureClosed:
        raise HTTPException(410, CLOSED) from None


def view_of(found: CaptureStatus) -> CaptureView:
    """The state as the agent may see it."""
    return CaptureView.model_validate(
        {
            "capture_id": found.capture_id,
            "conversation_id": found.conversation_id,
            "state": str(found.state),
            "progress": dict(found.progress),
            "results": {name: CaptureResult(**result) for name, result in found.results.items()},
            "expires_at": datetime.fromtimestamp(found.expires_at, UTC),
        }
    )
