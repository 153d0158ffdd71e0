"""An invented week of a contact centre, as the topics would tell of it: for pages that need something to show.

Nobody in it exists, and no text is in it: only what the topics carry after the policy has done its work.
"""

import hashlib
import json
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from schemas import (
    Action,
    Alert,
    Audience,
    DeadLetterHeaders,
    DeadLetterReason,
    Direction,
    Match,
    Severity,
    Stage,
    Violation,
)
from schemas.receipt import DeliveryStatus, Receipt
from streams.topics import Topic

DAYS: Final = 7
QUEUES: Final = {
    "Cards": ("ana.ribeiro", "ben.carter", "carla.gomez"),
    "Loans": ("diego.santos", "emma.fischer"),
    "Accounts": ("femi.adeyemi", "grace.kim", "hugo.laurent"),
}
CHANNELS: Final = (("whatsapp", 6), ("webmessaging", 3), ("open", 1))
_RULES: Final = (
    ("CreditCard", "payment_card", Severity.CRITICAL, Action.REDACT, "************6467", 34),
    ("CPF", "br_cpf", Severity.HIGH, Action.REDACT, "***********", 22),
    ("SSN", "us_ssn", Severity.CRITICAL, Action.REDACT, "***********", 14),
    ("IBAN", "iban", Severity.HIGH, Action.REDACT, "**********************", 9),
    ("EmailAddress", "email_address", Severity.MEDIUM, Action.ALERT, "*****************", 12),
    ("CardSecurityCode", "card_security_code", Severity.CRITICAL, Action.REDACT, "***", 8),
    ("Password", "password", Severity.CRITICAL, Action.REDACT, "**********", 4),
    ("MRN", "medical_record_number", Severity.HIGH, Action.REDACT, "********", 3),
    ("InternalDocCode", "internal_document", Severity.MEDIUM, Action.ALERT, "*****************", 5),
    ("PhoneNumber", "phone_number", Severity.MEDIUM, Action.ALERT, "************", 7),
)
_POLICIES: Final = ("7c41d09be2a6", "a95e01f3c8d2")


@dataclass(frozen=True, slots=True)
class Told:
    """A record of a topic."""

    topic: Topic
    key: str
    value: bytes
    at: datetime
    headers: tuple[tuple[str, bytes], ...] = ()


def week(until: datetime, *, seed: int = 7) -> Iterator[Told]:
    """A week that ends at a time: busy by day, quiet by night, a little better on each day."""
    chance = random.Random(seed)  # noqa: S311  (invented data)
    for hour in range(DAYS * 24):
        begin = until - timedelta(hours=DAYS * 24 - hour)
        busy = max(0.08, math.sin(math.pi * (begin.hour - 6) / 15)) if 6 <= begin.hour <= 21 else 0.05  # noqa: PLR2004  (opening hours)
        for _ in range(round(100 * busy * (0.5 if begin.weekday() >= 5 else 1))):  # noqa: PLR2004  (weekend)
            yield from _message(chance, begin + timedelta(seconds=chance.randrange(3600)), progress=hour / (DAYS * 24))
    for number, (reason, detail) in enumerate(
        (
            (DeadLetterReason.MALFORMED_JSON, None),
            (DeadLetterReason.TOO_LARGE, None),
            (DeadLetterReason.REFUSED, "131026"),
        )
    ):
        stage = Stage.FORWARDER if reason is DeadLetterReason.REFUSED else Stage.CRITICAL
        origin = DeadLetterHeaders(
            "messages.inbound", number, 4100 + number * 37, stage, reason, f"wamid-{number}", detail
        )
        at = until - timedelta(hours=3 + number * 11)
        yield Told(Topic.DEAD_LETTERS, f"conv-{number}", b"\0" * (900 + 7000 * number), at, tuple(origin.encode()))


