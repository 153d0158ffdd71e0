"""The work that every peer does for each record: the same engine, the same four rules, the same outputs."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

from detection import Engine, load_policy
from schemas import ForwardMessage, MessageEvent, Tier

PREFIX = os.environ["CORDON_TOPIC_PREFIX"]
BOOTSTRAP_SERVERS = os.environ["CORDON_KAFKA_BOOTSTRAP_SERVERS"]
INPUTS = [f"{PREFIX}messages.inbound", f"{PREFIX}messages.outbound"]
FORWARD = f"{PREFIX}messages.forward"
VIOLATIONS = f"{PREFIX}dlp.violations"

policy_file = os.environ.get("CORDON_POLICY_FILE")
engine = Engine(load_policy(Path(policy_file) if policy_file else None))


def process(value: bytes, coordinates: str) -> list[tuple[str, bytes, bytes]]:
    """Judge one record. Returns (topic, key, value) of every output."""
    event = MessageEvent.model_validate_json(value)
    key = event.conversation_id.encode()
    event_id = event.event_id or coordinates
    verdict = engine.scan(event.text, tier=Tier.BLOCKING, direction=event.direction, channel=event.channel)
    outputs = [
        (VIOLATIONS, key, json.dumps({"event_id": event_id, "rule": f.rule, "severity": f.severity}).encode())
        for f in verdict.findings
    ]
    forwarded = ForwardMessage(
        event_id=event_id,
        conversation_id=event.conversation_id,
        direction=event.direction,
        channel=event.channel,
        text=verdict.redacted_text,
        is_redacted=not verdict.is_clean,
        violation_count=len(outputs),
        occurred_at=event.occurred_at or datetime.now(UTC),
    )
    return [*outputs, (FORWARD, key, forwarded.model_dump_json().encode())]
