"""The medium stage: the rules that never delay a message, run after the fact on the text as forwarded.

``dlp.review`` in; ``dlp.violations`` and ``dlp.alerts`` out.
"""

from datetime import UTC, datetime

from pydantic import ValidationError

from agents.judging import Judging
from detection.inspection import inspect
from detection.reporting import Subject
from schemas import DeadLetterReason, MessageEvent, ReviewRequest, Stage, Tier
from streams.computing import BatchStage
from streams.deadletters import PoisonError
from streams.decoding import opened
from streams.record import KafkaRecord
from streams.stage import Decision, StageTools
from streams.topics import Topic


class MediumStage(BatchStage):
    """Open, judge, report."""

    name = Stage.MEDIUM
    inputs = (Topic.REVIEW,)

    def __init__(self, tools: StageTools, judging: Judging) -> None:
        super().__init__(tools)
        self._judging = judging

    async def decide(self, record: KafkaRecord) -> Decision:
        """Report what the review tier finds; the message itself has long gone on."""
        request = _request_of(opened(record, self.tools.codec, self.tools.prefix))
        event = MessageEvent(
            conversation_id=request.conversation_id,
            direction=request.direction,
            channel=request.channel,
            text=request.text,
            parts=request.parts,
        )
        inspection = inspect(self._judging.engine, event, tier=Tier.REVIEW)
        if inspection.is_clean:
            return Decision("reviewed")
        subject = Subject(
            request.event_id,
            request.conversation_id,
            request.direction,
            request.channel,
            request.occurred_at,
            request.agent_id,
            request.queue_id,
        )
        violations = self._judging.reporter.violations(subject, inspection, datetime.now(UTC))
        key = request.conversation_id.encode("utf-8", "replace")
        return Decision("reported", self._judging.reports(self.tools, subject, violations, key))


def _request_of(value: bytes) -> ReviewRequest:
    try:
        return ReviewRequest.model_validate_json(value)
    except ValidationError:
        raise PoisonError(DeadLetterReason.INVALID_EVENT) from None
