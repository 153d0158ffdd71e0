"""``cordon packs``: look at rules, test them, find their weak points, begin new ones."""

import sys
from pathlib import Path

import click

from detection import Engine, WrongPolicy, load_policy
from detection.pack import read_pack, shipped_pack, shipped_packs
from detection.pack_tests import failures, read_cases, tests_of
from detection.rule import Rule


@click.group()
def packs() -> None:
    """Rule packs: list, show, test, lint, new."""


@packs.command("list")
def list_packs() -> None:
    """Every shipped pack with its rules."""
    for name in shipped_packs():
        click.secho(name, bold=True)
        for rule in shipped_pack(name):
            click.echo(f"  {rule.name:28} {rule.severity:9} {rule.entity:26} {rule.description}")


@packs.command()
@click.argument("rule_name", metavar="RULE")
def show(rule_name: str) -> None:
    """One rule in full."""
    rule = next((rule for name in shipped_packs() for rule in shipped_pack(name) if rule.name == rule_name), None)
    if rule is None:
        raise click.ClickException(f"no rule is named {rule_name}")
    for label, text in _lines(rule):
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
        policy = load_policy(policy_file)
        custom = [Path(name) for name in names if name.endswith(".yaml")]
        rules = tuple(rule for file in custom for rule in read_pack(file, is_custom=True))
        known = {rule.name for rule in policy.rules}
        policy = policy.with_rules(rule for rule in rules if rule.name not in known)
        engine = Engine(policy)
        files = [file.with_suffix("").with_suffix(".tests.yaml") for file in custom]
        shipped = [name for name in names or shipped_packs() if not name.endswith(".yaml")]
        cases = [case for file in [*map(tests_of, shipped), *files] for case in read_cases(file)]
    except WrongPolicy as error:
        raise click.ClickException(str(error)) from None
    failed = list(failures(engine, cases))
    for failure in failed:
        case = failure.case
        click.secho(f"{case.file}:{case.line}: {case.text}", fg="red")
        click.echo(f"  expected {list(case.find)}\n  found    {list(failure.found)}")
    click.echo(f"{len(cases) - len(failed)} of {len(cases)} cases hold")
    sys.exit(1 if failed else 0)


def _lines(rule: Rule) -> list[tuple[str, str]]:
    lines = [
        ("rule", f"{rule.name}  ({rule.pack})"),
        ("entity", rule.entity),
        ("severity", f"{rule.severity}, action {rule.action}, replacement {rule.replacement}"),
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
