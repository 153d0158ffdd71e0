"""``cordon sandbox webmessaging``: a double of Genesys's Web Messaging for tests and the demo.

One address serves the guest's WebSocket, the history, the deployment's configuration and the storage of files, as
Genesys's own mobile client expects of a custom endpoint. It checks what Genesys checks, keeps the transcript that an
agent would see, plays a bot and an agent, and fails on demand. ``/_sandbox/...`` steers and reads it.
"""

from typing import Any, Final

import click
from aiohttp import web

from sandbox.double import CONTROL, Faults, make_application, run
from sandbox.webmessaging_frames import MAX_FILE_BYTES, event, frame, said
from sandbox.webmessaging_guest import GuestDoor
from sandbox.webmessaging_signin import SignInDoors
from sandbox.webmessaging_state import SOCKET_FAULTS, Session, WebMessaging, WebMessagingOptions

DEFAULTS: Final = WebMessagingOptions()
_SPOKEN: Final = frozenset({"type", "text", "content", "events", "metadata", "originatingEntity"})


def application_of(state: WebMessaging) -> web.Application:
    """The double as an application."""
    application = make_application(Faults(), _refuse)
    doors, guest = _Doors(state), GuestDoor(state)
    application.router.add_get("/v1", guest.connect)
    application.router.add_get("/api/v2/webmessaging/messages", doors.history)
    application.router.add_get("/webdeployments/v1/deployments/{id}/config.json", doors.configuration)
    SignInDoors(state).add_to(application)
    application.router.add_put("/uploads/{attachment}", guest.upload)
    application.router.add_get("/files/{attachment}", doors.file)
    application.router.add_get(f"{CONTROL}/received", doors.received)
    application.router.add_get(f"{CONTROL}/sessions", doors.sessions)
    application.router.add_post(f"{CONTROL}/agent-message", doors.agent_message)
    application.router.add_post(f"{CONTROL}/agent-file", doors.agent_file)
    application.router.add_post(f"{CONTROL}/typing", doors.typing)
    application.router.add_post(f"{CONTROL}/disconnect", doors.disconnect)
    application.router.add_post(f"{CONTROL}/expire", doors.expire)
    application.router.add_post(f"{CONTROL}/close", doors.close)
    application.router.add_post(f"{CONTROL}/raw", doors.raw)
    application.router.add_post(f"{CONTROL}/socket-faults", doors.arm)
    return application


