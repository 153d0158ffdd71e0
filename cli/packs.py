"""``cordon packs``: look at rules, test them, find their weak points, begin new ones."""

import sys
from dataclasses import replace
from itertools import groupby
from operator import attrgetter
from pathlib import Path

import click

from cli.counting import count
from cli.failure import fail
from detection import Engine, Policy, WrongPolicy, load_policy
from detection.lint import new_cases, new_rule, weaknesses
from detection.pack import read_pack, shipped_pack, shipped_packs
from detection.pack_tests import PackCase, failures, read_cases, tests_of
from detection.policy import Override, Scope
from detection.rule import Rule


@click.group()
def packs() -> None:
    """Rule packs: list, show, test, lint, new."""


_policy_in_force = click.option(
    "--policy",
    "policy_file",
    envvar="CORDON_POLICY_FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Policy file, as in CORDON_POLICY_FILE. Without either, every shipped pack.",
)


@packs.command("list")
@_policy_in_force
def list_packs(policy_file: Path | None) -> None:
    """Every pack of the policy with its rules, and their severities as the policy has them."""
    policy = _read(policy_file)
    everywhere = _everywhere(policy)
    for pack, rules in groupby(sorted(policy.rules, key=attrgetter("pack", "name")), attrgetter("pack")):
        click.secho(pack, bold=True)
        for rule in rules:
            severity = everywhere.decide(rule, Scope()).severity
            click.echo(f"  {rule.name:28} {severity:9} {rule.entity:26} {rule.description}")


@packs.command()
@click.argument("rule_name", metavar="RULE")
@_policy_in_force
def show(rule_name: str, policy_file: Path | None) -> None:
    """One rule in full, and what the policy does with its findings."""
    policy = _read(policy_file)
    rule = next((rule for rule in policy.rules if rule.name == rule_name), None)
    if rule is None:
        fail(f"no rule is named {rule_name}" + (f" in {policy_file.name}" if policy_file else ""))
    for label, text in _lines(rule, policy):
        click.echo(f"{label:12} {text}")


@packs.command()
@click.argument("names", metavar="[PACK]...", nargs=-1)
@click.option(
    "--policy",
    "policy_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The policy to test with.",
)
def test(names: tuple[str, ...], policy_file: Path | None) -> None:
    """Run the tests beside the packs. PACK is a shipped pack's name or a pack file; none: every shipped pack."""
    try:
        policy, _, cases = _chosen(names, policy_file)
        engine = Engine(policy)
    except WrongPolicy as error:
        fail(str(error))
    failed = list(failures(engine, cases))
    for failure in failed:
        case = failure.case
        click.secho(f"{case.file}:{case.line}: {case.text}", fg="red")
        click.echo(f"  expected {list(case.find)}\n  found    {list(failure.found)}")
    click.echo(f"{len(cases) - len(failed)} of {count(len(cases), 'case')} hold")
    sys.exit(1 if failed else 0)


@packs.command()
@click.argument("names", metavar="[PACK]...", nargs=-1)
def lint(names: tuple[str, ...]) -> None:
    """Find untested, unanchored, boundless, overlapping and slow rules. PACK as for test."""
    try:
        policy, rules, cases = _chosen(names, None)
    except WrongPolicy as error:
        fail(str(error))
    errors = 0
    for weakness in weaknesses(policy, rules, cases):
        errors += weakness.is_error
        click.secho(f"{weakness.pack}: {weakness.rule}: {weakness.kind}", fg="red" if weakness.is_error else "yellow")
        click.echo(f"  {weakness.detail}")
    click.echo(f"{count(len(rules), 'rule')}, {errors} to mend")
    sys.exit(1 if errors else 0)


