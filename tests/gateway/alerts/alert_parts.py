"""Alerts as the stages write them."""

from datetime import UTC, datetime
from typing import Any

from schemas import Alert, Audience, Severity


def alert(alert_id: str = "a1", **fields: Any) -> Alert:
    given: dict[str, Any] = {
        "audience": Audience.SUPERVISOR,
        "conversation_id": "c1",
        "agent_id": "ana",
        "queue_id": "cards",
        "rule": "CreditCard",
        "severity": Severity.CRITICAL,
        "message": "The agent sent a value that the rule CreditCard protects: taken out of the message.",
        "occurred_at": datetime(2026, 11, 2, 9, 30, tzinfo=UTC),
    }
    return Alert(alert_id=alert_id, **{**given, **fields})