def _message(chance: random.Random, at: datetime, *, progress: float) -> Iterator[Told]:
    queue = chance.choices(list(QUEUES), (5, 3, 4))[0]
    agent = chance.choice(QUEUES[queue])
    channel = chance.choices([name for name, _ in CHANNELS], [weight for _, weight in CHANNELS])[0]
    conversation = f"{channel[:2]}-{hashlib.sha256(f'{agent}{at:%d%H}{chance.randrange(4)}'.encode()).hexdigest()[:10]}"
    direction = chance.choices((Direction.INBOUND, Direction.OUTBOUND), (11, 9))[0]
    event = f"ev-{hashlib.sha256(f'{conversation}{at.isoformat()}{chance.random()}'.encode()).hexdigest()[:16]}"
    is_found = chance.random() < (0.06 if direction is Direction.INBOUND else 0.03 * (1.5 - 1.2 * progress))
    rule = chance.choices(_RULES, [one[-1] for one in _RULES])[0] if is_found else None
    forwarded = {
        "event_id": event,
        "conversation_id": conversation,
        "direction": direction,
        "channel": channel,
        "is_redacted": rule is not None and rule[3].removes,
    }
    yield Told(Topic.FORWARD, conversation, json.dumps(forwarded).encode(), at)
    if rule is None:
        return
    found = _violation(rule, conversation, event, direction, channel, agent, queue, at, _POLICIES[progress > 0.55])  # noqa: PLR2004  (mid-week)
    yield Told(Topic.VIOLATIONS, conversation, found.model_dump_json().encode(), found.detected_at)
    yield from _told(found, queue)
    for status, seconds in ((DeliveryStatus.SENT, 1), (DeliveryStatus.DELIVERED, 3)):
        receipt = Receipt(
            receipt_id=f"{event}-{status}",
            event_id=event,
            conversation_id=conversation,
            direction=direction,
            channel=channel,
            status=status,
            external_id=f"ext-{event[3:11]}",
            occurred_at=at + timedelta(seconds=seconds),
        )
        yield Told(Topic.RECEIPTS, conversation, receipt.model_dump_json().encode(), receipt.occurred_at)


def _violation(  # noqa: PLR0917  (all of them make up one record)
    rule: tuple[str, str, Severity, Action, str, int],
    conversation: str,
    event: str,
    direction: Direction,
    channel: str,
    agent: str,
    queue: str,
    at: datetime,
    policy: str,
) -> Violation:
    name, entity, severity, action, preview, _ = rule
    match = Match(
        part="text", start=11, end=11 + len(preview), score=0.94, masked_preview=preview, fingerprint="0" * 32
    )
    return Violation(
        violation_id=hashlib.sha256(f"{event}{name}".encode()).hexdigest()[:32],
        event_id=event,
        rule=name,
        severity=severity,
        match_count=1,
        conversation_id=conversation,
        direction=direction,
        agent_id=agent,
        queue_id=queue,
        stage=Stage.CRITICAL if severity.rank > 1 else Stage.MEDIUM,
        action=action,
        entity=entity,
        channel=channel,
        policy_version=policy,
        masked_preview=preview,
        fingerprint="0" * 32,
        matches=(match,),
        occurred_at=at,
        detected_at=at + timedelta(milliseconds=24),
    )


def _told(found: Violation, queue: str) -> Iterator[Told]:
    done = "taken out of the message" if found.action.removes else "left in the message"
    who = "The customer" if found.direction is Direction.INBOUND else "The agent"
    for audience in Audience:
        alert = Alert(
            alert_id=f"{found.violation_id}-{audience}",
            audience=audience,
            conversation_id=found.conversation_id,
            event_id=found.event_id,
            agent_id=found.agent_id,
            rule=found.rule,
            severity=found.severity,
            message=f"{who} sent a value that the rule {found.rule} protects: {done}.",
            direction=found.direction,
            channel=found.channel,
            action=found.action,
            queue_id=queue,
            occurred_at=found.detected_at,
        )
        yield Told(Topic.ALERTS, found.conversation_id, alert.model_dump_json().encode(), found.detected_at)


def now() -> datetime:
    """In UTC."""
    return datetime.now(UTC)
