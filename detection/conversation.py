"""What was said before: bounded memory of conversations, in the process only."""

from collections.abc import Sequence

import msgspec

from detection.expressions import Expressions
from detection.finding import Verdict
from detection.fold import fold
from detection.pieces import MAX_LENGTH, REMOVED, begun_digits, is_crossed, trailing, whole
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
    matching: Sequence[int]
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
    begun_digits: int
    """Digits with which it may begin a value that a later message ends."""
    entities: frozenset[str] = _NO_ENTITIES
    """What was found in it."""
    _reading: CleanReading | None = None
    """Which expressions match in it, as far as that was asked."""
    _rims: tuple[str | None, str | None] | None = None
    _is_crossed: bool | None = None

    @property
    def is_crossed(self) -> bool:
        """Whether what was said before it may be joined across it; it is read once."""
        if self._is_crossed is None:
            self._is_crossed = is_crossed(self.text)
        return self._is_crossed

    def rims(self) -> tuple[str | None, str | None]:
        """All its digits where it is little more than digits, and those with which it ends; they are read once."""
        if self._rims is None:
            said, end = whole(self.text), trailing(self.text)
            self._rims = said.digits if said else None, end.digits if end else None
        return self._rims

    def __repr__(self) -> str:
        return f"<Remembered {self.event_id}>"

    def matching(self, expressions: Expressions) -> Sequence[int]:
        """Numbers of a policy's expressions that match in it; it is asked once."""
        if self._reading is None or self._reading.expressions is not expressions:
            self._reading = CleanReading(self.text, expressions, tuple(expressions.match(self.text) or ()))
        return self._reading.matching

    @property
    def has_digits(self) -> bool:
        """Whether any digit stands in it."""
        return self.begun_digits > 0 or not self.is_crossed


def recalled(event_id: str, direction: Direction, text: str, entities: frozenset[str], at: int = 0) -> Remembered:
    """A message by what is remembered of it: the end of its text, as rules see it, without what was taken out."""
    return Remembered(event_id, direction, at, text, begun_digits(text), entities)


class History(msgspec.Struct, gc=False):
    """The recent messages of a conversation, oldest first."""

    messages: tuple[Remembered, ...] = ()
    may_have_begun: bool = True
    """Whether any of them may begin a value that a later message ends."""

    def said_before(self) -> str:
        """The last two messages, whoever wrote them."""
        return "\n".join(message.text for message in self.messages[-2:])

    def question_for(self, direction: Direction) -> str:
        """The other side's last word, if a message in this direction may answer it; else empty."""
        for message in reversed(self.messages[-3:]):
            if message.direction is not direction:
                return message.text
        return ""

    def opening_of(self, event_id: str) -> str:
        """A message and the one before it, whoever wrote that."""
        place = self._place_of(event_id)
        return "\n".join(message.text for message in self.messages[max(0, place - 1) : place + 1])

    def around(self, event_id: str) -> str:
        """A message with the two before it, whoever wrote them, and what its sender said after it."""
        place = self._place_of(event_id)
        sender = self.messages[place].direction
        since = [message for message in self.messages[place:] if message.direction is sender]
        return "\n".join(message.text for message in (*self.messages[max(0, place - 2) : place], *since))

    def _place_of(self, event_id: str) -> int:
        return next((place for place, message in enumerate(self.messages) if message.event_id == event_id), 0)

    def matching(self, expressions: Expressions) -> set[int]:
        """Numbers of a policy's expressions that match in any of the messages."""
        return set().union(*[message.matching(expressions) for message in self.messages])

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


class Conversation(msgspec.Struct, gc=False):
    """What is remembered of one conversation, oldest first."""

    messages: tuple[Remembered, ...] = ()
    event_ids: set[str] = msgspec.field(default_factory=set)
    """Of all of them: one look tells whether a message is known."""
    length: int = 0
    """Characters of all of them."""
    begun_digits: int = 0
    """Digits with which they may begin values."""

    def __repr__(self) -> str:
        return f"<Conversation of {len(self.messages)} messages>"

    def history(self, now: int) -> History:
        """What is not too old at ``now``, milliseconds since the epoch."""
        messages = self.messages
        if messages and messages[0].at < now - MAX_AGE:
            messages = tuple(message for message in messages if message.at >= now - MAX_AGE)
        return History(messages, self.begun_digits > 0)

    def remember(self, event_id: str, direction: Direction, text: str, verdict: Verdict, at: int) -> None:
        """Add a message judged at ``at``, milliseconds since the epoch. One that is known is not added again."""
        entities = frozenset([finding.entity for finding in verdict.findings])
        self._add(recalled(event_id, direction, _rest(text, verdict), entities, at))

    def remember_clean(self, event_id: str, direction: Direction, reading: CleanReading, at: int) -> None:
        """Add a message in which nothing can be found, by the reading of it that the engine gave."""
        text = reading.text
        if len(text) > MAX_LENGTH:
            text = text[-MAX_LENGTH:]
            reading = CleanReading(text, reading.expressions, reading.matching)  # the rest is not to be kept
        self._add(Remembered(event_id, direction, at, text, begun_digits(text), _NO_ENTITIES, reading))

    def _add(self, new: Remembered) -> None:
        """Keep the last messages: so many at the most, or more where all of them are short."""
        if new.event_id in self.event_ids:
            return
        messages = self.messages
        self.event_ids.add(new.event_id)
        length = self.length + len(new.text)
        forgotten, count = 0, len(messages) + 1
        while count > MAX_MESSAGES and (count > MAX_FRAGMENTS or length > MAX_FRAGMENTS_LENGTH):
            oldest = messages[forgotten]
            self.event_ids.discard(oldest.event_id)
            length -= len(oldest.text)
            self.begun_digits -= oldest.begun_digits
            forgotten, count = forgotten + 1, count - 1
        self.messages = (*messages[forgotten:], new)
        self.length = length
        self.begun_digits += new.begun_digits


class ConversationMemory:
    """Remembers a little of many conversations; those that have been silent the longest go first.

    They stand in two halves: one that is spoken in goes to the younger, and when that is full, the older is dropped and
    the younger takes its place. So half of ``max_conversations`` are kept for sure, and no order has to be kept.
    """

    def __init__(self, max_conversations: int = MAX_CONVERSATIONS) -> None:
        self._younger: dict[str, Conversation] = {}
        self._older: dict[str, Conversation] = {}
        self._half = max(max_conversations // 2, 1)

    def __len__(self) -> int:
        return len(self._younger) + len(self._older)

    def conversation(self, conversation_id: str) -> Conversation:
        """The conversation, known or new, which is now among those that were spoken in last."""
        return self._younger.get(conversation_id) or self._come_forward(conversation_id)

    def _come_forward(self, conversation_id: str) -> Conversation:
        if len(self._younger) >= self._half:
            self._older, self._younger = self._younger, {}
        conversation = self._older.pop(conversation_id, None) or Conversation()
        self._younger[conversation_id] = conversation
        return conversation


def _rest(text: str, verdict: Verdict) -> str:
    """The end of what the verdict left, as rules see it: a value that was found joins no other fragments."""
    pieces: list[str] = []
    done = 0
    for finding in verdict.findings:
        pieces.append(text[done : finding.start])
        done = finding.end
    pieces.append(text[done:])
    return f" {REMOVED} ".join([written(fold(piece[-MAX_LENGTH:])) if piece else piece for piece in pieces])
