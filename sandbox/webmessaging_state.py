"""What the double of Web Messaging remembers: sessions with their sockets and transcripts, files, and what came in."""

import json
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

from sandbox.webmessaging_frames import SESSION_SECONDS, frame

MAX_SOCKETS: Final = 3
"""Of one session; a fourth closes the oldest."""
JWT_SECONDS: Final = 60.0
SOCKET_FAULTS: Final = (
    "refuse",
    "code",
    "duplicate",
    "swap",
    "drop",
    "unknown_class",
    "no_tracing_id",
    "too_many",
)


@dataclass(frozen=True, slots=True)
class WebMessagingOptions:
    """How this deployment is set up."""

    deployment_id: str = "0f7d5b1e-3c1e-4d0a-9a0e-6d5c1f2b7a90"
    allowed_origins: tuple[str, ...] = ()
    """Origins that may connect; without one, all."""
    session_seconds: float = SESSION_SECONDS
    messages_per_second: float = 5.0
    requests_per_minute: int = 60
    configures_per_minute: int = 60
    histories_per_minute: int = 10
    echoes_per_minute: int = 2
    is_scripted: bool = True
    """A bot welcomes the guest and an agent answers."""


class Pace:
    """At most so many within a time."""

    def __init__(self, limit: float, seconds: float) -> None:
        self._limit = limit
        self._seconds = seconds
        self._recent: deque[float] = deque()

    def wait(self) -> float:
        """Seconds to wait; 0 counts one more."""
        now = time.monotonic()
        while self._recent and self._recent[0] <= now - self._seconds:
            self._recent.popleft()
        if self._limit and len(self._recent) >= self._limit:
            return self._recent[0] + self._seconds - now
        self._recent.append(now)
        return 0.0


@dataclass(slots=True, eq=False)
class Socket:
    """A guest's connection."""

    send: Callable[[str], Awaitable[None]]
    close: Callable[[int], Awaitable[None]]
    requests: Pace
    echoes: Pace
    session: "Session | None" = None
    swapped: str | None = None
    """A frame that waits for the next one to overtake it."""


@dataclass(slots=True, eq=False)
class SignIn:
    """Somebody whom an identity provider knows."""

    refresh_token: str = field(default_factory=lambda: f"refresh-{uuid4().hex}")
    jwts: set[str] = field(default_factory=set)

    def new_jwt(self) -> str:
        """One more; those before stay good."""
        jwt = f"guest.{uuid4().hex}.{uuid4().hex}"
        self.jwts.add(jwt)
        return jwt


@dataclass(slots=True, eq=False)
class Session:
    """A guest's session, over all of its connections."""

    token: str
    messages: Pace
    configures: Pace
    histories: Pace
    expires_at: float
    sockets: list[Socket] = field(default_factory=list)
    transcript: list[dict[str, Any]] = field(default_factory=list)
    """Every message as the contact centre keeps it, oldest first; agents' texts as they were written."""
    attributes: dict[str, Any] = field(default_factory=dict)
    sign_in: SignIn | None = None
    is_read_only: bool = False
    is_greeted: bool = False
    is_ended: bool = False

    @property
    def is_expired(self) -> bool:
        """Whether it has lasted too long."""
        return time.monotonic() >= self.expires_at


