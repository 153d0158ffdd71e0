"""The guest's socket at the double of Web Messaging: every action, with Genesys's checks and codes."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, Final
from uuid import uuid4

from aiohttp import WSMsgType, web

from sandbox import webmessaging_frames as frames
from sandbox.webmessaging_script import Script
from sandbox.webmessaging_state import Pace, Session, Socket, WebMessaging

MAX_FRAME_BYTES: Final = 128 * 1024
Action = Callable[[Socket, Session, dict[str, Any]], Awaitable[None]]


class GuestDoor:
    """Takes guests' connections and files."""

    def __init__(self, state: WebMessaging) -> None:
        self._state = state
        self._script = Script(state)
        self._actions: dict[str, Action] = {
            "onMessage": self._on_message,
            "echo": self._echo,
            "getJwt": self._get_jwt,
            "getConfiguration": self._get_configuration,
            "onAttachment": self._on_attachment,
            "getAttachment": self._get_attachment,
            "deleteAttachment": self._delete_attachment,
            "closeSession": self._close_session,
        }
        self._hosts: dict[Socket, str] = {}

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """A handshake. A wrong deployment or origin is 403."""
        state, origin = self._state, request.headers.get("Origin")
        state.handshakes.append({"query": dict(request.query), "origin": origin, "headers": dict(request.headers)})
        is_allowed = not state.options.allowed_origins or origin in state.options.allowed_origins
        if state.draw("refuse") or request.query.get("deploymentId") != state.options.deployment_id or not is_allowed:
            return web.Response(status=403)
        connection = web.WebSocketResponse(max_msg_size=MAX_FRAME_BYTES)
        await connection.prepare(request)

        async def send(raw: str) -> None:
            if not connection.closed:
                await connection.send_str(raw)

        async def close(code: int) -> None:
            task = asyncio.create_task(connection.close(code=code))  # waits for the guest's own close
            self._script.keep(task)

        requests = Pace(state.options.requests_per_minute, 60.0)
        socket = Socket(send, close, requests, Pace(state.options.echoes_per_minute, 60.0))
        self._hosts[socket] = request.host
        try:
            async for message in connection:
                code = await self._take(socket, message.data) if message.type is WSMsgType.TEXT else 1003
                if code is not None:
                    await connection.close(code=code)
        finally:
            del self._hosts[socket]
            if socket.session is not None and socket in socket.session.sockets:
                socket.session.sockets.remove(socket)
        return connection

    async def upload(self, request: web.Request) -> web.Response:
        """A file, to an address that was given out before."""
        given = self._state.uploads.get(request.match_info["attachment"])
        if given is None or request.headers.get("x-amz-tagging") != given["tag"]:
            return web.Response(status=403)
        content = await request.read()
        self._state.files[given["id"]] = (given["type"], content)
        given["is_there"] = True
        body = {
            "attachmentId": given["id"],
            "downloadUrl": f"http://{request.host}/files/{given['id']}",
            "timestamp": frames.now(),
        }
        for socket in tuple(given["session"].sockets):
            await self._state.tell(socket, frames.frame("message", "UploadSuccessEvent", body))
        return web.Response(status=200)

    async def _take(self, socket: Socket, raw: str) -> int | None:
        """Handle one frame; a code ends the connection."""
        state = self._state
        state.received.append(raw)
        try:
            given = json.loads(raw)
        except ValueError:
            given = None
        if not isinstance(given, dict) or given.get("action") not in frames.ACTIONS:
            await state.tell(socket, frames.error(400, "Request failed."))
            return None
        tracing_id = given.get("tracingId")
        if state.draw("drop"):
            return 1011
        if (fault := state.draw("code")) is not None:
            await state.tell(socket, frames.error(fault["code"], fault.get("words", "refused"), tracing_id))
            return None
        if socket.requests.wait() or state.draw("too_many"):
            await state.tell(socket, _too_many(tracing_id))
            return None
        await self._act(socket, given, tracing_id)
        return None

    async def _act(self, socket: Socket, given: dict[str, Any], tracing_id: str | None) -> None:
        state, action, token = self._state, given["action"], given.get("token")
        if not isinstance(token, str) or not token:
            await state.tell(socket, frames.error(4020, "missing parameter", tracing_id))
            return
        if action in {"configureSession", "configureAuthenticatedSession"}:
            await self._configure(socket, given, tracing_id)
            return
        session = state.sessions.get(token)
        if session is None or socket not in session.sockets:
            await state.tell(socket, frames.error(4007, "session not found", tracing_id))
        elif session.is_expired:
            await state.tell(socket, frames.error(4006, "session expired", tracing_id))
        else:
            await self._actions[action](socket, session, given)

    async def _configure(self, socket: Socket, given: dict[str, Any], tracing_id: str | None) -> None:
        state = self._state
        if given.get("deploymentId") != state.options.deployment_id:
            await state.tell(socket, frames.error(4007, "deployment not found", tracing_id))
            return
        token, sign_in = given["token"], None
        if given["action"] == "configureAuthenticatedSession":
            sign_in = state.sign_in_of(str((given.get("data") or {}).get("code")))
            if sign_in is None:
                await state.tell(socket, frames.error(401, "Session authentication failed", tracing_id))
                return
        known = state.sessions.get(token)
        if known is not None and known.sign_in is not None and sign_in is None and not known.is_ended:
            await state.tell(socket, frames.error(4017, "cannot downgrade to unauthenticated", tracing_id))
            return
        if known is not None and given.get("startNew"):
            known.is_ended = True
        is_new = known is None or known.is_ended
        session = state.session_of(token)
        session.sign_in = sign_in
        if session.is_expired:
            await state.tell(socket, frames.error(4006, "session expired", tracing_id))
            return
        if session.configures.wait():
            await state.tell(socket, _too_many(tracing_id))
            return
        await state.join(session, socket)
        answer = frames.session_response(
            is_new=is_new,
            tracing_id=tracing_id,
            seconds=state.options.session_seconds,
            is_read_only=session.is_read_only,
        )
        await state.tell(socket, answer)

    async def _on_message(self, socket: Socket, session: Session, given: dict[str, Any]) -> None:
        tracing_id, message = given.get("tracingId"), given.get("message")
        if (refused := frames.refusal_of_message(message, given)) is not None:
            await self._state.tell(socket, frames.error(*refused, tracing_id))
            return
        assert isinstance(message, dict)  # noqa: S101  (for the type checker)
        is_typing = any(one.get("eventType") == "Typing" for one in message.get("events", []))
        if is_typing:
            return
        if session.messages.wait():
            await self._state.tell(socket, _too_many(tracing_id))
            return
        session.attributes |= frames.attributes_of(message) | frames.attributes_of(given)
        body = frames.echo_of(message)
        is_event = body["type"] == "Event"
        if not is_event:
            session.transcript.append(body)
        await self._state.broadcast(session, body, by=socket, tracing_id=tracing_id)
        if is_event and _is_presence(message, "Clear"):
            await self._clear(session)
        elif self._state.options.is_scripted:
            self._script.answer(session, body)

    async def _clear(self, session: Session) -> None:
        session.transcript.clear()
        session.is_ended = True
        for socket in tuple(session.sockets):
            await self._state.tell(socket, frames.frame("message", "SessionClearedEvent", {}))
            await self._state.tell(socket, frames.frame("message", "ConnectionClosedEvent", {}))
            await socket.close(1000)

    async def _echo(self, socket: Socket, session: Session, given: dict[str, Any]) -> None:
        if socket.echoes.wait():
            await self._state.tell(socket, _too_many(given.get("tracingId")))
            return
        seconds = str(int(self._state.options.session_seconds))
        message = given.get("message") or {}
        body = {**frames.echo_of(message), "metadata": {"durationSeconds": seconds}}
        answer = frames.frame("response", "StructuredMessage", body, tracing_id=given.get("tracingId"))
        await self._state.tell(socket, answer)
        del session

    async def _get_jwt(self, socket: Socket, session: Session, given: dict[str, Any]) -> None:
        jwt, ends = self._state.jwt_of(session)
        body = {"jwt": jwt, "exp": ends}
        await self._state.tell(socket, frames.frame("response", "JwtResponse", body, tracing_id=given.get("tracingId")))

    async def _get_configuration(self, socket: Socket, _: Session, given: dict[str, Any]) -> None:
        body = {"deploymentId": self._state.options.deployment_id, "status": "Active"}
        answer = frames.frame("response", "GetConfigurationResponse", body, tracing_id=given.get("tracingId"))
        await self._state.tell(socket, answer)

    async def _on_attachment(self, socket: Socket, session: Session, given: dict[str, Any]) -> None:
        tracing_id, attachment_id = given.get("tracingId"), given.get("attachmentId")
        if (refused := frames.refusal_of_file(given)) is not None:
            body = {"attachmentId": attachment_id, "errorCode": refused[0], "errorMessage": refused[1]}
            is_json = given.get("errorsAsJson") is True
            made = frames.frame("message", "GenerateUrlError", body) if is_json else frames.error(*refused, tracing_id)
            await self._state.tell(socket, made)
            return
        place, tag = uuid4().hex, uuid4().hex
        self._state.uploads[place] = {
            "id": attachment_id,
            "name": given["fileName"],
            "type": given.get("fileType") or "application/octet-stream",
            "tag": tag,
            "session": session,
            "is_there": False,
        }
        url = f"http://{self._hosts[socket]}/uploads/{place}"
        body = {"attachmentId": attachment_id, "headers": {"x-amz-tagging": tag}, "url": url}
        await self._state.tell(socket, frames.frame("response", "PresignedUrlResponse", body, tracing_id=tracing_id))

    async def _get_attachment(self, socket: Socket, session: Session, given: dict[str, Any]) -> None:
        tracing_id = given.get("tracingId")
        found = self._upload_of(session, given.get("attachmentId"))
        if found is None or not found["is_there"]:
            await self._state.tell(socket, frames.error(4009, "attachment not found", tracing_id))
            return
        body = {
            "attachmentId": found["id"],
            "headers": {},
            "url": f"http://{self._hosts[socket]}/files/{found['id']}",
            "fileName": found["name"],
            "fileType": found["type"],
            "fileSize": len(self._state.files[found["id"]][1]),
        }
        await self._state.tell(socket, frames.frame("response", "PresignedUrlResponse", body, tracing_id=tracing_id))

    async def _delete_attachment(self, socket: Socket, session: Session, given: dict[str, Any]) -> None:
        found = self._upload_of(session, given.get("attachmentId"))
        if found is None:
            await self._state.tell(socket, frames.error(4009, "attachment not found", given.get("tracingId")))
            return
        found["session"] = None
        self._state.files.pop(found["id"], None)
        body = {"attachmentId": found["id"]}
        await self._state.tell(socket, frames.frame("message", "AttachmentDeletedResponse", body))

    async def _close_session(self, socket: Socket, session: Session, given: dict[str, Any]) -> None:
        answer = frames.session_response(
            is_new=False,
            tracing_id=given.get("tracingId"),
            seconds=self._state.options.session_seconds,
            is_connected=False,
            is_read_only=True,
        )
        session.is_ended = True
        await self._state.tell(socket, answer)

    def _upload_of(self, session: Session, attachment_id: Any) -> dict[str, Any] | None:
        return next(
            (one for one in self._state.uploads.values() if one["id"] == attachment_id and one["session"] is session),
            None,
        )


def _is_presence(message: dict[str, Any], kind: str) -> bool:
    return any(one.get("presence", {}).get("type") == kind for one in message.get("events", []))


def _too_many(tracing_id: str | None) -> dict[str, Any]:
    body = {"retryAfter": 3, "errorCode": 4029, "errorMessage": "too many requests"}
    return frames.frame("response", "TooManyRequestsErrorMessage", body, code=429, tracing_id=tracing_id)
