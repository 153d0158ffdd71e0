"""``/v1``: the guest's WebSocket, in Genesys's own layout. A handshake that Genesys refuses is refused to the guest."""

import logging
from typing import Final

from fastapi import APIRouter, Response, WebSocket
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import InvalidHandshake, InvalidStatus

from gateway.parts import parts_of
from gateway.webchat.chat import WebChat
from gateway.webchat.relay import Relay
from gateway.webchat.session import Session

router = APIRouter()

FORBIDDEN: Final = 403
MAX_DEPLOYMENT_ID: Final = 128
log = logging.getLogger(__name__)


@router.websocket("/v1")
async def guest_socket(socket: WebSocket) -> None:
    """Relay a guest's chat for as long as both sides stay."""
    chat = parts_of(socket).web_chat
    if chat is None:
        await socket.send_denial_response(Response(status_code=404))
        return
    deployment_id = socket.query_params.get("deploymentId", "")
    if (refused := _refused(chat, socket, deployment_id)) is not None:
        await _deny(chat, socket, *refused)
        return
    chat.sockets += 1
    chat.metrics.set("dlp_webchat_sockets", chat.sockets)
    try:
        service = await _dialled(chat)
        if isinstance(service, ClientConnection):
            try:
                await _relayed(chat, socket, service, deployment_id)
            finally:
                await service.close()  # a guest who left meanwhile has none to be closed by
        else:
            await _deny(chat, socket, *service)
    finally:
        chat.sockets -= 1
        chat.metrics.set("dlp_webchat_sockets", chat.sockets)


async def _relayed(chat: WebChat, socket: WebSocket, service: ClientConnection, deployment_id: str) -> None:
    await socket.accept()
    chat.metrics.count("dlp_webchat_connections_total", outcome="accepted")
    base_url = chat.origins.base_url(socket)
    session = Session(chat.room, guest_deployment_id=deployment_id, base_url=base_url)
    await Relay(chat, socket, service, session).run()


def _refused(chat: WebChat, socket: WebSocket, deployment_id: str) -> tuple[int, str] | None:
    """Why a handshake is refused before Genesys is asked: the status, and the word for the metric."""
    if not chat.origins.allows(socket):
        return FORBIDDEN, "origin"
    if len(deployment_id) > MAX_DEPLOYMENT_ID or not chat.knows(deployment_id):
        return FORBIDDEN, "deployment"
    if not chat.arrivals.takes():
        return 429, "too many"
    return (503, "full") if chat.sockets >= chat.settings.max_sockets else None


async def _dialled(chat: WebChat) -> ClientConnection | tuple[int, str]:
    """A socket at Genesys, or why there is none."""
    try:
        return await chat.dial()
    except InvalidStatus as refused:
        status = refused.response.status_code
        log.warning("Genesys refused a chat's socket: %d", status)
        return (status, "refused") if status in {FORBIDDEN, 429} else (502, "refused")
    except (InvalidHandshake, OSError, TimeoutError) as error:
        log.warning("Genesys cannot be reached for a chat: %s", type(error).__name__)
        return 503, "away"


async def _deny(chat: WebChat, socket: WebSocket, status: int, outcome: str) -> None:
    chat.metrics.count("dlp_webchat_connections_total", outcome=outcome)
    await socket.send_denial_response(Response(status_code=status))
