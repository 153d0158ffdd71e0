"""The policy: which rules run, and what is done with what they find, by direction, channel, queue and tenant."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from enum import StrEnum
from operator import attrgetter
from pathlib import Path

from detection.errors import WrongPolicy
from detection.pack import read_pack, shipped_pack, shipped_packs
from detection.rule import Rule
from detection.yaml_fields import (
    LINE,
    Entry,
    mapping,
    mappings,
    one_of,
    placed,
    read_yaml,
    refuse_unknown,
    strings,
    text,
)
from schemas import Action, Direction, Severity, Tier

_POLICY_KEYS = frozenset({"packs", "rule_files", "only", "disable", "overrides", "allow"})
_OVERRIDE_KEYS = frozenset({"rules", "entities", "packs", "severities", "when", "set"})
_CHANGES = frozenset({"severity", "action", "replacement", "tier", "override_by"})
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
        return Policy(_rules(shipped_packs(), ()))
    file = Path(path)
    document = read_yaml(file)
    with placed(f"{file.name}:1"):
        refuse_unknown(document, _POLICY_KEYS)
        packs = _packs(document)
        custom = [file.parent / name for name in strings(document, "rule_files")]
        disabled = frozenset(strings(document, "disable"))
        allowed = frozenset(map(bare_value, strings(document, "allow")))
        entries = mappings(document, "overrides")
    every = _rules(packs, custom)
    with placed(f"{file.name}:1"):
        _refuse_unnamed("rule", disabled, every)
        rules = _chosen([rule for rule in every if rule.name not in disabled], document)
    overrides = []
    for entry in entries:
        with placed(f"{file.name}:{entry[LINE]}"):
            overrides.append(_override(entry, every))
    return Policy(rules, tuple(overrides), allowed)


def bare_value(value: str) -> str:
    """A value as the list of allowed ones holds it: letters and digits only, lower case."""
    return "".join(c for c in value.lower() if c.isalnum())


def _packs(document: Entry) -> tuple[str, ...]:
    if document.get("packs", "all") == "all":
        return shipped_packs()
    names = strings(document, "packs")
    if unnamed := set(names) - set(shipped_packs()):
        raise WrongPolicy(f"no pack is named {min(unnamed)!r}")
    return names


def _rules(packs: Iterable[str], files: Iterable[Path]) -> tuple[Rule, ...]:
    rules = [rule for name in packs for rule in shipped_pack(name)]
    rules += [rule for file in files for rule in read_pack(file, is_custom=True)]
    seen: set[str] = set()
    for rule in rules:
        if rule.name in seen:
            raise WrongPolicy(f"{rule.pack}.yaml:1: two rules are named {rule.name}")
        seen.add(rule.name)
    return _sorted(rules)


def _chosen(rules: Iterable[Rule], document: Entry) -> tuple[Rule, ...]:
    if "only" not in document:
        return tuple(rules)
    only = set(strings(document, "only"))
    chosen = tuple(rule for rule in rules if rule.name in only)
    if unnamed := only - {rule.name for rule in chosen}:
        raise WrongPolicy(f"no rule is named {min(unnamed)!r}")
    return chosen


def _sorted(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """By name: a verdict does not depend on the order in which packs and rules are written."""
    return tuple(sorted(rules, key=lambda rule: rule.name))


_NAMED = {"rule": attrgetter("name"), "entity": attrgetter("entity"), "pack": attrgetter("pack")}


def _refuse_unnamed(kind: str, names: Iterable[str], rules: Iterable[Rule]) -> None:
    """Refuse names that neither these rules have nor any that is shipped: an override of them would never hold."""
    unnamed = set(names).difference(map(_NAMED[kind], rules))
    if unnamed:
        unnamed.difference_update(_NAMED[kind](rule) for name in shipped_packs() for rule in shipped_pack(name))
    if unnamed:
        raise WrongPolicy(f"no {kind} is named {min(unnamed)!r}")


def _override(entry: Entry, rules: Iterable[Rule]) -> Override:
    refuse_unknown(entry, _OVERRIDE_KEYS)
    change = mapping(entry, "set") or {}
    refuse_unknown(change, _CHANGES)
    if not set(change) & _CHANGES:
        raise WrongPolicy("an override has to set something")
    role = text(change, "override_by") if "override_by" in change else None
    if role not in {None, *ROLES}:
        raise WrongPolicy(f"override_by names no role; there are {', '.join(ROLES)}")
    for kind, key in (("rule", "rules"), ("entity", "entities"), ("pack", "packs")):
        _refuse_unnamed(kind, strings(entry, key), rules)
    return Override(
        rules=_names(entry, "rules"),
        entities=_names(entry, "entities"),
        packs=_names(entry, "packs"),
        severities=_members(entry, "severities", Severity),
        when=_when(mapping(entry, "when") or {}),
        severity=one_of(change, "severity", Severity) if "severity" in change else None,
        action=one_of(change, "action", Action) if "action" in change else None,
        replacement=text(change, "replacement") if "replacement" in change else None,
        tier=_tier(change),
        override_by=role,
    )


def _when(entry: Entry) -> tuple[tuple[str, frozenset[str]], ...]:
    refuse_unknown(entry, [field.name for field in fields(Scope)])
    lists = {name: value if isinstance(value, list) else [value] for name, value in entry.items() if name != LINE}
    _members(lists, "direction", Direction)
    return tuple((name, frozenset(strings(lists, name))) for name in lists)


def _tier(change: Entry) -> Tier | None:
    if "tier" not in change:
        return None
    name = text(change, "tier").upper()
    if name not in Tier.__members__:
        raise WrongPolicy(f"tier is none of {', '.join(tier.name.lower() for tier in Tier)}")
    return Tier[name]


def _names(entry: Entry, key: str) -> frozenset[str] | None:
    return frozenset(strings(entry, key)) if key in entry else None


def _members(entry: Entry, key: str, kind: type[StrEnum]) -> frozenset[str] | None:
    names = _names(entry, key)
    for name in names or ():
        one_of({key: name}, key, kind)
    return names
