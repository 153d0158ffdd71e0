"""Reading rule packs: YAML in, rules out, every mistake refused with file, line and reason."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import re2
import yaml

from detection import lookalikes, prefilter
from detection.checksums import is_known
from detection.errors import WrongPolicy
from detection.rule import BASE_SCORE, DEFAULT_LOOKALIKES, VALIDATED_SCORE, DigitRuns, Pattern, Rule, Words
from schemas import Action, Severity

_RULE_KEYS = frozenset(
    {
        *(
            "name",
            "entity",
            "severity",
            "action",
            "replacement",
            "source",
            "description",
            "validator",
            "case",
            "patterns",
        ),
        *("digits", "spelled", "split", "answer", "follows", "context", "against", "lookalikes", "finder"),
    }
)
LINE = "__line__"
"""Key under which a mapping read from YAML carries its line."""


class _Loader(yaml.CSafeLoader):
    """Keeps the line of every mapping, for error messages."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    mapping: dict[Any, Any] = loader.construct_mapping(node, deep=True)
    mapping[LINE] = node.start_mark.line + 1
    return mapping


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def shipped_packs() -> tuple[str, ...]:
    """Names of the packs that come with the product, in alphabetical order."""
    folder = resources.files("detection.packs")
    return tuple(sorted(f.name.removesuffix(".yaml") for f in folder.iterdir() if _is_pack(f.name)))


def _is_pack(name: str) -> bool:
    return name.endswith(".yaml") and not name.endswith(".tests.yaml")


@cache
def shipped_pack(name: str) -> tuple[Rule, ...]:
    """Rules of a shipped pack."""
    return read_pack(resources.files("detection.packs") / f"{name}.yaml")


def read_pack(file: Traversable | Path, *, is_custom: bool = False) -> tuple[Rule, ...]:
    """Rules of a pack file. Raises ``WrongPolicy`` with file, line and reason."""
    document = read_yaml(file)
    name = document.get("pack")
    if not isinstance(name, str) or name != file.name.removesuffix(".yaml"):
        raise WrongPolicy(f"{file.name}:1: pack must be the name of the file")
    return tuple(read_rules(document.get("rules"), where=file.name, pack=name, is_custom=is_custom))


