"""The critical stage: nothing goes on before every rule of the blocking tier has judged it.

``messages.inbound`` and ``messages.outbound`` in; ``messages.forward``, ``dlp.violations``, ``dlp.alerts`` and
``dlp.review`` out, and to ``messages.outbound`` the offer of a secure form where policy makes one.
"""

from collections.abc import Awaitable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from agents.judging import Judging
from agents.remembering import Remembering
from detection import History
from detection.inspection import Inspection
from detection.reporting import Subject
from detection.reviewing import review_request
from schemas import Stage, Tier
from schemas.plain import Message, PlainMessage, clean_forward
from schemas.record import rfc3339
from schemas.written import NO_METADATA, NO_PARTS, SCHEMA_VERSION, WrittenForward, raw
from streams.computing import BatchStage, Settled
from streams.decoding import event_id_of, message_of, opened, taken_at
from streams.record import KafkaRecord
from streams.stage import Decision, Output, StageTools
from streams.topics import Topic, key_of

if TYPE_CHECKING:
    from agents.offering import Offering  # comes with the database's libraries, and only where policy offers


class CriticalStage(BatchStage):
    """Decode, judge, clean, forward, report."""

    name = Stage.CRITICAL
    inputs = (Topic.INBOUND, Topic.OUTBOUND)

    def __init__(
        self,
        tools: StageTools,
        judging: Judging,
        remembering: Remembering,
        *,
        max_text_bytes: int,
        offering: "Offering | None" = None,
    ) -> None:
        super().__init__(tools)
        self._offering = offering
        self._judging = judging
        self._clean_reading = judging.engine.clean_reading
        self._remembering = remembering
        self._max_text_bytes = max_text_bytes

    def decide(self, record: KafkaRecord) -> Decision | Awaitable[Decision]:
        """Forward a message cleaned, and say what was found."""
        value = opened(record, self.tools.codec, self.tools.prefix)
        message = message_of(value, max_text_bytes=self._max_text_bytes)
        clean = self._short_road(message, record) if isinstance(message, PlainMessage) else None
        return clean or self._whole_road(message, record)

    def _short_road(self, message: PlainMessage, record: KafkaRecord) -> Decision | None:
        """Forward a plain message in which no rule of any tier could find anything; None for every other."""
        conversation, at = self._remembering.conversation(message.conversation_id), record.timestamp
        reading = self._clean_reading(
            message.text,
            tier=Tier.ALL,
            direction=message.direction,
            channel=message.channel,
            queue=message.queue_id,
            history=conversation.history(at),
        )
        if reading is None:
            return None
        event_id = event_id_of(message, record, self.tools.prefix)
        forwarded = clean_forward(message, event_id=event_id, occurred_at=message.occurred_at or taken_at(record))
        conversation.remember_clean(event_id, message.direction, reading, at)
        return Decision("forwarded", (Output(Topic.FORWARD, key_of(message.conversation_id), forwarded),))

    async def _whole_road(self, event: Message, record: KafkaRecord) -> Decision:
        subject = Subject(
            event_id_of(event, record, self.tools.prefix),
            event.conversation_id,
            event.direction,
            event.channel,
            event.occurred_at or taken_at(record),
            event.agent_id,
            event.queue_id,
        )
        history = self._remembering.conversation(event.conversation_id).history(record.timestamp)
        inspection = await self._judging.inspected(event, history)
        self._remembering.note(event, subject.event_id, inspection, record.timestamp)
        key = key_of(event.conversation_id)
        violations = (
            self._judging.reporter.violations(subject, inspection, datetime.now(UTC)) if inspection.pieces else []
        )
        outputs = [Output(Topic.FORWARD, key, _forwarded(event, subject, inspection, len(violations)))]
        outputs += self._judging.reports(self.tools, subject, violations, key)
        if self._judging.needs_review(event, inspection, history):
            outputs.append(self._review(event, subject, inspection, history, key))
        if self._offering is not None:
            outputs += await self._offering.offers(event, inspection)
        return Decision("redacted" if inspection.removed else "forwarded", outputs)

    async def recall(self, settled: Settled) -> None:
        """Learn what was said shortly before in the conversations that have come here."""
        await self._remembering.recall(settled)

    def _review(self, event: Message, subject: Subject, inspection: Inspection, history: History, key: bytes) -> Output:
        request = review_request(subject, inspection, history, sender=event.sender)
        value, headers = self.tools.codec.seal(Topic.REVIEW, request.model_dump_json().encode())
        return Output(Topic.REVIEW, key, value, headers)


def _forwarded(event: Message, subject: Subject, inspection: Inspection, violations: int) -> bytes:
    blocked, removed = inspection.is_blocked, inspection.removed
    return WrittenForward(
        schema_version=SCHEMA_VERSION,
        event_id=subject.event_id,
        conversation_id=event.conversation_id,
        direction=event.direction,
        channel=event.channel,
        text="" if blocked else inspection.text,
        parts=raw(inspection.parts) if inspection.parts and not blocked else NO_PARTS,
        is_redacted=removed > 0,
        is_blocked=blocked,
        violation_count=violations,
        redaction_count=removed,
        entities=tuple(sorted({found.entity for found in inspection.findings if found.action.removes})),
        occurred_at=rfc3339(subject.occurred_at),
        sender=event.sender,
        recipient=event.recipient,
        agent_id=event.agent_id,
        queue_id=event.queue_id,
        metadata=raw(inspection.metadata) if inspection.metadata and not blocked else NO_METADATA,
    ).to_json()
