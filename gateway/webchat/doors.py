"""What every HTTP door of web chat asks first: whether there is a chat, and whether this page may use it."""

from typing import Annotated, Any, Final

import httpx
from fastapi import Depends, HTTPException, Request, Response

from connectors.answers import AnswerTooLong, answer_to
from gateway.parts import parts_of
from gateway.webchat.chat import WebChat
from gateway.webchat.identity import Kind

UNREADABLE: Final = "Genesys gave no answer that can be read"
_PASSED: Final = frozenset({400, 401, 403, 404, 429})
"""Statuses that mean the same to the guest as to the gateway."""


def chat_of(request: Request) -> WebChat:
    """The web chat of this gateway; 404 where there is none, 403 for a page that may not use it."""
    chat = parts_of(request).web_chat
    if chat is None:
        raise HTTPException(404, "there is no web chat here")
    if not chat.origins.allows(request):
        raise HTTPException(403, "this page may not use the chat")
    return chat


Chat = Annotated[WebChat, Depends(chat_of)]


async def preflight(request: Request, chat: Chat) -> Response:
    """What a page of another origin asks before it calls."""
    return Response(status_code=204, headers=chat.origins.headers(request))


def borne(request: Request, chat: WebChat, kind: Kind) -> dict[str, Any]:
    """What the pass says that the caller bears. 401 without one of this kind, or with one that is not good any more."""
    scheme, _, sealed = request.headers.get("Authorization", "").partition(" ")
    opened = chat.room.identity.opened(kind, sealed.strip()) if scheme.lower() == "bearer" else None
    if opened is None:
        headers = {"WWW-Authenticate": "Bearer", **chat.origins.headers(request)}
        raise HTTPException(401, "no JWT, or not any more", headers=headers)
    return opened


async def asked_of_genesys(
    chat: WebChat,
    method: str,
    path: str,
    answering: dict[str, str],
    *,
    jwt: str | None = None,
    base_url: str = "",
    **what: Any,
) -> dict[str, Any] | None:
    """Genesys's answer to the gateway's own request: the object, None for an empty answer.

    ``base_url`` is the API's where none is given. A refusal is the guest's too, without its words. Raises HTTPException
    with the headers ``answering``.
    """
    if chat.settings.api_url is None:
        raise HTTPException(404, "Genesys's API is not set up", headers=answering)
    headers = chat.service_headers if jwt is None else {**chat.service_headers, "Authorization": f"bearer {jwt}"}
    try:
        answer = await answer_to(
            chat.http, method, f"{base_url or chat.settings.api_url}{path}", headers=headers, **what
        )
    except AnswerTooLong:
        raise HTTPException(502, UNREADABLE, headers=answering) from None
    except httpx.HTTPError:
        raise HTTPException(502, "Genesys cannot be reached", headers=answering) from None
    if answer.status_code in _PASSED:
        retry = {"Retry-After": answer.headers["Retry-After"]} if "Retry-After" in answer.headers else {}
        raise HTTPException(answer.status_code, "Genesys refused", headers={**answering, **retry})
    if answer.is_success and not answer.content:
        return None
    try:
        found = answer.json() if answer.is_success else None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise HTTPException(502, UNREADABLE, headers=answering)
    return found