@click.command("webmessaging")
@click.option("--port", default=0, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option("--deployment-id", default=DEFAULTS.deployment_id, show_default=True)
@click.option("--allowed-origin", "allowed_origins", multiple=True, help="May connect; without one, everybody.")
@click.option("--session-seconds", default=DEFAULTS.session_seconds, show_default=True)
@click.option("--messages-per-second", default=DEFAULTS.messages_per_second, show_default=True, help="0: no limit.")
@click.option("--requests-per-minute", default=DEFAULTS.requests_per_minute, show_default=True, help="0: no limit.")
@click.option("--scripted/--silent", "is_scripted", default=True, help="Whether a bot and an agent answer.")
def serve(*, port: int, **given: Any) -> None:
    """Run a double of Genesys's Web Messaging until Ctrl-C."""
    run(application_of(WebMessaging(WebMessagingOptions(**given))), name="Web Messaging", port=port)


class _Doors:
    """The handlers beside the guest's socket."""

    def __init__(self, state: WebMessaging) -> None:
        self._state = state

    async def history(self, request: web.Request) -> web.Response:
        """A page, newest first."""
        allowed = self._state.options.allowed_origins
        if allowed and request.headers.get("Origin") not in allowed:
            return _refuse(403, None)
        session = self._state.holder_of(request.headers.get("Authorization", ""))
        if session is None:
            return _refuse(401, None)
        if session.histories.wait():
            return _refuse(429, 6)
        size, number = int(request.query.get("pageSize", "25")), int(request.query.get("pageNumber", "1"))
        newest = session.transcript[::-1]
        page = newest[(number - 1) * size : number * size]
        answer = {"entities": page, "pageSize": size, "pageNumber": number, "total": len(newest)}
        return web.json_response({**answer, "pageCount": -(-len(newest) // size)})

    async def configuration(self, request: web.Request) -> web.Response:
        """What the deployment is set to, as a page of Genesys's own reads it."""
        if request.match_info["id"] != self._state.options.deployment_id:
            return _refuse(404, None)
        conversations = {
            "messagingEndpoint": f"ws://{request.host}",
            "showAgentTypingIndicator": True,
            "showUserTypingIndicator": True,
            "autoStart": {"enabled": True},
            "conversationDisconnect": {"enabled": True, "type": "ReadOnly"},
            "conversationClear": {"enabled": True},
        }
        return web.json_response(
            {
                "id": self._state.options.deployment_id,
                "version": "1",
                "languages": ["en-us"],
                "defaultLanguage": "en-us",
                "apiEndpoint": f"http://{request.host}",
                "messenger": {
                    "enabled": True,
                    "apps": {"conversations": conversations},
                    "styles": {"primaryColor": "#0b6b53"},
                    "launcherButton": {"visibility": "On"},
                    "fileUpload": {
                        "enableAttachments": True,
                        "modes": [{"fileTypes": ["*/*"], "maxFileSizeKB": MAX_FILE_BYTES // 1024}],
                    },
                },
                "journeyEvents": {"enabled": True},
                "auth": {"enabled": True, "allowSessionUpgrade": True},
                "headlessMode": {"enabled": False},
                "status": "Active",
            }
        )

    async def file(self, request: web.Request) -> web.Response:
        """A file that a guest or an agent sent."""
        found = self._state.files.get(request.match_info["attachment"])
        if found is None:
            return _refuse(404, None)
        return web.Response(body=found[1], content_type=found[0])

    async def received(self, _: web.Request) -> web.Response:
        """Everything that came in on any path, and every frame that went out."""
        state = self._state
        files = {key: content.decode("utf-8", "replace") for key, (_, content) in state.files.items()}
        return web.json_response(
            {"handshakes": state.handshakes, "frames": state.received, "sent": state.sent, "files": files}
        )

    async def sessions(self, _: web.Request) -> web.Response:
        """Every session with its transcript, oldest first."""
        return web.json_response(
            [
                {
                    "token": one.token,
                    "sockets": len(one.sockets),
                    "transcript": one.transcript,
                    "attributes": one.attributes,
                    "read_only": one.is_read_only,
                    "signed_in": one.sign_in is not None,
                }
                for one in self._state.sessions.values()
            ]
        )

    async def agent_message(self, request: web.Request) -> web.Response:
        """``{"token"?, "text"?, "type"?, "content"?, "events"?}``: the agent writes, to the latest guest."""
        session, given = await self._addressed(request)
        body = said({key: value for key, value in given.items() if key in _SPOKEN})
        session.transcript.append(body)
        await self._state.broadcast(session, body)
        return web.json_response({"id": body["id"]})

    async def agent_file(self, request: web.Request) -> web.Response:
        """``{"token"?, "name", "mime", "content"}``: the agent sends a file of this text."""
        session, given = await self._addressed(request)
        content = str(given["content"]).encode()
        body = said({"text": str(given.get("text", ""))})
        self._state.files[body["id"]] = (given["mime"], content)
        attachment = {
            "id": body["id"],
            "filename": given["name"],
            "mediaType": "File",
            "mime": given["mime"],
            "fileSize": len(content),
            "url": f"http://{request.host}/files/{body['id']}",
        }
        body["content"] = [{"contentType": "Attachment", "attachment": attachment}]
        session.transcript.append(body)
        await self._state.broadcast(session, body)
        return web.json_response({"id": body["id"]})

    async def typing(self, request: web.Request) -> web.Response:
        """``{"token"?}``: the agent types."""
        session, _ = await self._addressed(request)
        await self._state.broadcast(session, said(event("Typing", type="On", duration=5000)))
        return web.json_response({})

    async def disconnect(self, request: web.Request) -> web.Response:
        """``{"token"?, "read_only"?}``: the agent ends the conversation."""
        session, given = await self._addressed(request)
        session.is_read_only = bool(given.get("read_only", True))
        metadata = {"readOnly": "true" if session.is_read_only else "false"}
        await self._state.broadcast(session, said({**event("Presence", type="Disconnect"), "metadata": metadata}))
        return web.json_response({})

    async def expire(self, request: web.Request) -> web.Response:
        """``{"token"?}``: the session is over."""
        session, _ = await self._addressed(request)
        session.expires_at = 0.0
        for socket in tuple(session.sockets):
            await self._state.tell(socket, frame("response", "SessionExpiredEvent", {}))
        return web.json_response({})

    async def close(self, request: web.Request) -> web.Response:
        """``{"token"?, "code"}``: every connection of the session is closed."""
        session, given = await self._addressed(request)
        for socket in tuple(session.sockets):
            await socket.close(int(given.get("code", 1001)))
        return web.json_response({})

    async def raw(self, request: web.Request) -> web.Response:
        """``{"token"?, "frame"}``: this very frame goes out, right or wrong."""
        session, given = await self._addressed(request)
        for socket in tuple(session.sockets):
            await self._state.tell(socket, given["frame"])
        return web.json_response({})

    async def arm(self, request: web.Request) -> web.Response:
        """``{"kind", "count"?, "code"?}``: the next frames go wrong."""
        given = await request.json()
        if given.get("kind") not in SOCKET_FAULTS:
            return web.json_response({"error": f"kind is one of {', '.join(SOCKET_FAULTS)}"}, status=422)
        self._state.arm(given)
        return web.json_response({"armed": True})

    async def _addressed(self, request: web.Request) -> tuple[Session, dict[str, Any]]:
        given = await request.json() if request.can_read_body else {}
        token = given.get("token")
        session = self._state.sessions.get(token) if token else self._state.latest
        if session is None:
            raise web.HTTPNotFound
        return session, given


def _refuse(status: int, retry_after: float | None) -> web.Response:
    headers = {"Retry-After": str(int(retry_after))} if retry_after else {}
    return web.json_response(
        {"message": "refused", "code": "refused", "status": status}, status=status, headers=headers
    )
