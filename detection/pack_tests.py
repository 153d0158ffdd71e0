"""Tests of rule packs: YAML beside the pack, readable by whoever owns the policy."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from detection.conversation import Conversation
from detection.engine import Engine
from detection.errors import WrongPolicy
from detection.finding import Verdict
from detection.yaml_fields import LINE, Entry, mappings, one_of, placed, read_yaml, refuse_unknown, strings, text
from schemas import Direction

_KEYS = frozenset({"text", "find", "asked", "earlier", "direction"})
_SECOND = 1000


@dataclass(frozen=True, slots=True)
class PackCase:
    """One text and what must be found in it."""

    file: str
    line: int
    text: str
    find: tuple[tuple[str, str], ...]
    """Rule and exact original substring, in order of place."""
    asked: str | None = None
    """What the other side said just before."""
    earlier: tuple[str, ...] = ()
    """What the same sender said before."""
    direction: Direction = Direction.INBOUND


@dataclass(frozen=True, slots=True)
class PackFailure:
    """A case that came out otherwise."""

    case: PackCase
    found: tuple[tuple[str, str], ...]


def tests_of(pack: str) -> Traversable:
    """The tests file of a shipped pack."""
    return resources.files("detection.packs") / f"{pack}.tests.yaml"


def read_cases(file: Traversable | Path) -> list[PackCase]:
    """Cases of a tests file. Raises ``WrongPolicy`` with file, line and reason."""
    document = read_yaml(file)
    with placed(f"{file.name}:1"):
        refuse_unknown(document, {"pack", "cases"})
        entries = mappings(document, "cases")
    cases: list[PackCase] = []
    for entry in entries:
        with placed(f"{file.name}:{entry[LINE]}"):
            cases.append(_case(entry, file.name))
    return cases


def _case(entry: Entry, file: str) -> PackCase:
    refuse_unknown(entry, _KEYS)
    if "find" not in entry:
        raise WrongPolicy("missing find")
    found = [(rule, value) for item in mappings(entry, "find") for rule, value in item.items() if rule != LINE]
    if not all(isinstance(value, str) for _, value in found):
        raise WrongPolicy("the value to find must be quoted")
    return PackCase(
        file,
        entry[LINE],
        text(entry, "text"),
        tuple(found),
        text(entry, "asked") if "asked" in entry else None,
        strings(entry, "earlier"),
        one_of(entry, "direction", Direction, Direction.INBOUND),
    )


def failures(engine: Engine, cases: list[PackCase]) -> Iterator[PackFailure]:
    """Run cases; every finding of the engine's whole policy counts."""
    for case in cases:
        verdict = judge(engine, case)
        found = tuple((finding.rule, case.text[finding.start : finding.end]) for finding in verdict.findings)
        if found != case.find:
            yield PackFailure(case, found)


def judge(engine: Engine, case: PackCase) -> Verdict:
    """Scan a case's text after what was said before."""
    if case.asked is None and not case.earlier:
        return engine.scan(case.text, direction=case.direction)
    conversation = Conversation()
    other = Direction.OUTBOUND if case.direction is Direction.INBOUND else Direction.INBOUND
    said = [(case.direction, text) for text in case.earlier]
    if case.asked is not None:
        said.append((other, case.asked))
    for number, (direction, words) in enumerate(said):
        at = number * _SECOND
        verdict = engine.scan(words, direction=direction, history=conversation.history(at))
        conversation.remember(f"m{number}", direction, words, verdict, at)
    history = conversation.history(len(said) * _SECOND)
    return engine.scan(case.text, direction=case.direction, history=history)
