"""The policy: which rules run, and what is done with what they find, by direction, channel, queue and tenant."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from detection.errors import WrongPolicy
from detection.pack import LINE, read_pack, read_yaml, shipped_pack, shipped_packs
from detection.rule import Rule
from schemas import Action, Direction, Severity, Tier

_POLICY_KEYS = frozenset({"packs", "rule_files", "only", "disable", "overrides", "allow"})
_OVERRIDE_KEYS = frozenset({"rules", "entities", "packs", "severities", "when", "set"})
_BLOCKING = frozenset({Severity.CRITICAL, Severity.HIGH})
ROLES = ("agent", "supervisor", "compliance", "admin")
"""Who may be let send a value all the same, from the least to the most."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a message stands: what overrides may depend on."""

    direction: Direction = Direction.INBOUND
    channel: str = "open"
    queue: str | None = None
    tenant: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What policy says of a rule in a scope."""

    severity: Severity
    action: Action
    replacement: str
    tier: Tier
    override_by: str | None = None
    """The least of the roles that may send such a value all the same, for a reason; None for nobody."""


@dataclass(frozen=True, slots=True)
class Override:
    """A change of what packs say, for some rules in some scopes. None stands for any."""

    rules: frozenset[str] | None
    entities: frozenset[str] | None
    packs: frozenset[str] | None
    severities: frozenset[str] | None
    when: tuple[tuple[str, frozenset[str]], ...]
    severity: Severity | None
    action: Action | None
    replacement: str | None
    tier: Tier | None
    override_by: str | None = None

    def speaks_of(self, rule: Rule) -> bool:
        """Whether the rule is meant."""
        pairs = (
            (self.rules, rule.name),
            (self.entities, rule.entity),
            (self.packs, rule.pack),
            (self.severities, rule.severity),
        )
        return all(chosen is None or value in chosen for chosen, value in pairs)

    def holds_in(self, scope: Scope) -> bool:
        """Whether the scope is meant."""
        return all(getattr(scope, name) in values for name, values in self.when)


@dataclass(frozen=True, slots=True)
class Policy:
    """Rules and what is done with their findings."""

    rules: tuple[Rule, ...]
    overrides: tuple[Override, ...] = ()
    allowed: frozenset[str] = frozenset()
    """Values of the house that are no findings: letters and digits only, lower case."""

    @property
    def version(self) -> str:
        """Twelve hex digits that change with every rule and override."""
        return hashlib.sha256(repr((self.rules, self.overrides, sorted(self.allowed))).encode()).hexdigest()[:12]

    @property
    def tokenizes(self) -> bool:
        """Whether values of any rule may be swapped for tokens, in some scope at least."""
        actions = [*(rule.action for rule in self.rules), *(override.action for override in self.overrides)]
        return Action.TOKENIZE in actions

    def with_rules(self, rules: Iterable[Rule]) -> "Policy":
        """The same policy with further rules."""
        return Policy(_sorted([*self.rules, *rules]), self.overrides, self.allowed)

    def decide(self, rule: Rule, scope: Scope) -> Decision:
        """What is done with the rule's findings; of several overrides the last one wins, field by field."""
        severity, action, replacement, tier = rule.severity, rule.action, rule.replacement, None
        override_by = None
        for override in self.overrides:
            if override.speaks_of(rule) and override.holds_in(scope):
                severity = override.severity or severity
                action = override.action or action
                replacement = override.replacement or replacement
                tier = override.tier or tier
                override_by = override.override_by or override_by
        tier = tier or (Tier.BLOCKING if severity in _BLOCKING else Tier.REVIEW)
        return Decision(severity, action, replacement, tier, override_by)

    def depends_on(self) -> frozenset[str]:
        """Names of the fields of a scope that any override looks at."""
        return frozenset(name for override in self.overrides for name, _ in override.when)


