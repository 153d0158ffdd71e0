"""What a stage says of its findings: violations for the record, alerts for people. Never a raw value."""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime

import msgspec

from detection.finding import Finding
from detection.inspection import Inspection, Piece
from detection.preview import bare, masked
from schemas import Action, Audience, Direction, Severity, Stage
from schemas.record import rfc3339
from schemas.written import SCHEMA_VERSION, WrittenAlert, WrittenMatch, WrittenViolation

ID_LENGTH = 32
"""Hex digits of an id: 128 bits of SHA-256."""
FINGERPRINT_LENGTH = 32
AGENT, SUPERVISOR = (audience.value for audience in Audience)


class Subject(msgspec.Struct, frozen=True):
    """The message that was judged."""

    event_id: str
    conversation_id: str
    direction: Direction
    channel: str
    occurred_at: datetime
    agent_id: str | None = None
    queue_id: str | None = None


class Reporter:
    """Writes violations and alerts for one stage under one policy.

    ``fingerprint_key`` keys the fingerprints, so that nobody who reads them can try out the values.
    """

    def __init__(self, stage: Stage, policy_version: str, fingerprint_key: bytes) -> None:
        self._stage = stage
        self._policy_version = policy_version
        self._key = fingerprint_key

    def violations(self, subject: Subject, inspection: Inspection, detected_at: datetime) -> list[WrittenViolation]:
        """One for each rule that found something, whatever number of values, in the order of their first places."""
        found: dict[str, list[tuple[Piece, Finding]]] = {}
        for piece in inspection.pieces:
            for finding in piece.verdict.findings:
                found.setdefault(finding.rule, []).append((piece, finding))
        times = rfc3339(subject.occurred_at), rfc3339(detected_at)
        return [self._violation(subject, matches, *times) for matches in found.values()]

    def alerts(self, subject: Subject, violations: Iterable[WrittenViolation]) -> list[WrittenAlert]:
        """Coach the agent about what blocks or changes a message; tell the supervisor from MEDIUM up."""
        alerts = []
        for violation in violations:
            sentence = _sentence(violation)
            if self._stage is not Stage.MEDIUM:
                alerts.append(_alert(subject, violation, AGENT, sentence))
            if violation.severity is not Severity.LOW:
                alerts.append(_alert(subject, violation, SUPERVISOR, sentence))
        return alerts

    def _violation(
        self, subject: Subject, matches: list[tuple[Piece, Finding]], occurred_at: str, detected_at: str
    ) -> WrittenViolation:
        first = matches[0][1]
        written = tuple([self._match(piece, finding) for piece, finding in matches])
        spans = ",".join([f"{match.part}:{match.start}-{match.end}" for match in written])
        return WrittenViolation(
            schema_version=SCHEMA_VERSION,
            violation_id=_digest("violation", subject.event_id, first.rule, spans),
            event_id=subject.event_id,
            rule=first.rule,
            severity=first.severity,
            match_count=len(written),
            conversation_id=subject.conversation_id,
            direction=subject.direction,
            agent_id=subject.agent_id,
            queue_id=subject.queue_id,
            stage=self._stage,
            action=self._done(first),
            entity=first.entity,
            channel=subject.channel,
            policy_version=self._policy_version,
            masked_preview=written[0].masked_preview,
            fingerprint=written[0].fingerprint,
            matches=written,
            occurred_at=occurred_at,
            detected_at=detected_at,
        )

    def _done(self, finding: Finding) -> Action:
        """What became of the value: the medium stage sees a message that has been forwarded, and takes nothing out."""
        if self._stage is not Stage.MEDIUM or not finding.action.removes:
            return finding.action
        return Action.ALLOW if finding.severity is Severity.LOW else Action.ALERT

    def _match(self, piece: Piece, finding: Finding) -> WrittenMatch:
        value = bare(finding, piece.original)
        named = f"{finding.entity}|{value.upper()}"
        return WrittenMatch(
            part=piece.part,
            start=finding.start,
            end=finding.end,
            score=round(finding.score, 3),
            masked_preview=masked(finding, value),
            fingerprint=hmac.digest(self._key, named.encode("utf-8", "replace"), "sha256").hex()[:FINGERPRINT_LENGTH],
            event_ids=finding.event_ids,
        )


def _alert(subject: Subject, violation: WrittenViolation, audience: str, sentence: str) -> WrittenAlert:
    return WrittenAlert(
        schema_version=SCHEMA_VERSION,
        alert_id=_digest("alert", violation.violation_id, audience),
        audience=audience,
        conversation_id=subject.conversation_id,
        event_id=subject.event_id,
        agent_id=subject.agent_id,
        rule=violation.rule,
        severity=violation.severity,
        message=sentence,
        direction=subject.direction,
        channel=subject.channel,
        action=violation.action,
        queue_id=subject.queue_id,
        capture=None,
        occurred_at=violation.detected_at,
    )


def _digest(*names: str) -> str:
    return hashlib.sha256("\x1f".join(names).encode("utf-8", "replace")).hexdigest()[:ID_LENGTH]


def _sentence(violation: WrittenViolation) -> str:
    who = "The customer" if violation.direction is Direction.INBOUND else "The agent"
    values = "a value" if violation.match_count == 1 else f"{violation.match_count} values"
    done = "taken out of the message" if violation.action.removes else "left in the message"
    return f"{who} sent {values} that the rule {violation.rule} protects: {done}."
