"""CEF, the Common Event Format, version 0 (ArcSight; also read by QRadar, Sentinel's agent and most others)."""

from typing import Final

from connectors.formats.plain import event_type, severity_number
from connectors.siem import PRODUCT, PRODUCT_VERSION, SiemRecord
from schemas import Direction, Violation
from schemas.record import milliseconds

_HEADER: Final = str.maketrans({"\\": "\\\\", "|": "\\|", "\n": " ", "\r": " "})
_EXTENSION: Final = str.maketrans({"\\": "\\\\", "=": "\\=", "\n": "\\n", "\r": "\\r"})


def cef(record: SiemRecord) -> str:
    """One record in one line."""
    if isinstance(record, Violation):
        signature, name, extension = record.rule, f"{record.entity} found in a message", _violation(record)
    else:
        signature = record.action
        name = f"{record.action} {record.outcome}"
        extension = {
            "rt": str(milliseconds(record.occurred_at)),
            "externalId": record.audit_id,
            "cat": event_type(record),
            "suser": record.actor,
            "act": record.action,
            "outcome": record.outcome,
            "reason": record.reason,
            "cs1": record.subject,
            "cs1Label": "subject",
            "cs5": record.conversation_id,
            "cs5Label": record.conversation_id and "conversationId",
        }
    header = (PRODUCT, PRODUCT, PRODUCT_VERSION, signature, name, str(severity_number(record)))
    pairs = (f"{key}={value.translate(_EXTENSION)}" for key, value in extension.items() if value)
    return f"CEF:0|{'|'.join(field.translate(_HEADER) for field in header)}|{' '.join(pairs)}"


def _violation(violation: Violation) -> dict[str, str | None]:
    is_inbound = violation.direction is Direction.INBOUND
    return {
        "rt": str(milliseconds(violation.detected_at)),
        "start": str(milliseconds(violation.occurred_at)),
        "externalId": violation.violation_id,
        "cat": event_type(violation),
        "act": violation.action.value,
        "app": violation.channel,
        "deviceDirection": "0" if is_inbound else "1",
        "suser": None if is_inbound else violation.agent_id,
        "duser": violation.agent_id if is_inbound else None,
        "cnt": str(violation.match_count),
        "cs1": violation.entity,
        "cs1Label": "entity",
        "cs2": violation.policy_version,
        "cs2Label": "policyVersion",
        "cs3": violation.masked_preview,
        "cs3Label": "maskedPreview",
        "cs4": violation.fingerprint,
        "cs4Label": "fingerprint",
        "cs5": violation.conversation_id,
        "cs5Label": "conversationId",
        "cs6": violation.event_id,
        "cs6Label": "messageId",
    }
