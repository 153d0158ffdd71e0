"""What was said before: bounded memory of conversations, in the process only."""

from collections import OrderedDict, deque
from dataclasses import dataclass
from datetime import datetime, timedelta

from detection.finding import Verdict
from detection.fold import fold
from schemas import Direction

MAX_CONVERSATIONS = 20_000
MAX_MESSAGES = 8
"""Messages remembered of a conversation, both directions together."""
MAX_AGE = timedelta(seconds=120)
MAX_LENGTH = 400
"""Characters remembered of a message: the last ones."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """A message that was judged before."""

    event_id: str
    direction: Direction
    at: datetime
    text: str
    """Folded, its tail only, with a space for everything that was already taken out."""


@dataclass(frozen=True, slots=True)
class History:
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
        self._conversations: OrderedDict[str, deque[Remembered]] = OrderedDict()
        self._max_conversations = max_conversations
        self._max_messages = max_messages
        self._max_age = max_age

    def __len__(self) -> int:
        return len(self._conversations)

    def history(self, conversation_id: str, now: datetime) -> History:
        """What is known of a conversation and not too old at the instant ``now``."""
        remembered = self._conversations.get(conversation_id)
        if remembered is None:
            return NOTHING
        return History(tuple(message for message in remembered if now - message.at <= self._max_age))

    def remember(  # noqa: PLR0917  (one flat call a message)
        self, conversation_id: str, event_id: str, direction: Direction, text: str, verdict: Verdict, at: datetime
    ) -> None:
        """Add a judged message. A message that is already known is not added twice."""
        remembered = self._conversations.get(conversation_id)
        if remembered is None:
            remembered = self._conversations[conversation_id] = deque(maxlen=self._max_messages)
            if len(self._conversations) > self._max_conversations:
                self._conversations.popitem(last=False)
        else:
            self._conversations.move_to_end(conversation_id)
        if not any(message.event_id == event_id for message in remembered):
            remembered.append(
                Remembered(
                    event_id,
                    direction,
                    at,
                    _rest(text, verdict),
                )
            )

    def forget(self, conversation_id: str) -> None:
        """Drop a conversation."""
        self._conversations.pop(conversation_id, None)


def _rest(text: str, verdict: Verdict) -> str:
    """What the verdict left, folded: a value that was found joins no other fragments."""
    pieces: list[str] = []
    done = 0
    for finding in verdict.findings:
        pieces.append(text[done : finding.start])
        done = finding.end
    pieces.append(text[done:])
    return fold(" \x1f ".join(pieces)[-MAX_LENGTH:]).text
