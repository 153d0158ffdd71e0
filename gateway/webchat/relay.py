"""A guest's socket and its socket at Genesys, side by side: one ordered queue in each direction, closed together."""

import asyncio
import contextlib
import logging
import time
from typing import Final

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from gateway.webchat import answers
from gateway.webchat.chat import WebChat
from gateway.webchat.closing import INTERNAL_ERROR, TRY_LATER, UNSUPPORTED, passed_on
from gateway.webchat.conversations import Conversation
from gateway.webchat.guest import FromGuest
from gateway.webchat.limits import Pace
from gateway.webchat.service import FromService
from gateway.webchat.session import Session
from streams.producer import BrokerUnavailable

IN: Final = "inbound"
OUT: Final = "outbound"
log = logging.getLogger(__name__)


class Relay:
    """Runs until either side is gone."""

    def __init__(self, chat: WebChat, guest: WebSocket, service: ClientConnection, session: Session) -> None:
        self._chat = chat
        self._guest = guest
        self._service = service
        self._session = session
        self._from_guest = FromGuest(session)
        self._from_service = FromService(session)
        self._pace = Pace(chat.settings.frames_per_minute)
        self._joined: Conversation | None = None

    async def run(self) -> None:
        """Relay, then close both sides with the code of the one that went first."""
        directions = [asyncio.create_task(self._guest_to_service()), asyncio.create_task(self._service_to_guest())]
        try:
            done, _ = await asyncio.wait(directions, return_when=asyncio.FIRST_COMPLETED)
            code = await next(iter(done))
        except Exception as error:  # noqa: BLE001  (whatever it is, both sides are closed)
            log.error("a chat's relay ended: %s", type(error).__name__)  # noqa: TRY400  (a traceback's locals hold words)
            code = INTERNAL_ERROR
        finally:
            for direction in directions:
                direction.cancel()
            await asyncio.gather(*directions, return_exceptions=True)
            self._leave()
        await self._close(code)

    async def _guest_to_service(self) -> int:
        while True:
            message = await self._guest.receive()
            if message["type"] == "websocket.disconnect":
                return passed_on(message.get("code"))
            raw = message.get("text")
            if raw is None:
                return UNSUPPORTED
            began = time.perf_counter()
            if not self._pace.takes():
                self._count(IN, "too many")
                await self._to_guest(answers.too_many(None))
                continue
            step = await self._from_guest.take(raw)
            self._join()
            if step.answer is not None:
                await self._to_guest(step.answer)
            if step.forward is not None:
                try:
                    await self._service.send(step.forward)
                except ConnectionClosed:
                    return passed_on(self._service.close_code)
            self._count(IN, step.outcome, began)

    async def _service_to_guest(self) -> int:
        try:
            async for raw in self._service:
                began = time.perf_counter()
                frame, outcome = await self._from_service.take(raw)
                if frame is not None:
                    await self._to_guest(frame)
                self._count(OUT, outcome, began)
        except ConnectionClosed:
            pass  # its code says how
        except BrokerUnavailable:
            return TRY_LATER  # the guest connects again and finds the message in the history
        return passed_on(self._service.close_code)

    async def _to_guest(self, frame: str) -> None:
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):  # gone: the other direction learns of it
            await self._guest.send_text(frame)

    def _join(self) -> None:
        """Let the gateway's own frames for this conversation come here too."""
        if self._joined is not self._session.conversation:
            self._leave()
            self._joined = self._session.conversation
            if self._joined is not None:
                self._joined.sockets.add(self._to_guest)

    def _leave(self) -> None:
        if self._joined is not None:
            self._joined.sockets.discard(self._to_guest)

    async def _close(self, code: int) -> None:
        with contextlib.suppress(ConnectionClosed, OSError, TimeoutError):
            await self._service.close(code)
        if self._guest.client_state is WebSocketState.CONNECTED:
            with contextlib.suppress(WebSocketDisconnect, RuntimeError, OSError):
                await self._guest.close(code)

    def _count(self, direction: str, outcome: str, began: float | None = None) -> None:
        metrics = self._chat.metrics
        metrics.count("dlp_webchat_frames_total", direction=direction, outcome=outcome)
        if began is not None:
            metrics.observe("dlp_webchat_seconds", time.perf_counter() - began, direction=direction)
