"""The medium stage: the rules that never delay a message, run after the fact on the text as forwarded.

``dlp.review`` in; ``dlp.violations`` and ``dlp.alerts`` out.
"""

import logging
from datetime import UTC, datetime

from pydantic import ValidationError

from agents.judging import GRAVE, Judging
from detection.inspection import Inspection, inspect
from detection.reporting import Subject
from detection.reviewing import history_of
from detection.second_look import with_sightings
from schemas import DeadLetterReason, MessageEvent, ReviewRequest, Stage, Tier
from schemas.second_pass import SecondPass, SecondPassAwayError
from streams.computing import BatchStage
from streams.deadletters import PoisonError
from streams.decoding import opened
from streams.record import KafkaRecord
from streams.stage import Decision, StageTools
from streams.topics import Topic, key_of

log = logging.getLogger(__name__)


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
            queue_id=request.queue_id,
        )
        history = history_of(request.said_before)
        inspection = inspect(self._judging.engine, event, tier=Tier.REVIEW, history=history)
        second = self._judging.second_pass
        if second is not None and any(found.severity in GRAVE for found in request.first_pass):
            inspection = await self._looked_again(second, request, inspection)
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
        key = key_of(request.conversation_id)
        return Decision("reported", self._judging.reports(self.tools, subject, violations, key))

    async def close(self) -> None:
        """End the second pass's process."""
        if self._judging.second_pass is not None:
            await self._judging.second_pass.close()

    async def _looked_again(self, second: SecondPass, request: ReviewRequest, inspection: Inspection) -> Inspection:
        """The judgement with what the second pass saw; without an answer it stands as it is."""
        strings = {"text": request.text} | {
            f"parts.{number}": part if isinstance(part, str) else part.text for number, part in enumerate(request.parts)
        }
        try:
            seen = await second.look(list(strings.values()))
        except SecondPassAwayError as away:
            self.tools.metrics.count("dlp_second_pass_total", detector=second.name, outcome="away")
            log.warning("medium: the second pass did not answer (%s)", away)
            return inspection
        self.tools.metrics.count("dlp_second_pass_total", detector=second.name, outcome="answered")
        return with_sightings(inspection, strings, dict(zip(strings, seen, strict=True)), second.name)


def _request_of(value: bytes) -> ReviewRequest:
    try:
        return ReviewRequest.model_validate_json(value)
    except ValidationError:
        raise PoisonError(DeadLetterReason.INVALID_EVENT) from None
