"""Tells the supervisor of who touched a canary: a token laid out as bait, which nobody has a reason to resolve.

The audit trail is what tells: so an attempt is noticed wherever it was made, by a command too, and told at least once.
"""

import json
from datetime import datetime
from typing import Final

from schemas import Alert, Audience, Severity
from vault.revealing import CANARY

RULE: Final = "VaultCanary"
"""What the alerts name in place of a rule."""
NOWHERE: Final = "vault"
"""Stands for the conversation of an attempt that named none."""
_MARK: Final = f'"action":"{CANARY}"'


def canary_alert(record: str) -> Alert | None:
    """The alert for an audit record as the chain keeps it; None for any other record, which is not even read."""
    if _MARK not in record:
        return None
    told = json.loads(record)
    if told["action"] != CANARY:
        return None
    return Alert(
        alert_id=f"canary-{told['audit_id']}",
        audience=Audience.SUPERVISOR,
        conversation_id=told["conversation_id"] or NOWHERE,
        rule=RULE,
        severity=Severity.CRITICAL,
        message=f"{told['actor']} tried a token that was laid out as bait. See the audit record {told['audit_id']}.",
        occurred_at=datetime.fromisoformat(told["occurred_at"]),
    )
