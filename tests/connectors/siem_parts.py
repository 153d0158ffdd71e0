"""Records for the tests of SIEM targets, and what waits for things."""

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from connectors.failures import DestinationAway
from connectors.siem import Answer, SiemRecord, SiemTarget
from schemas import Action, AuditRecord, Direction, Match, Severity, Violation

AT = datetime(2026, 1, 31, 12, 0, 0, 123000, tzinfo=UTC)
FINGERPRINT = "d82ea58094689e99106284cfd96a4d5b"


def violation(number: int = 1, **more: Any) -> Violation:
    given: dict[str, Any] = {
        "violation_id": f"violation-{number}",
        "event_id": f"event-{number}",
        "rule": "CreditCard",
        "severity": Severity.CRITICAL,
        "match_count": 1,
        "conversation_id": f"conversation-{number % 10}",
        "direction": Direction.INBOUND,
        "agent_id": "agent-7",
        "stage": "critical",
        "action": Action.REDACT,
        "entity": "payment_card",
        "channel": "whatsapp",
        "policy_version": "a6dfaee1a4e8",
        "masked_preview": "************1111",
        "fingerprint": FINGERPRINT,
        "matches": (
            Match(
                part="text", start=11, end=30, score=0.99, masked_preview="************1111", fingerprint=FINGERPRINT
            ),
        ),
        "occurred_at": AT,
        "detected_at": AT,
    }
    return Violation(**(given | more))


def audit(number: int = 1, **more: Any) -> AuditRecord:
    given: dict[str, Any] = {
        "audit_id": f"audit-{number}",
        "chain": "gateway-1",
        "sequence": number,
        "actor": "key-ops",
        "action": "token.reveal",
        "subject": "tok_1",
        "reason": "fraud case 17",
        "conversation_id": "conversation-1",
        "occurred_at": AT,
        "previous_hash": "0" * 64,
        "hash": "1" * 64,
    }
    return AuditRecord(**(given | more))


async def attempt(target: SiemTarget, records: Sequence[SiemRecord]) -> Answer:
    """Send once, and wait for the confirmation where there is one."""
    answer = await target.send([target.encode(record) for record in records])
    if answer.confirmation is not None:
        await answer.confirmation()
    return answer


async def deliver(
    target: SiemTarget, records: Sequence[SiemRecord], *, seconds: float = 30, batch: int | None = None
) -> int:
    """Send until everything is confirmed, as the stage does. Returns how many attempts failed."""
    size = batch or target.limits.max_records
    encoded = [target.encode(record) for record in records]
    failures, until = 0, time.monotonic() + seconds
    for start in range(0, len(encoded), size):
        left = encoded[start : start + size]
        while left:
            try:
                answer = await target.send(left)
                if answer.confirmation is not None:
                    await answer.confirmation()
                assert not answer.refused
                left = [left[place] for place in sorted(answer.again)]
            except DestinationAway:
                failures += 1
                assert time.monotonic() < until, "not delivered in time"
                await asyncio.sleep(0.1)
    return failures


async def until(is_so: Callable[[], bool], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "not in time"
        await asyncio.sleep(0.05)
