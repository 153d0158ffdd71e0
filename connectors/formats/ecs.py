"""The Elastic Common Schema, version 9: for Elastic, OpenSearch and every collector that knows its names.

Table of fields: docs/connectors/siem.md. ``event.category`` has no value for data loss; ``web`` fits best.
"""

import json
from typing import Any, Final

from connectors.formats.plain import severity_number
from connectors.siem import PRODUCT, PRODUCT_VERSION, SiemRecord, record_id
from schemas import Action, AuditRecord, Direction, Violation

ECS_VERSION: Final = "9.0.0"
TYPES: Final = {Action.BLOCK: ["denied"], Action.ALLOW: ["info"], Action.ALERT: ["info"]}
"""``event.type`` by action; every other one changes the message."""


def ecs_json(record: SiemRecord) -> bytes:
    """One document."""
    document = _violation(record) if isinstance(record, Violation) else _audit(record)
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _common(record: SiemRecord, at: str, kind: str, dataset: str) -> dict[str, Any]:
    return {
        "@timestamp": at,
        "ecs": {"version": ECS_VERSION},
        "event": {
            "id": record_id(record),
            "kind": kind,
            "module": "dlp",
            "dataset": dataset,
            "severity": severity_number(record),
        },
        "observer": {"vendor": PRODUCT, "product": PRODUCT, "type": "dlp", "version": PRODUCT_VERSION},
        "service": {"name": "cordon"},
    }


def _violation(violation: Violation) -> dict[str, Any]:
    given = json.loads(violation.model_dump_json())
    document = _common(violation, given["detected_at"], "alert", "dlp.violations")
    document["event"] |= {
        "action": given["action"],
        "category": ["web"],
        "type": TYPES.get(violation.action, ["change"]),
        "outcome": "success",
        "provider": violation.stage,
        "created": given["detected_at"],
        "start": given["occurred_at"],
    }
    document |= {
        "log": {"level": violation.severity.lower()},
        "rule": {
            "id": violation.rule,
            "name": violation.rule,
            "category": violation.entity,
            "ruleset": violation.policy_version,
        },
        "network": {"direction": "inbound" if violation.direction is Direction.INBOUND else "outbound"},
        "genesys": {"conversation": {"id": violation.conversation_id}, "message": {"id": violation.event_id}},
        "dlp": {
            "entity": violation.entity,
            "severity": given["severity"],
            "channel": violation.channel,
            "match": {
                "count": violation.match_count,
                "masked": violation.masked_preview,
                "fingerprint": violation.fingerprint,
            },
            "matches": given["matches"],
        },
    }
    if violation.agent_id:
        document |= {"user": {"id": violation.agent_id}, "related": {"user": [violation.agent_id]}}
    return document


def _audit(record: AuditRecord) -> dict[str, Any]:
    given = json.loads(record.model_dump_json())
    document = _common(record, given["occurred_at"], "event", "dlp.audit")
    document["event"] |= {
        "action": record.action,
        "category": ["database"],
        "type": ["access"] if record.outcome == "allowed" else ["denied"],
        "outcome": "success" if record.outcome == "allowed" else "failure",
        "hash": record.hash,
        "sequence": record.sequence,
    }
    if record.reason:
        document["event"]["reason"] = record.reason
    document |= {
        "user": {"id": record.actor},
        "related": {"user": [record.actor]},
        "dlp": {
            "audit": {
                "chain": record.chain,
                "subject": record.subject,
                "purpose": record.purpose,
                "previous_hash": record.previous_hash,
            }
        },
    }
    if record.conversation_id:
        document["genesys"] = {"conversation": {"id": record.conversation_id}}
    return document
