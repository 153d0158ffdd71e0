"""``POST /dlp/scan``: the engine in-process, for a text that is about to be sent."""

import asyncio
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from detection.inspection import inspect
from detection.policy import Scope
from detection.reporting import Subject
from gateway.auth import Caller, require
from gateway.bodies import body_of, described
from gateway.parts import parts_of
from gateway.stitching import stitching_of
from schemas import MessageEvent, ScanRequest, ScanResponse, ScanViolation, Tier
from schemas.written import WrittenViolation
from streams.producer import EventProducer
from streams.topics import Topic, key_of

router = APIRouter(tags=["scan"])


@router.post("/dlp/scan", openapi_extra=described(ScanRequest))
async def scan(
    request: Request,
    caller: Annotated[Caller, Depends(require("scan"))],
    body: Annotated[ScanRequest, Depends(body_of(ScanRequest))],
) -> ScanResponse:
    """Judge a text by every rule. What was found is on record before the answer is given."""
    parts = parts_of(request)
    now = datetime.now(UTC)
    agent_id = caller.agent_id or body.agent_id  # an agent writes in nobody else's name
    conversation = stitching_of(request).our_name(body.conversation_id)
    event = MessageEvent(
        conversation_id=conversation,
        direction=body.direction,
        channel=body.channel,
        text=body.message_text,
        agent_id=agent_id,
        queue_id=body.queue_id,
    )
    inspection = inspect(parts.engine, event, tier=Tier.ALL)
    subject = Subject(
        f"scan-{uuid.uuid4().hex}",
        conversation,
        body.direction,
        event.channel,
        now,
        agent_id,
        body.queue_id,
    )
    violations = parts.reporter.violations(subject, inspection, now)
    if not body.is_draft:
        await publish_all(parts.producer, violations)
    return ScanResponse(
        is_clean=inspection.is_clean,
        redacted_text=inspection.text,
        violations=tuple(
            ScanViolation(
                rule=violation.rule,
                severity=violation.severity,
                match_count=violation.match_count,
                conversation_id=body.conversation_id,
                direction=body.direction,
                agent_id=agent_id,
            )
            for violation in violations
        ),
        findings=parts.explainer.explained(
            inspection.findings, Scope(body.direction, event.channel, body.queue_id), caller.role
        ),
    )


async def publish_all(producer: EventProducer, violations: Iterable[WrittenViolation]) -> None:
    """Put violations on record, all at once. Raises ``BrokerUnavailable`` when the broker lacks any of them."""
    await asyncio.gather(*(_published(producer, violation) for violation in violations))


async def _published(producer: EventProducer, violation: WrittenViolation) -> None:
    key = key_of(violation.conversation_id)
    await producer.publish(Topic.VIOLATIONS, key, violation.to_json())
