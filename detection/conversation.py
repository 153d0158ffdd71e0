"""What was said before: bounded memory of conversations, in the process only."""

from collections import OrderedDict
from operator import attrgetter

import msgspec

from detection.expressions import Expressions
from detection.finding import Verdict
from detection.fold import fold
from detection.pieces import MAX_LENGTH, REMOVED, begun
from detection.readings.spelled import written
from schemas import Direction

MAX_CONVERSATIONS = 20_000
MAX_MESSAGES = 8
"""Messages remembered of a conversation, both directions together."""
MAX_FRAGMENTS = 24
"""Messages remembered where they are short: a value typed digit by digit."""
MAX_FRAGMENTS_LENGTH = 240
"""Characters of all these together."""
MAX_AGE = 120_000
"""Milliseconds for which a message is remembered."""


_NO_ENTITIES: frozenset[str] = frozenset()


class CleanReading(msgspec.Struct, gc=False):
    """What the engine saw of a text in which nothing can be found."""

    text: str
    """As rules see it, spelled digits written."""
    expressions: Expressions
    matching: frozenset[int]
    """Numbers of those expressions that match in it."""

    def __repr__(self) -> str:
        return f"<CleanReading of {len(self.text)} characters>"


class Remembered(msgspec.Struct, gc=False):
    """A message that was judged before: its tail, with a mark for everything that was already taken out.

    Thousands are kept for minutes, in no cycle, so the garbage collector is not to look at them again and again.
    """

    event_id: str
    direction: Direction
    at: int
    """Milliseconds since the epoch."""
    text: str
    """As rules see it."""
    begun: int
    """Digits with which it may begin a value that a later message ends."""
    is_crossed: bool
    """Whether what was said before it may be joined across it."""
    entities: frozenset[str] = _NO_ENTITIES
    """What was found in it."""
    _matching: tuple[Expressions, frozenset[int]] | None = None

    def __repr__(self) -> str:
        return f"<Remembered {self.event_id}>"

    def matching(self, expressions: Expressions) -> frozenset[int]:
        """Numbers of a policy's expressions that match in it; it is asked once."""
        if self._matching is None or self._matching[0] is not expressions:
            self._matching = expressions, frozenset(expressions.match(self.text) or ())
        return self._matching[1]

    @property
    def has_digits(self) -> bool:
        """Whether any digit stands in it."""
        return self.begun > 0 or not self.is_crossed


class History(msgspec.Struct, gc=False):
    """The recent messages of a conversation, oldest first."""

    messages: tuple[Remembered, ...] = ()

    def said_before(self) -> str:
        """The last two messages, whoever wrote them."""
        return "\n".join(message.text for message in self.messages[-2:])

    def question_for(self, direction: Direction) -> str:
        """The other side's last word, if a message in this direction may answer it; else empty."""
        for message in reversed(self.messages[-3:]):
            if message.direction is not direction:
                return message.text
        return ""

    def matching(self, expressions: Expressions) -> set[int]:
        """Numbers of a policy's expressions that match in any of the messages."""
        return set().union(*[message.matching(expressions) for message in self.messages])

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
        max_age: int = MAX_AGE,
    ) -> None:
        self._conversations: OrderedDict[str, tuple[Remembered, ...]] = OrderedDict()
        self._max_conversations = max_conversations
        self._max_messages = max_messages
        self._max_age = max_age

    def __len__(self) -> int:
        return len(self._conversations)

    def history(self, conversation_id: str, now: int) -> History:
        """What is known of a conversation and not too old at ``now``, milliseconds since the epoch."""
        remembered = self._conversations.get(conversation_id)
        if not remembered:
            return NOTHING
        oldest = now - self._max_age
        if remembered[0].at < oldest:
            remembered = tuple(message for message in remembered if message.at >= oldest)
        return History(remembered)

    def remember(  # noqa: PLR0917  (one flat call a message)
        self, conversation_id: str, event_id: str, direction: Direction, text: str, verdict: Verdict, at: int
    ) -> None:
        """Add a message judged at ``at``, milliseconds since the epoch. One that is known is not added again."""
        rest = _rest(text, verdict)
        entities = frozenset(finding.entity for finding in verdict.findings)
        self._add(conversation_id, Remembered(event_id, direction, at, rest, *begun(rest), entities))

    def remember_clean(
        self, conversation_id: str, event_id: str, direction: Direction, reading: CleanReading, at: int
    ) -> None:
        """Add a message in which nothing can be found, by the reading of it that the engine gave."""
        text, matching = reading.text[-MAX_LENGTH:], (reading.expressions, reading.matching)
        self._add(conversation_id, Remembered(event_id, direction, at, text, *begun(text), _NO_ENTITIES, matching))

    def _add(self, conversation_id: str, new: Remembered) -> None:
        conversations = self._conversations
        remembered = conversations.get(conversation_id, ())
        if new.event_id in map(_EVENT_ID, remembered):
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
            size += len(message.text)
            if size > MAX_FRAGMENTS_LENGTH or kept == MAX_FRAGMENTS:
                break
            kept += 1
        return messages[-max(kept, self._max_messages) :]


_EVENT_ID = attrgetter("event_id")


def _rest(text: str, verdict: Verdict) -> str:
    """The end of what the verdict left, as rules see it: a value that was found joins no other fragments."""
    pieces: list[str] = []
    done = 0
    for finding in verdict.findings:
        pieces.append(text[done : finding.start])
        done = finding.end
    pieces.append(text[done:])
    return f" {REMOVED} ".join([written(fold(piece[-MAX_LENGTH:])) if piece else piece for piece in pieces])
