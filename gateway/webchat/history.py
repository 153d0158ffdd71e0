"""``GET /api/v2/webmessaging/messages``: the history, which Genesys keeps as agents wrote it, cleaned on its way."""

import json
from typing import Annotated, Any, Final

import httpx
from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from fastapi.responses import JSONResponse

from gateway.webchat.chat import WebChat
from gateway.webchat.frames import object_in, string_in

router = APIRouter(tags=["web chat"])

PATH: Final = "/api/v2/webmessaging/messages"
MAX_PAGE: Final = 100
MAX_BYTES: Final = 8 * 1024 * 1024
_PASSED: Final = frozenset({400, 401, 403, 404, 429})
"""Statuses that mean the same to the guest as to the gateway."""


def chat_of(request: Request) -> WebChat:
    """The web chat of this gateway; 404 where there is none, 403 for a page that may not use it."""
    chat: WebChat | None = request.app.state.web_chat
    if chat is None:
        raise HTTPException(404, "there is no web chat here")
    if not chat.origins.allows(request):
        raise HTTPException(403, "this page may not use the chat")
    return chat


Chat = Annotated[WebChat, Depends(chat_of)]


@router.options(PATH, include_in_schema=False)
@router.options("/webchat/{way}/{sealed}", include_in_schema=False)
async def preflight(request: Request, chat: Chat) -> Response:
    """What a page of another origin asks before it calls."""
    return Response(status_code=204, headers=chat.origins.headers(request))


@router.get(PATH)
async def history(
    request: Request,
    chat: Chat,
    page_size: Annotated[int, Query(alias="pageSize", ge=1, le=MAX_PAGE)] = 25,
    page_number: Annotated[int, Query(alias="pageNumber", ge=1, le=10_000)] = 1,
) -> Response:
    """A page of a guest's messages, cleaned, for the holder of the JWT that ``getJwt`` gave on the guest's socket."""
    headers = chat.origins.headers(request)
    kind, _, sealed = request.headers.get("Authorization", "").partition(" ")
    opened = chat.room.identity.opened("jwt", sealed.strip()) if kind.lower() == "bearer" else None
    if opened is None:
        raise HTTPException(401, "no JWT, or not any more", headers={"WWW-Authenticate": "Bearer", **headers})
    if chat.settings.api_url is None:
        raise HTTPException(404, "the history is not set up", headers=headers)
    found = await _page(chat, opened["jwt"], page_size, page_number, headers)
    entities = [entity for entity in found.get("entities", []) if isinstance(entity, dict)]
    cleaned = await _cleaned(chat, request, opened["conversation"], entities)
    numbers = {key: value for key, value in found.items() if isinstance(value, int)}
    return JSONResponse({"entities": cleaned, **numbers}, headers={"Cache-Control": "no-store", **headers})


async def _page(chat: WebChat, jwt: str, page_size: int, page_number: int, headers: dict[str, str]) -> dict[str, Any]:
    """Genesys's answer. Raises HTTPException."""
    try:
        answer = await chat.http.get(
            f"{chat.settings.api_url}{PATH}",
            params={"pageSize": page_size, "pageNumber": page_number},
            headers={**chat.service_headers, "Authorization": f"bearer {jwt}"},
        )
    except httpx.HTTPError:
        raise HTTPException(502, "Genesys cannot be reached", headers=headers) from None
    if answer.status_code in _PASSED:
        retry = {"Retry-After": answer.headers["Retry-After"]} if "Retry-After" in answer.headers else {}
        raise HTTPException(answer.status_code, "Genesys refused", headers={**headers, **retry})
    try:
        found = json.loads(answer.content) if answer.is_success and len(answer.content) <= MAX_BYTES else None
    except ValueError:
        found = None
    if not isinstance(found, dict) or not isinstance(found.get("entities"), list):
        raise HTTPException(502, "Genesys gave no history", headers=headers)
    return found


async def _cleaned(
    chat: WebChat, request: Request, conversation_id: str, entities: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The messages as the guest may see them, judged in the order in which they were said."""
    messages = chat.messages(chat.origins.base_url(request))
    conversation = chat.room.conversations.of(conversation_id)
    in_order = sorted(range(len(entities)), key=lambda number: _time(entities[number]))
    cleaned: dict[int, dict[str, Any]] = {}
    for number in in_order:
        cleaned[number], _ = await messages.cleaned(entities[number], conversation, is_new=False)
    return [cleaned[number] for number in range(len(entities))]


def _time(body: dict[str, Any]) -> str:
    return string_in(object_in(body, "channel"), "time")