@packs.command()
@click.argument("file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("rule_name", metavar="RULE")
def new(file: Path, rule_name: str) -> None:
    """Begin a rule with its tests. FILE is a pack of your own, such as our-rules.yaml; made where it is not there."""
    if file.suffix != ".yaml" or file.name.endswith(".tests.yaml"):
        fail(f"{file.name}: a pack is a file NAME.yaml")
    tests = _tests_beside(file)
    pack = file.name.removesuffix(".yaml")
    try:
        rule, cases = new_rule(rule_name), new_cases(rule_name)
        known = {known.name for known in (*load_policy().rules, *(read_pack(file) if file.exists() else ()))}
    except WrongPolicy as error:
        fail(str(error))
    if rule_name in known:
        fail(f"{rule_name}: there is a rule of this name already")
    _append(file, f"pack: {pack}\ntitle: Rules of our own\nrules:\n", rule)
    _append(tests, f"pack: {pack}\ncases:\n", cases)
    click.echo(f"wrote {rule_name} to {file} and its tests to {tests}; then: cordon packs test {file}")


def _append(file: Path, head: str, entry: str) -> None:
    text = file.read_text(encoding="utf-8") if file.exists() else head
    file.write_text(text + ("" if text.endswith("\n") else "\n") + entry, encoding="utf-8")


def _tests_beside(file: Path) -> Path:
    return file.with_suffix("").with_suffix(".tests.yaml")


def _chosen(names: tuple[str, ...], policy_file: Path | None) -> tuple[Policy, tuple[Rule, ...], list[PackCase]]:
    """The policy with the named packs in it, the rules of these packs, and their tests. Raises WrongPolicy."""
    policy = load_policy(policy_file)
    custom = [Path(name) for name in names if name.endswith(".yaml")]
    shipped = [name for name in names or shipped_packs() if not name.endswith(".yaml")]
    for name in shipped:
        if name not in shipped_packs():
            raise WrongPolicy(f"no pack is named {name}")
    rules = tuple(rule for file in custom for rule in read_pack(file, is_custom=True))
    known = {rule.name for rule in policy.rules}
    policy = policy.with_rules(rule for rule in rules if rule.name not in known)
    cases = [case for file in [*map(tests_of, shipped), *map(_tests_beside, custom)] for case in read_cases(file)]
    return policy, (*rules, *(rule for name in shipped for rule in shipped_pack(name))), cases


def _read(policy_file: Path | None) -> Policy:
    try:
        return load_policy(policy_file)
    except WrongPolicy as error:
        fail(str(error))


def _everywhere(policy: Policy) -> Policy:
    """The policy without what it says of some directions, channels, queues or tenants only."""
    return replace(policy, overrides=tuple(override for override in policy.overrides if not override.when))


def _somewhere(policy: Policy, rule: Rule) -> list[tuple[str, str]]:
    """What the policy says of the rule in some scopes only, a line each; the last that holds wins."""
    return [
        ("override", f"{_scope(override)}: {_changes(override)}")
        for override in policy.overrides
        if override.when and override.speaks_of(rule)
    ]


def _scope(override: Override) -> str:
    return ", ".join(f"{name} {' or '.join(sorted(values))}" for name, values in override.when)


def _changes(override: Override) -> str:
    names = ("severity", "action", "replacement", "tier", "override_by")
    return ", ".join(f"{name} {value}" for name in names if (value := getattr(override, name)) is not None)


def _lines(rule: Rule, policy: Policy) -> list[tuple[str, str]]:
    decision = _everywhere(policy).decide(rule, Scope())
    lines = [
        ("rule", f"{rule.name}  ({rule.pack})"),
        ("entity", rule.entity),
        ("severity", f"{decision.severity}, action {decision.action}, replacement {decision.replacement}"),
        *_somewhere(policy, rule),
        ("about", rule.description),
        ("source", rule.source),
    ]
    for pattern in rule.patterns:
        needs = ", needs context" if pattern.needs_context else ""
        lines.append(
            ("pattern", f"{pattern.regex}   score {pattern.score}{needs}, checksum {pattern.validator or 'none'}")
        )
    if rule.digits is not None:
        views = "digits" + (", spelled" if rule.spelled else "") + (", split over messages" if rule.split else "")
        lines.append(("views", f"{views}; lengths {', '.join(map(str, rule.digits.lengths))}"))
    if rule.answer is not None:
        lines.append(("answer", rule.answer.regex))
    if rule.context is not None:
        lines.append(("context", ", ".join(rule.context.words)))
    if rule.against is not None:
        lines.append(("against", ", ".join(rule.against.words)))
    return lines