class WebMessaging:
    """Everything that this deployment knows."""

    def __init__(self, options: WebMessagingOptions) -> None:
        self.options = options
        self.sessions: dict[str, Session] = {}
        self.handshakes: list[dict[str, Any]] = []
        self.received: list[str] = []
        """Every frame of a guest's, as it came."""
        self.sent: list[str] = []
        """Every frame to a guest, as it went."""
        self.uploads: dict[str, dict[str, Any]] = {}
        self.files: dict[str, tuple[str, bytes]] = {}
        self.codes: dict[str, str] = {}
        """Codes of the identity provider's that wait to be exchanged, and the page that each was given for."""
        self.sign_ins: list[SignIn] = []
        self._faults: deque[dict[str, Any]] = deque()
        self._jwts: dict[str, tuple[Session, float]] = {}

    def session_of(self, token: str) -> Session:
        """The session of this token, or a new one."""
        found = self.sessions.get(token)
        if found is None or found.is_ended:
            options = self.options
            found = self.sessions[token] = Session(
                token,
                Pace(options.messages_per_second, 1.0),
                Pace(options.configures_per_minute, 60.0),
                Pace(options.histories_per_minute, 60.0),
                time.monotonic() + options.session_seconds,
            )
        return found

    @property
    def latest(self) -> Session | None:
        """The session that began last."""
        return next(reversed(self.sessions.values()), None)

    def arm(self, fault: dict[str, Any]) -> None:
        """Let a fault hit the frames to come."""
        self._faults.append({**fault, "left": fault.get("count", 1)})

    def draw(self, *kinds: str) -> dict[str, Any] | None:
        """Take the next fault of one of these kinds, if there is one."""
        for fault in self._faults:
            if fault["kind"] in kinds:
                fault["left"] -= 1
                if not fault["left"]:
                    self._faults.remove(fault)
                return fault
        return None

    async def join(self, session: Session, socket: Socket) -> None:
        """Add a connection; the oldest of more than three is closed."""
        if socket in session.sockets:
            return
        socket.session = session
        session.sockets.append(socket)
        if len(session.sockets) > MAX_SOCKETS:
            oldest = session.sockets.pop(0)
            await self.tell(oldest, frame("message", "ConnectionClosedEvent", {}))
            await oldest.close(1000)

    async def broadcast(
        self, session: Session, body: dict[str, Any], *, by: Socket | None = None, tracing_id: str | None = None
    ) -> None:
        """Send a message to every connection; the one that wrote it gets its ``tracingId`` back."""
        for socket in tuple(session.sockets):
            given = tracing_id if socket is by else None
            await self.tell(socket, frame("message", "StructuredMessage", body, tracing_id=given))

    async def tell(self, socket: Socket, made: dict[str, Any]) -> None:
        """Send one frame, as the faults let it."""
        if self.draw("no_tracing_id"):
            made = {key: value for key, value in made.items() if key != "tracingId"}
        if (fault := self.draw("unknown_class")) is not None:
            strange = {
                "type": "message",
                "class": "SurpriseEvent",
                "code": 200,
                "body": {"text": fault.get("text", "")},
            }
            await self._write(socket, json.dumps(strange))
        raw = json.dumps(made)
        if made["class"] == "StructuredMessage" and self.draw("swap"):
            socket.swapped = raw
            return
        await self._write(socket, raw)
        if made["class"] == "StructuredMessage" and self.draw("duplicate"):
            await self._write(socket, raw)
        if socket.swapped is not None:
            swapped, socket.swapped = socket.swapped, None
            await self._write(socket, swapped)

    async def _write(self, socket: Socket, raw: str) -> None:
        self.sent.append(raw)
        await socket.send(raw)

    def jwt_of(self, session: Session) -> tuple[str, int]:
        """A JWT for the history, and when it ends in epoch seconds."""
        jwt = f"sandbox.{uuid4().hex}.{uuid4().hex}"
        self._jwts[jwt] = (session, time.monotonic() + JWT_SECONDS)
        return jwt, int(time.time() + JWT_SECONDS)

    def sign_in_of(self, jwt: str) -> SignIn | None:
        """Whose sign-in this JWT shows."""
        return next((one for one in self.sign_ins if jwt in one.jwts), None)

    def holder_of(self, authorization: str) -> Session | None:
        """Whose history this JWT opens."""
        kind, _, jwt = authorization.partition(" ")
        session, ends = self._jwts.get(jwt, (None, 0.0))
        return session if kind.lower() == "bearer" and ends > time.monotonic() else None
