"""From a topic's record to rows of the read model. Pure: no I/O. What cannot be read is left out and counted."""

import json
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
from pydantic import ValidationError

from schemas import Alert, AuditRecord, DeadLetterHeaders, Receipt, Violation
from schemas.deadletter import ResolutionHeaders
from schemas.record import milliseconds
from streams.record import KafkaRecord
from streams.topics import Topic

Row = dict[str, Any]
HOUR_MS: Final = 3_600_000
FED_BY: Final = (Topic.FORWARD, Topic.VIOLATIONS, Topic.ALERTS, Topic.RECEIPTS, Topic.DEAD_LETTERS, Topic.AUDIT)
"""The topics that the read model is made of. None of them holds a value that policy takes out."""


class _Forwarded(msgspec.Struct):
    """What is counted of a forwarded message; its text is not even decoded."""

    channel: str
    direction: str
    is_redacted: bool = False


_FORWARDED: Final = msgspec.json.Decoder(_Forwarded)


@dataclass(slots=True)
class Gathered:
    """The rows of one batch."""

    violations: list[Row] = field(default_factory=list)
    alerts: list[Row] = field(default_factory=list)
    receipts: list[Row] = field(default_factory=list)
    audit: list[Row] = field(default_factory=list)
    dead_letters: list[Row] = field(default_factory=list)
    resolutions: list[Row] = field(default_factory=list)
    conversations: dict[str, Row] = field(default_factory=dict)
    traffic: dict[tuple[int, str, str], list[int]] = field(default_factory=dict)
    """Hour, channel and direction, to messages and redacted ones."""
    policies: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Version to the first and the last time that a violation names it."""
    unread: int = 0

    def add(self, topic: str, record: KafkaRecord) -> None:
        """Take a record of a topic, named without its prefix."""
        try:
            self._take(topic, record)
        except (ValidationError, msgspec.MsgspecError, UnicodeDecodeError):
            self.unread += 1

    def _take(self, topic: str, record: KafkaRecord) -> None:
        match topic:
            case Topic.FORWARD:
                self._forwarded(record)
            case Topic.VIOLATIONS:
                self._violation(record)
            case Topic.ALERTS:
                self._alert(record)
            case Topic.RECEIPTS:
                self._receipt(record)
            case Topic.AUDIT:
                self._audit(record)
            case Topic.DEAD_LETTERS:
                self._dead_letter(record)

    def _forwarded(self, record: KafkaRecord) -> None:
        message = _FORWARDED.decode(record.value or b"")
        hour = record.timestamp - record.timestamp % HOUR_MS
        counts = self.traffic.setdefault((hour, message.channel, message.direction), [0, 0])
        counts[0] += 1
        counts[1] += message.is_redacted

    def _violation(self, record: KafkaRecord) -> None:
        violation = Violation.model_validate_json(record.value or b"")
        detected = milliseconds(violation.detected_at)
        self._conversation(violation.conversation_id, violation.queue_id, detected)
        first, last = self.policies.get(violation.policy_version, (detected, detected))
        self.policies[violation.policy_version] = min(first, detected), max(last, detected)
        self.violations.append(
            {
                "violation_id": violation.violation_id,
                "event_id": violation.event_id,
                "conversation_id": violation.conversation_id,
                "rule": violation.rule,
                "entity": violation.entity,
                "severity": violation.severity.value,
                "action": violation.action.value,
                "direction": violation.direction.value,
                "channel": violation.channel,
                "agent_id": violation.agent_id,
                "stage": violation.stage,
                "policy_version": violation.policy_version,
                "match_count": violation.match_count,
                "masked_preview": violation.masked_preview,
                "occurred_ms": milliseconds(violation.occurred_at),
                "detected_ms": detected,
                "partition": record.partition,
                "offset": record.offset,
                "matches": json.dumps(
                    [
                        match.model_dump(include={"part", "start", "end", "score", "masked_preview", "event_ids"})
                        for match in violation.matches
                    ]
                ),
            }
        )

    def _alert(self, record: KafkaRecord) -> None:
        alert = Alert.model_validate_json(record.value or b"")
        occurred = milliseconds(alert.occurred_at)
        self.alerts.append(
            {
                "alert_id": alert.alert_id,
                "event_id": alert.event_id,
                "conversation_id": alert.conversation_id,
                "audience": alert.audience.value,
                "agent_id": alert.agent_id,
                "queue_id": alert.queue_id,
                "rule": alert.rule,
                "severity": alert.severity.value,
                "message": alert.message,
                "occurred_ms": occurred,
            }
        )
        self._conversation(alert.conversation_id, alert.queue_id, occurred)

    def _conversation(self, conversation_id: str, queue_id: str | None, seen_ms: int) -> None:
        """Note in which queue a conversation was last."""
        if queue_id is not None:
            row = {"conversation_id": conversation_id, "queue_id": queue_id, "seen_ms": seen_ms}
            self.conversations[conversation_id] = row

    def _receipt(self, record: KafkaRecord) -> None:
        receipt = Receipt.model_validate_json(record.value or b"")
        self.receipts.append(
            {
                "receipt_id": receipt.receipt_id,
                "event_id": receipt.event_id,
                "conversation_id": receipt.conversation_id,
                "direction": receipt.direction.value,
                "channel": receipt.channel,
                "status": receipt.status.value,
                "external_id": receipt.external_id,
                "reason_code": receipt.reason_code,
                "occurred_ms": milliseconds(receipt.occurred_at),
            }
        )

    def _audit(self, record: KafkaRecord) -> None:
        entry = AuditRecord.model_validate_json(record.value or b"")
        names = ("audit_id", "chain", "sequence", "actor", "action", "subject", "purpose", "reason", "outcome")
        row: Row = {name: getattr(entry, name) for name in names}
        row |= {"conversation_id": entry.conversation_id, "occurred_ms": milliseconds(entry.occurred_at)}
        self.audit.append(row)

    def _dead_letter(self, record: KafkaRecord) -> None:
        if (note := ResolutionHeaders.decode(record.headers)) is not None:
            resolved = {"of_partition": record.partition, "of_offset": note.resolves, "to": note.resolution.value}
            self.resolutions.append(resolved)
        elif (origin := DeadLetterHeaders.decode(record.headers)) is not None:
            self.dead_letters.append(
                {
                    "partition": record.partition,
                    "offset": record.offset,
                    "put_aside_ms": record.timestamp,
                    "bytes": len(record.value or b""),
                    "stage": origin.stage.value,
                    "reason": origin.reason.value,
                    "detail": origin.detail,
                    "topic": origin.topic,
                    "origin_partition": origin.partition,
                    "origin_offset": origin.offset,
                    "event_id": origin.event_id,
                    "resolution": None,
                }
            )
