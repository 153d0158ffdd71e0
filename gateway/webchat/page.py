"""``/chat`` and ``/chat.js``: our own chat, as a page and inside another one."""

from typing import Any, Final

from fastapi import APIRouter, HTTPException, Request, Response

from gateway.pages import asset_of, file_of, page_headers
from gateway.parts import parts_of
from gateway.webchat.chat import WebChat
from gateway.webchat.files import READABLE_NAMES
from gateway.webchat.limits import MAX_FILE_BYTES

router = APIRouter(include_in_schema=False)

PACKAGE: Final = "gateway.chat_page"
ASSETS: Final = frozenset({"chat.css", "chat.js", "guest.js", "view.js", "words.js", "chat.svg"})
DEFAULT_DEPLOYMENT: Final = "chat"
"""What the page calls its deployment where guests may call it anything."""


def _chat(request: Request) -> WebChat:
    chat = parts_of(request).web_chat
    if chat is None:
        raise HTTPException(404, "there is no web chat here")
    return chat


@router.get("/chat")
async def page(request: Request) -> Response:
    """The page. The pages that may use the chat may frame it."""
    chat = _chat(request)
    base = chat.origins.base_url(request)
    connect = f"'self' {base.replace('http', 'ws', 1)}"  # not every browser counts its own WebSocket as 'self'
    return file_of(PACKAGE, "chat.html", page_headers(frame_ancestors=chat.origins.frame_ancestors, connect=connect))


@router.get("/chat/settings.json")
async def settings(request: Request) -> dict[str, Any]:
    """What the page has to know."""
    chat = _chat(request)
    files = chat.room.files
    attachments = None
    if files.takes_any:
        accept = ",".join((*files.readable, *READABLE_NAMES)) if files.reads else ""
        attachments = {"accept": accept, "maxBytes": MAX_FILE_BYTES}
    return {"deploymentId": chat.settings.guest_deployment_id or DEFAULT_DEPLOYMENT, "attachments": attachments}


@router.get("/chat/assets/{name}")
async def asset(name: str) -> Response:
    """The page's modules and sheet."""
    return asset_of(PACKAGE, name, ASSETS)


@router.get("/chat.js")
async def embed(request: Request) -> Response:
    """The script that puts the chat into another page. It may be read by every page: it holds nothing."""
    _chat(request)
    headers = {
        "Cache-Control": "no-cache",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    return file_of(PACKAGE, "embed.js", headers)
