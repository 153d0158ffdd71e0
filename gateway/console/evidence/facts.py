"""What is true of a period, asked from the running system at the moment of the report."""

import time
from dataclasses import dataclass
from typing import Any, Final

from fastapi import Request
from sqlalchemy import Connection

from detection.policy import Scope
from gateway.auth import Caller
from gateway.console.access import answer
from gateway.console.queries import records
from gateway.console.queries.filters import Filters
from gateway.console.queries.overview import overview
from gateway.parts import parts_of
from gateway.vault_desk import desk_of
from schemas import Tier
from streams.topics import DAY, RETENTION_MS
from vault.policy import NEVER_KEPT
from vault.requests import View
from vault.revealing import action_of

REVEALS: Final = tuple(map(action_of, (View.PLAIN, View.MASKED)))
ERASURES: Final = ("token.erase", "token.expire")
LOOKS: Final = ("console.view", "conversation.view", "console.export", "console.evidence", "deadletter.open")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that the report says, as plain data."""

    organisation: str
    since_ms: int
    until_ms: int
    made_ms: int
    made_by: str
    policy_version: str
    rules: int
    blocking_rules: int
    policies: list[dict[str, Any]]
    """Every version that judged something in the period."""
    overview: dict[str, Any]
    coverage: list[dict[str, Any]]
    actions: list[dict[str, Any]]
    """What the audit trail holds: action, outcome, count."""
    open_dead_letters: int
    audit_records: int
    audit_problem: str | None
    """What a walk of the whole chain found wrong, or None."""
    tokens: dict[str, dict[str, int]]
    """Entity to state to number."""
    vault_days: float
    vault_days_by_entity: dict[str, float]
    never_kept: list[str]
    topic_days: dict[str, float]
    console_days: float
    identity_provider: str | None

    def counted(self, *actions: str, outcome: str | None = None) -> int:
        """How often the audit trail holds these actions."""
        return sum(
            one["count"] for one in self.actions if one["action"] in actions and outcome in {None, one["outcome"]}
        )

    @property
    def messages(self) -> int:
        """Forwarded in the period, after they were judged."""
        return sum(one["messages"] for one in self.coverage)


async def facts_of(request: Request, filters: Filters, caller: Caller) -> Facts:
    """Gather. 503 where a part cannot be asked: a report without it would say too little."""
    parts = parts_of(request)
    settings = parts.console_settings
    engine, vault = parts.engine, desk_of(request)

    def ask(connection: Connection) -> dict[str, Any]:
        since, until = filters.since_ms, filters.until_ms
        judged = [row for row in records.policies(connection) if row["last_ms"] >= since and row["first_ms"] < until]
        return {
            "policies": judged,
            "overview": overview(connection, filters),
            "coverage": records.coverage(connection, since, until),
            "actions": records.audited_actions(connection, since, until),
            "open_dead_letters": records.open_dead_letters(connection),
        }

    asked = await answer(request, ask)
    chain, stats = await vault.vault.verify_audit(), await vault.vault.stats()
    rules = engine.policy.rules
    return Facts(
        organisation=settings.organisation,
        since_ms=filters.since_ms,
        until_ms=filters.until_ms,
        made_ms=round(time.time() * 1000),
        made_by=caller.key_id,
        policy_version=engine.policy_version,
        rules=len(rules),
        blocking_rules=sum(engine.policy.decide(rule, Scope()).tier is Tier.BLOCKING for rule in rules),
        **asked,
        audit_records=chain.records,
        audit_problem=chain.problem,
        tokens=stats.tokens,
        vault_days=vault.settings.ttl_seconds / 86_400,
        vault_days_by_entity={name: life / 86_400 for name, life in vault.settings.retention_by_entity.items()},
        never_kept=sorted(NEVER_KEPT),
        topic_days={topic.value: kept / DAY for topic, kept in RETENTION_MS.items()},
        console_days=settings.retention_days,
        identity_provider=parts.oidc.issuer if parts.oidc is not None else None,
    )