def load_policy(path: Path | str | None = None) -> Policy:
    """Read a policy file; None gives every shipped pack as it is. Raises ``WrongPolicy`` with file, line and reason."""
    if path is None:
        return Policy(_rules(shipped_packs(), (), frozenset()))
    file = Path(path)
    document = read_yaml(file)
    _refuse_unknown(document, _POLICY_KEYS, file.name)
    names = document.get("packs", "all")
    packs = shipped_packs() if names == "all" else tuple(names)
    for name in packs:
        if name not in shipped_packs():
            raise WrongPolicy(f"{file.name}:1: no pack is named {name!r}")
    custom = tuple(file.parent / entry for entry in document.get("rule_files", ()))
    rules = _chosen(_rules(packs, custom, frozenset(document.get("disable", ()))), document.get("only"), file.name)
    overrides = tuple(_override(entry, file.name) for entry in document.get("overrides", ()))
    allowed = frozenset(bare_value(str(value)) for value in document.get("allow", ()))
    return Policy(rules, overrides, allowed)


def bare_value(value: str) -> str:
    """A value as the list of allowed ones holds it: letters and digits only, lower case."""
    return "".join(c for c in value.lower() if c.isalnum())


def _rules(packs: Iterable[str], files: Iterable[Path], disabled: frozenset[str]) -> tuple[Rule, ...]:
    rules = [rule for name in packs for rule in shipped_pack(name)]
    rules += [rule for file in files for rule in read_pack(file, is_custom=True)]
    seen: set[str] = set()
    for rule in rules:
        if rule.name in seen:
            raise WrongPolicy(f"{rule.pack}.yaml:1: two rules are named {rule.name}")
        seen.add(rule.name)
    return _sorted(rule for rule in rules if rule.name not in disabled)


def _chosen(rules: tuple[Rule, ...], only: list[str] | None, where: str) -> tuple[Rule, ...]:
    if only is None:
        return rules
    if unknown := set(only) - {rule.name for rule in rules}:
        raise WrongPolicy(f"{where}:1: no rule is named {min(unknown)}")
    return tuple(rule for rule in rules if rule.name in only)


def _sorted(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """By name: a verdict does not depend on the order in which packs and rules are written."""
    return tuple(sorted(rules, key=lambda rule: rule.name))


def _override(entry: Mapping[str, Any], where: str) -> Override:
    line = f"{where}:{entry.get(LINE, 1)}"
    _refuse_unknown(entry, _OVERRIDE_KEYS, line)
    change = entry.get("set", {})
    _refuse_unknown(change, {"severity", "action", "replacement", "tier", "override_by"}, line)
    if change.get("override_by") not in {None, *ROLES}:
        raise WrongPolicy(f"{line}: override_by names no role; there are {', '.join(ROLES)}")
    when = {name: values for name, values in entry.get("when", {}).items() if name != LINE}
    _refuse_unknown(when, {field.name for field in fields(Scope)}, line)
    try:
        return Override(
            rules=_names(entry.get("rules")),
            entities=_names(entry.get("entities")),
            packs=_names(entry.get("packs")),
            severities=_names(entry.get("severities")),
            when=tuple(
                (name, frozenset(values if isinstance(values, list) else [values])) for name, values in when.items()
            ),
            severity=Severity(change["severity"]) if "severity" in change else None,
            action=Action(change["action"]) if "action" in change else None,
            replacement=change.get("replacement"),
            tier=Tier[str(change["tier"]).upper()] if "tier" in change else None,
            override_by=change.get("override_by"),
        )
    except (KeyError, ValueError) as error:
        raise WrongPolicy(f"{line}: {error}") from None


def _names(entry: list[str] | None) -> frozenset[str] | None:
    return None if entry is None else frozenset(entry)


def _refuse_unknown(entry: Mapping[str, Any], known: Iterable[str], where: str) -> None:
    unknown = set(entry) - {LINE} - set(known)
    if unknown:
        raise WrongPolicy(f"{where}: unknown key {min(unknown)}")
