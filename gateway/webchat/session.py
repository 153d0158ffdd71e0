"""One guest's socket: who it is, and what it shares with every other."""

from dataclasses import dataclass
from typing import Any

from gateway.webchat.conversations import Conversation, Conversations
from gateway.webchat.files import FilePolicy
from gateway.webchat.identity import MAX_TOKEN, Identity
from gateway.webchat.judging import Judge


@dataclass(frozen=True, slots=True)
class Room:
    """What all sockets share."""

    identity: Identity
    judge: Judge
    conversations: Conversations
    files: FilePolicy
    deployment_id: str
    """At Genesys."""


class Session:
    """A socket's guest, known from its first frame on."""

    def __init__(self, room: Room, *, guest_deployment_id: str, base_url: str) -> None:
        self.room = room
        self.guest_deployment_id = guest_deployment_id
        """As the guest named it."""
        self.base_url = base_url
        """Where this guest reaches the gateway."""
        self.conversation: Conversation | None = None
        self.token_at_genesys = ""
        self._token = ""

    def __repr__(self) -> str:
        return f"<Session of {self.conversation}>"

    def admits(self, token: Any, *, may_change: bool) -> bool:
        """Whether a frame with this token belongs to the socket. The first one says whose the socket is."""
        if token is None:
            return self.conversation is not None
        if not isinstance(token, str) or not 0 < len(token) <= MAX_TOKEN:
            return False
        if token == self._token:
            return True
        if self._token and not may_change:
            return False
        identity = self.room.identity
        self._token = token
        self.token_at_genesys = identity.token_at_genesys(token)
        self.conversation = self.room.conversations.of(identity.conversation_id(token))
        return True

    def as_guest_id(self, value: Any) -> Any:
        """Genesys's deployment id as this guest knows it; anything else as it is."""
        return self.guest_deployment_id if value == self.room.deployment_id else value

    def as_genesys_id(self, value: Any) -> Any:
        """The guest's own token as Genesys knows it; anything else as it is."""
        return self.token_at_genesys if value == self._token else value