def read_yaml(file: Traversable | Path) -> dict[str, Any]:
    """A YAML file that holds a mapping; each mapping carries its line."""
    try:
        document = yaml.load(file.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506  (a safe loader with line numbers)
    except OSError as error:
        raise WrongPolicy(f"{file} cannot be read: {error.strerror or 'no reason is given'}") from None
    except UnicodeDecodeError:
        raise WrongPolicy(f"{file.name}: not UTF-8") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise WrongPolicy(f"{file.name}:{line}: {getattr(error, 'problem', None) or 'not YAML'}") from None
    if not isinstance(document, dict):
        raise WrongPolicy(f"{file.name}:1: a mapping is expected")
    return document


def read_rules(entries: Any, *, where: str, pack: str, is_custom: bool) -> Iterator[Rule]:
    """Rules from a list of mappings. ``where`` names the file in errors."""
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise WrongPolicy(f"{where}:1: rules must be a list of mappings")
    for entry in entries:
        line = entry.get(LINE, 1)
        try:
            yield _rule(entry, pack=pack, is_custom=is_custom)
        except WrongPolicy as error:
            raise WrongPolicy(f"{where}:{line}: {entry.get('name', 'a rule')}: {error}") from None
        except (KeyError, TypeError, ValueError) as error:
            problem = f"missing {error}" if isinstance(error, KeyError) else f"{error}"
            raise WrongPolicy(f"{where}:{line}: {entry.get('name', 'a rule')}: {problem}") from None


def _rule(entry: Mapping[str, Any], *, pack: str, is_custom: bool) -> Rule:
    unknown = {key for key in entry if key != LINE} - _RULE_KEYS
    if unknown:
        raise WrongPolicy(f"unknown key {min(unknown)}")
    kinds = tuple(entry.get("lookalikes", DEFAULT_LOOKALIKES))
    for kind in kinds:
        if kind not in lookalikes.names():
            raise WrongPolicy(f"no look-alike is named {kind!r}")
    ignore_case = {"ignore": True, "exact": False}[entry.get("case", "ignore")]
    validator = entry.get("validator")
    context = _words(entry.get("context"))
    answer = entry.get("answer")
    rule = Rule(
        name=str(entry["name"]),
        entity=str(entry["entity"]),
        severity=Severity(entry["severity"]),
        action=Action(entry.get("action", "redact")),
        replacement=str(entry["replacement"]),
        pack=pack,
        patterns=tuple(
            _pattern(item, validator, ignore_case=ignore_case, is_custom=is_custom)
            for item in entry.get("patterns", ())
        ),
        digits=_digits(entry.get("digits"), validator),
        spelled=bool(entry.get("spelled", False)),
        split=bool(entry.get("split", False)),
        answer=None if answer is None else _pattern(answer, validator, ignore_case=ignore_case, is_custom=is_custom),
        follows=tuple(entry.get("follows", ())),
        context=context,
        against=_words(entry.get("against")),
        lookalikes=kinds,
        finder=entry.get("finder"),
        is_custom=is_custom,
        source=str(entry.get("source", "")),
        description=str(entry.get("description", "")),
    )
    _refuse_contradictions(rule)
    return rule


def _refuse_contradictions(rule: Rule) -> None:
    if not rule.patterns and rule.digits is None:
        raise WrongPolicy("neither patterns nor digits")
    wants = any(p.needs_context for p in rule.patterns) or (rule.digits is not None and rule.digits.needs_context)
    if (wants or rule.answer) and rule.context is None:
        raise WrongPolicy("needs context words, and has none")
    if rule.spelled and rule.digits is None:
        raise WrongPolicy("spelled needs digits")
    if rule.split and rule.digits is None and not any(p.validator for p in rule.patterns):
        raise WrongPolicy("split needs digits or a validator")
    if rule.digits is not None and not rule.digits.needs_context and rule.digits.validator is None:
        raise WrongPolicy("digits need a validator or context")


def _pattern(item: Any, validator: str | None, *, ignore_case: bool, is_custom: bool) -> Pattern:
    entry = {"regex": item} if isinstance(item, str) else item
    regex = str(entry["regex"])
    chosen = _validator(entry, validator)
    if is_custom:  # the tests hold the shipped ones, and the start is quicker
        _refuse_foreign_syntax(regex)
    return Pattern(regex, bool(entry.get("needs_context", False)), _score(entry, chosen), chosen, ignore_case)


def _refuse_foreign_syntax(regex: str) -> None:
    try:
        re2.compile(regex, prefilter.options())
    except re2.error as error:
        reason = error.args[0].decode() if error.args and isinstance(error.args[0], bytes) else str(error)
        raise WrongPolicy(f"not an RE2 expression ({reason}): {regex}") from None


def _digits(entry: Mapping[str, Any] | None, validator: str | None) -> DigitRuns | None:
    if entry is None:
        return None
    lengths = entry["lengths"]
    if isinstance(lengths, str):
        low, _, high = lengths.partition("-")
        lengths = range(int(low), int(high or low) + 1)
    chosen = _validator(entry, validator)
    before, after = entry.get("beside", (0, 0))
    needs_context = bool(entry.get("needs_context", False))
    return DigitRuns(tuple(sorted(lengths)), needs_context, _score(entry, chosen), chosen, (int(before), int(after)))


def _validator(entry: Mapping[str, Any], inherited: str | None) -> str | None:
    name = entry.get("validator", inherited)
    if name is None or name == "none":
        return None
    if not is_known(name):
        raise WrongPolicy(f"no checksum is named {name!r}")
    return str(name)


def _score(entry: Mapping[str, Any], validator: str | None) -> float:
    return float(entry.get("score", BASE_SCORE if validator is None else VALIDATED_SCORE))


def _words(entry: Mapping[str, Any] | None) -> Words | None:
    if entry is None:
        return None
    groups = entry["words"]
    lists = groups.values() if isinstance(groups, dict) else [groups]
    words = tuple(str(word) for group in lists if isinstance(group, list) for word in group)
    return Words(words, int(entry.get("before", 40)), int(entry.get("after", 20)))
