"""What the blocking tier hands on to the review tier: messages in which that may find something, and what came before.

The review tier runs in another process and remembers nothing. An answer is only understood by its question, so the last
words of the conversation go with the message, as they are remembered: without what was taken out of them.
"""

from collections.abc import Iterable

from detection.conversation import History, recalled
from detection.engine import Engine
from detection.inspection import Inspection
from detection.reporting import Subject
from schemas import Direction, EarlierMessage, MessagePart, ReviewFinding, ReviewRequest, Tier


def needs_review(
    engine: Engine,
    inspection: Inspection,
    history: History,
    *,
    direction: Direction,
    channel: str,
    queue: str | None = None,
) -> bool:
    """Whether the review tier could find anything in a message that was judged: what it cannot is not sent to it."""
    said: History | None = history
    for text in (inspection.text, *_words_of(inspection.parts)):
        reading = engine.clean_reading(
            text, tier=Tier.REVIEW, direction=direction, channel=channel, queue=queue, history=said
        )
        if reading is None:
            return True
        said = None  # only the text goes on what was said before
    return False


def review_request(
    subject: Subject, inspection: Inspection, history: History, *, sender: str | None = None
) -> ReviewRequest:
    """What is handed on: the message as it was cleaned, what was found in it, and what was said before."""
    return ReviewRequest(
        event_id=subject.event_id,
        conversation_id=subject.conversation_id,
        direction=subject.direction,
        channel=subject.channel,
        text=inspection.text,
        parts=inspection.parts,
        sender=sender,
        agent_id=subject.agent_id,
        queue_id=subject.queue_id,
        first_pass=tuple(
            ReviewFinding(rule=found.rule, entity=found.entity, severity=found.severity)
            for found in inspection.findings
        ),
        said_before=said_before(history),
        occurred_at=subject.occurred_at,
    )


def said_before(history: History) -> tuple[EarlierMessage, ...]:
    """What is remembered of a conversation, to go with a message."""
    return tuple(
        EarlierMessage(
            event_id=message.event_id,
            direction=message.direction,
            text=message.text,
            entities=tuple(sorted(message.entities)),
        )
        for message in history.messages
    )


def history_of(earlier: Iterable[EarlierMessage]) -> History:
    """The same, as it came with a message."""
    return History(
        tuple(recalled(one.event_id, one.direction, one.text, frozenset(one.entities)) for one in earlier),
    )


def _words_of(parts: Iterable[MessagePart | str]) -> list[str]:
    return [part if isinstance(part, str) else part.text for part in parts]
