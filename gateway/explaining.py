"""What a person is told of a finding before a text is sent: whether it holds the text back, and who may let it go."""

from collections.abc import Iterable

from detection import Finding, Policy
from detection.policy import ROLES, Scope
from gateway.roles import Role
from schemas import ScanFinding, Severity, Tier


class Explainer:
    """Reads a policy the way the widget needs it."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._rules = {rule.name: rule for rule in policy.rules}

    def explained(self, findings: Iterable[Finding], scope: Scope, role: Role) -> tuple[ScanFinding, ...]:
        """Findings as the caller of this role gets them."""
        return tuple(self._explained(finding, scope, role) for finding in findings)

    def rules_among(self, names: Iterable[str]) -> set[str]:
        """Those that name a rule: anything else is somebody's own words."""
        return self._rules.keys() & set(names)

    def _explained(self, finding: Finding, scope: Scope, role: Role) -> ScanFinding:
        decision = self._policy.decide(self._rules[finding.rule], scope)
        return ScanFinding(
            rule=finding.rule,
            entity=finding.entity,
            severity=finding.severity,
            action=finding.action,
            start=finding.start,
            end=finding.end,
            score=round(finding.score, 3),
            replacement=finding.replacement,
            reasons=finding.reasons,
            blocks=decision.tier is Tier.BLOCKING and finding.severity.rank >= Severity.HIGH.rank,
            may_override=decision.override_by is not None and role.rank >= ROLES.index(decision.override_by),
        )
