"""What the gateway knows of a guest's conversation while it lasts: bounded, in the process only, nothing in clear."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Final, TypeVar

MAX_CONVERSATIONS: Final = 10_000
MAX_OFFERED: Final = 500
"""Answers that bots have offered in a conversation and that its guest may send back verbatim."""
MAX_NOTED: Final = 64
"""Messages of a conversation whose judgement is remembered."""

K = TypeVar("K")
V = TypeVar("V")
Send = Callable[[str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What became of a message's strings."""

    texts: tuple[str, ...] = field(repr=False)
    entities: tuple[str, ...] = ()
    """What was taken out, each kind once."""
    removed: int = 0
    """How many values were taken out."""
    is_withheld: bool = False
    """The message may not go on at all."""
    hits: frozenset[int] = frozenset()
    """Which of the strings lost something."""


class Conversation:
    """One guest's conversation, over all of its sockets."""

    def __init__(self, conversation_id: str) -> None:
        self.id = conversation_id
        self.sockets: set[Send] = set()
        """How to tell every page that has this conversation open."""
        self._offered: OrderedDict[str, None] = OrderedDict()
        self._marks: OrderedDict[str, Cleaned] = OrderedDict()
        self._judged: OrderedDict[tuple[str, bytes], Cleaned | None] = OrderedDict()

    def __repr__(self) -> str:
        return f"<Conversation {self.id}>"

    def offer(self, payloads: Iterable[str]) -> None:
        """Remember what a bot offered to choose from."""
        for payload in payloads:
            _note(self._offered, payload, None, MAX_OFFERED)

    def is_offered(self, payload: str) -> bool:
        """Whether a bot offered this very answer: it matches on it, so it goes back unchanged."""
        return payload in self._offered

    def mark(self, tracing_id: str, cleaned: Cleaned) -> None:
        """Remember what was taken out of a guest's message until its echo comes."""
        _note(self._marks, tracing_id, cleaned, MAX_NOTED)

    def marked(self, tracing_id: str) -> Cleaned | None:
        """What was taken out of the message that this is the echo of. Every connection gets its own echo."""
        return self._marks.get(tracing_id)

    def judged(self, event_id: str, digest: bytes) -> tuple[bool, Cleaned | None]:
        """Whether this message was judged before, and what became of it; None when nothing was found."""
        key = (event_id, digest)
        return key in self._judged, self._judged.get(key)

    def note_judged(self, event_id: str, digest: bytes, cleaned: Cleaned | None) -> None:
        """Remember a judgement, so that other sockets and the history show the same."""
        _note(self._judged, (event_id, digest), cleaned, MAX_NOTED)

    async def tell(self, frame: str) -> None:
        """Send a frame of the gateway's own to every page of this conversation."""
        for send in tuple(self.sockets):
            await send(frame)


class Conversations:
    """Every conversation that is open or was lately; the least recently used go first."""

    def __init__(self, max_conversations: int = MAX_CONVERSATIONS) -> None:
        self._by_id: OrderedDict[str, Conversation] = OrderedDict()
        self._max = max_conversations

    def __len__(self) -> int:
        return len(self._by_id)

    def of(self, conversation_id: str) -> Conversation:
        """The conversation of this id."""
        found = self._by_id.setdefault(conversation_id, Conversation(conversation_id))
        self._by_id.move_to_end(conversation_id)
        if len(self._by_id) > self._max:
            self._drop_idle(found)
        return found

    def _drop_idle(self, kept: Conversation) -> None:
        """Forget the one that was idle for longest. Those with a socket stay: sockets have a limit."""
        idle = (one for one in self._by_id.values() if not one.sockets and one is not kept)
        if (longest := next(idle, None)) is not None:
            del self._by_id[longest.id]


def _note(notes: OrderedDict[K, V], key: K, value: V, limit: int) -> None:
    notes[key] = value
    notes.move_to_end(key)
    if len(notes) > limit:
        notes.popitem(last=False)
