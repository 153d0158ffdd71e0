"""``POST /dlp/scan``: the engine in-process, for a text that is about to be sent."""

import uuid
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from detection import Engine
from detection.inspection import inspect
from detection.reporting import Reporter, Subject
from gateway.auth import Caller, require
from gateway.bodies import body_of, described
from schemas import MessageEvent, ScanRequest, ScanResponse, ScanViolation, Tier
from streams.producer import EventProducer
from streams.topics import Topic

router = APIRouter(tags=["scan"])


@router.post("/dlp/scan", openapi_extra=described(ScanRequest))
async def scan(
    request: Request,
    caller: Annotated[Caller, Depends(require("scan"))],  # noqa: ARG001  (checked, not used)
    body: Annotated[ScanRequest, Depends(body_of(ScanRequest))],
) -> ScanResponse:
    """Judge a text by every rule. What was found is on record before the answer is given."""
    state = request.app.state
    engine: Engine = state.engine
    reporter: Reporter = state.reporter
    producer: EventProducer = state.producer
    now = datetime.now(UTC)
    event = MessageEvent(
        conversation_id=body.conversation_id,
        direction=body.direction,
        text=body.message_text,
        agent_id=body.agent_id,
    )
    inspection = inspect(engine, event, tier=Tier.ALL)
    subject = Subject(
        f"scan-{uuid.uuid4().hex}", body.conversation_id, body.direction, event.channel, now, body.agent_id
    )
    violations = reporter.violations(subject, inspection, now)
    key = body.conversation_id.encode("utf-8", "replace")
    for violation in violations:
        await producer.publish(Topic.VIOLATIONS, key, violation.model_dump_json().encode())
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
                agent_id=body.agent_id,
            )
            for violation in violations
        ),
    )
