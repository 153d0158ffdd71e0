"""Records in Cordon's own words: as on the topics, or flat for formats that know pairs only."""

from typing import Final

from connectors.siem import SiemRecord, record_id
from schemas import Severity, Violation

EVENT_TYPES: Final = {True: "dlp_violation", False: "dlp_audit"}
"""By whether the record is a violation."""
SEVERITY_NUMBERS: Final = {Severity.LOW: 3, Severity.MEDIUM: 5, Severity.HIGH: 8, Severity.CRITICAL: 10}
"""0 to 10, as CEF and LEEF count."""
AUDIT_SEVERITY: Final = 1
DENIED_SEVERITY: Final = 5


def event_type(record: SiemRecord) -> str:
    """What the record is."""
    return EVENT_TYPES[isinstance(record, Violation)]


def plain_json(record: SiemRecord) -> bytes:
    """The record as it stands on its topic, with its ``type`` before everything else."""
    return f'{{"type":"{event_type(record)}",{record.model_dump_json()[1:]}'.encode()


def severity_number(record: SiemRecord) -> int:
    """How bad it is, 0 to 10."""
    if isinstance(record, Violation):
        return SEVERITY_NUMBERS[record.severity]
    return AUDIT_SEVERITY if record.outcome == "allowed" else DENIED_SEVERITY


def flat(record: SiemRecord) -> dict[str, str]:
    """Every field that has one value, by name; those without a value are left out."""
    if isinstance(record, Violation):
        found: dict[str, object] = {
            "violation_id": record.violation_id,
            "event_id": record.event_id,
            "rule": record.rule,
            "severity": record.severity.value,
            "match_count": record.match_count,
            "conversation_id": record.conversation_id,
            "direction": record.direction.value,
            "agent_id": record.agent_id,
            "stage": record.stage,
            "action": record.action.value,
            "entity": record.entity,
            "channel": record.channel,
            "policy_version": record.policy_version,
            "masked_preview": record.masked_preview,
            "fingerprint": record.fingerprint,
        }
    else:
        found = {
            "audit_id": record_id(record),
            "actor": record.actor,
            "action": record.action,
            "subject": record.subject,
            "purpose": record.purpose,
            "reason": record.reason,
            "outcome": record.outcome,
            "conversation_id": record.conversation_id,
            "chain": record.chain,
            "sequence": record.sequence,
            "hash": record.hash,
        }
    return {name: str(value) for name, value in found.items() if value is not None}
