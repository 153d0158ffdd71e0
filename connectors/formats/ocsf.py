"""OCSF, the Open Cybersecurity Schema Framework, version 1.8: for Security Lake, Google SecOps and data lakes.

A violation is a Data Security Finding (class 2006), which OCSF made for data loss prevention in 1.2; an audit record is
an API Activity (class 6003). Table of fields: docs/connectors/siem.md.
"""

import json
from datetime import datetime
from typing import Any, Final

from connectors.siem import PRODUCT, PRODUCT_VERSION, SiemRecord, record_id
from schemas import Action, AuditRecord, Direction, Severity, Violation
from schemas.record import milliseconds

OCSF_VERSION: Final = "1.8.0"
FINDING: Final = 2006
API_ACTIVITY: Final = 6003
SEVERITIES: Final = {Severity.LOW: 2, Severity.MEDIUM: 3, Severity.HIGH: 4, Severity.CRITICAL: 5}
SEVERITY_NAMES: Final = {1: "Informational", 2: "Low", 3: "Medium", 4: "High", 5: "Critical"}
INFORMATIONAL: Final = 1
DISPOSITIONS: Final = {
    Action.REDACT: (4, "Modified", 11, "Corrected"),
    Action.MASK: (4, "Modified", 11, "Corrected"),
    Action.TOKENIZE: (4, "Modified", 11, "Corrected"),
    Action.BLOCK: (2, "Denied", 2, "Blocked"),
    Action.ALERT: (3, "Observed", 19, "Alert"),
    Action.ALLOW: (1, "Allowed", 1, "Allowed"),
}
"""``action_id`` and ``disposition_id`` with their names, by what was done."""
FINANCIAL: Final = frozenset(
    {"payment_card", "card_security_code", "card_pin", "card_expiry", "iban", "bic", "aba_routing", "bank_account"}
)
SECURITY: Final = frozenset({"password", "one_time_code", "secret"})
BUSINESS: Final = frozenset({"internal_document"})
CATEGORIES: Final = {1: "Personal", 3: "Financial", 4: "Business", 6: "Security"}


def ocsf_json(record: SiemRecord) -> bytes:
    """One event."""
    event = _finding(record) if isinstance(record, Violation) else _activity(record)
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _common(record: SiemRecord, class_uid: int, activity: tuple[int, str], at: datetime) -> dict[str, Any]:
    number, name = activity
    return {
        "class_uid": class_uid,
        "category_uid": class_uid // 1000,
        "type_uid": class_uid * 100 + number,
        "activity_id": number,
        "activity_name": name,
        "time": milliseconds(at),
        "metadata": {
            "version": OCSF_VERSION,
            "uid": record_id(record),
            "log_name": "dlp.violations" if isinstance(record, Violation) else "dlp.audit",
            "product": {"name": PRODUCT, "vendor_name": PRODUCT, "version": PRODUCT_VERSION, "uid": "cordon"},
        },
    }


def _finding(violation: Violation) -> dict[str, Any]:
    severity = SEVERITIES[violation.severity]
    action, action_name, disposition, disposition_name = DISPOSITIONS[violation.action]
    event = _common(violation, FINDING, (1, "Create"), violation.detected_at)
    event["metadata"] |= {"correlation_uid": violation.conversation_id, "profiles": ["security_control"]}
    event |= {
        "severity_id": severity,
        "severity": SEVERITY_NAMES[severity],
        "status_id": 1,
        "status": "New",
        "start_time": milliseconds(violation.occurred_at),
        "count": violation.match_count,
        "message": f"{violation.rule}: {violation.match_count} x {violation.entity}",
        "action_id": action,
        "action": action_name,
        "disposition_id": disposition,
        "disposition": disposition_name,
        "is_alert": violation.action is not Action.ALLOW,
        "policy": {"uid": violation.policy_version, "name": "dlp", "version": violation.policy_version},
        "finding_info": {
            "uid": violation.violation_id,
            "title": violation.rule,
            "created_time": milliseconds(violation.detected_at),
            "types": [violation.entity],
            "analytic": {"type_id": 1, "type": "Rule", "uid": violation.rule, "name": violation.rule},
        },
        "data_security": _data_security(violation),
        "resources": [
            {"uid": violation.conversation_id, "type": "conversation"},
            {"uid": violation.event_id, "type": "message"},
        ],
        "observables": [
            {"name": "finding_info.uid", "type_id": 99, "type": "fingerprint", "value": violation.fingerprint}
        ],
        "unmapped": {
            "direction": violation.direction.value,
            "channel": violation.channel,
            "stage": violation.stage,
            "cordon_action": violation.action.value,
        },
    }
    if violation.agent_id:
        event["actor"] = {"user": {"uid": violation.agent_id, "type_id": 1, "type": "User"}}
        if violation.direction is Direction.INBOUND:
            event["unmapped"]["agent_role"] = "recipient"
    return event


def _data_security(violation: Violation) -> dict[str, Any]:
    category = _category(violation.entity)
    return {
        "category_id": category,
        "category": CATEGORIES[category],
        "data_lifecycle_state_id": 2,
        "data_lifecycle_state": "Data In-Transit",
        "detection_system_id": 10,
        "detection_system": "Application-Level DLP",
        "detection_pattern": violation.entity,
        "pattern_match": violation.masked_preview,
        "policy": {"uid": violation.policy_version, "name": "dlp", "version": violation.policy_version},
        "total": violation.match_count,
    }


def _category(entity: str) -> int:
    if entity in FINANCIAL:
        return 3
    if entity in SECURITY:
        return 6
    return 4 if entity in BUSINESS else 1


def _activity(record: AuditRecord) -> dict[str, Any]:
    is_allowed = record.outcome == "allowed"
    event = _common(record, API_ACTIVITY, (99, record.action), record.occurred_at)
    event["metadata"] |= {"sequence": record.sequence}
    if record.conversation_id:
        event["metadata"] |= {"correlation_uid": record.conversation_id}
    return event | {
        "severity_id": INFORMATIONAL,
        "severity": SEVERITY_NAMES[INFORMATIONAL],
        "status_id": 1 if is_allowed else 2,
        "status": "Success" if is_allowed else "Failure",
        "status_detail": record.outcome,
        "actor": {"user": {"uid": record.actor}},
        "api": {"operation": record.action, "service": {"name": "cordon"}},
        "src_endpoint": {"name": "cordon"},
        "resources": [{"uid": record.subject, "type": "subject"}],
        "unmapped": {
            "chain": record.chain,
            "hash": record.hash,
            "previous_hash": record.previous_hash,
            "purpose": record.purpose,
            "reason": record.reason,
        },
    }
