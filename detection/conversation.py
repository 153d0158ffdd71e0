"""What was said before: bounded memory of conversations, in the process only."""

from collections import OrderedDict
from datetime import datetime, timedelta

import msgspec

from detection.finding import Verdict
from detection.fold import fold
from detection.pieces import DIGIT, MAX_LENGTH, REMOVED, Piece, trailing, whole
from detection.readings.spelled import written
from schemas import Direction

MAX_CONVERSATIONS = 20_000
MAX_MESSAGES = 8
"""Messages remembered of a conversation, both directions together."""
MAX_FRAGMENTS = 24
"""Messages remembered where they are short: a value typed digit by digit."""
MAX_FRAGMENTS_LENGTH = 240
"""Characters of all these together."""
MAX_AGE = timedelta(seconds=120)


_NO_ENTITIES: frozenset[str] = frozenset()


class Remembered(msgspec.Struct, gc=False):
    """A message that was judged before: its tail, with a mark for everything that was already taken out.

    What can be said of it is worked out when it is first asked for: of most messages nothing ever is. Thousands are
    kept for minutes, in no cycle, so the garbage collector is not to look at them again and again.
    """

    event_id: str
    direction: Direction
    at: datetime
    rest: tuple[str, ...]
    """The end of its text, as what lies between the values that were found."""
    entities: frozenset[str] = _NO_ENTITIES
    """What was found in it."""
    folded: str | None = None
    """Its text as rules see it, where that is known."""
    _has_digits: bool | None = None
    _offered: tuple[int, bool] | None = None
    _piece: Piece | msgspec.UnsetType | None = msgspec.UNSET
    _tail: Piece | msgspec.UnsetType | None = msgspec.UNSET

    def __repr__(self) -> str:
        return f"<Remembered {self.event_id}>"

    @property
    def size(self) -> int:
        """Characters that are remembered."""
        return len(self.rest[0]) if len(self.rest) == 1 else sum(map(len, self.rest))

    @property
    def text(self) -> str:
        """As rules see it."""
        if self.folded is None:
            self.folded = f" {REMOVED} ".join(written(fold(piece)) for piece in self.rest)
        return self.folded

    @property
    def piece(self) -> Piece | None:
        """All its digits, if it is little more than digits."""
        if self._piece is msgspec.UNSET:
            self._piece = whole(self.text)
        return self._piece

    @property
    def tail(self) -> Piece | None:
        """The digits with which it ends."""
        if self._tail is msgspec.UNSET:
            self._tail = trailing(self.text)
        return self._tail

    @property
    def offered(self) -> tuple[int, bool]:
        """Digits with which it may begin a value, and whether what was said before may be joined across it."""
        if self._offered is None:
            piece = (self.piece or self.tail) if self.has_digits else None
            is_crossed = not self.has_digits or self.piece is not None
            self._offered = (0 if piece is None else len(piece.digits), is_crossed)
        return self._offered

    @property
    def has_digits(self) -> bool:
        """Whether any digit stands in it."""
        if self._has_digits is None:
            self._has_digits = DIGIT.search(self.text) is not None
        return self._has_digits


class History:
    """The recent messages of a conversation, oldest first."""

    __slots__ = ("messages",)

    def __init__(self, messages: tuple[Remembered, ...] = ()) -> None:
        self.messages = messages

    def said_before(self) -> str:
        """The last two messages, whoever wrote them."""
        return "\n".join(message.text for message in self.messages[-2:])

    def question_for(self, direction: Direction) -> str:
        """The other side's last word, if a message in this direction may answer it; else empty."""
        for message in reversed(self.messages[-3:]):
            if message.direction is not direction:
                return message.text
        return ""

    def everything(self) -> str:
        """All that is remembered, whoever wrote it."""
        return "\n".join(message.text for message in self.messages)

    def just_found(self, direction: Direction) -> frozenset[str]:
        """What was found in the sender's last message, where at most one of the other side came after it."""
        for message in reversed(self.messages[-2:]):
            if message.direction is direction:
                return message.entities
        return frozenset()

    def by(self, direction: Direction) -> tuple[Remembered, ...]:
        """Messages in one direction, oldest first."""
        return tuple(message for message in self.messages if message.direction is direction)


NOTHING = History()


class ConversationMemory:
    """Remembers a little of many conversations; the least recently used go first."""

    def __init__(
        self,
        *,
        max_conversations: int = MAX_CONVERSATIONS,
        max_messages: int = MAX_MESSAGES,
        max_age: timedelta = MAX_AGE,
    ) -> None:
        self._conversations: OrderedDict[str, tuple[Remembered, ...]] = OrderedDict()
        self._max_conversations = max_conversations
        self._max_messages = max_messages
        self._max_age = max_age

    def __len__(self) -> int:
        return len(self._conversations)

    def history(self, conversation_id: str, now: datetime) -> History:
        """What is known of a conversation and not too old at the instant ``now``."""
        remembered = self._conversations.get(conversation_id)
        if not remembered:
            return NOTHING
        if now - remembered[0].at > self._max_age:
            remembered = tuple(message for message in remembered if now - message.at <= self._max_age)
        return History(remembered)

    def remember(  # noqa: PLR0917  (one flat call a message)
        self, conversation_id: str, event_id: str, direction: Direction, text: str, verdict: Verdict, at: datetime
    ) -> None:
        """Add a judged message. A message that is already known is not added twice."""
        rest = _rest(text, verdict) if verdict.findings else (text[-MAX_LENGTH:],)
        entities = frozenset(finding.entity for finding in verdict.findings)
        self._add(conversation_id, Remembered(event_id, direction, at, rest, entities))

    def remember_clean(
        self, conversation_id: str, event_id: str, direction: Direction, plain: str, at: datetime
    ) -> None:
        """Add a message in which nothing can be found, by the reading of it that the engine gave."""
        tail = plain[-MAX_LENGTH:]
        self._add(conversation_id, Remembered(event_id, direction, at, (tail,), folded=tail))

    def _add(self, conversation_id: str, new: Remembered) -> None:
        conversations = self._conversations
        remembered = conversations.get(conversation_id, ())
        for message in remembered:
            if message.event_id == new.event_id:
                return
        conversations[conversation_id] = self._trimmed((*remembered, new))
        conversations.move_to_end(conversation_id)
        if len(conversations) > self._max_conversations:
            conversations.popitem(last=False)

    def _trimmed(self, messages: tuple[Remembered, ...]) -> tuple[Remembered, ...]:
        """The last messages: a few, or more where all of them are short."""
        if len(messages) <= self._max_messages:
            return messages
        kept = size = 0
        for message in reversed(messages):
            size += message.size
            if size > MAX_FRAGMENTS_LENGTH or kept == MAX_FRAGMENTS:
                break
            kept += 1
        return messages[-max(kept, self._max_messages) :]

    def forget(self, conversation_id: str) -> None:
        """Drop a conversation."""
        self._conversations.pop(conversation_id, None)


def _rest(text: str, verdict: Verdict) -> tuple[str, ...]:
    """What the verdict left: a value that was found joins no other fragments."""
    pieces: list[str] = []
    done = 0
    for finding in verdict.findings:
        pieces.append(text[done : finding.start])
        done = finding.end
    pieces.append(text[done:])
    return tuple(piece[-MAX_LENGTH:] for piece in pieces)
