"""Reading rule packs: YAML in, rules out, every mistake refused with file, line and reason."""

import re
from collections.abc import Iterator
from enum import Enum
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import re2

from detection import lookalikes, prefilter
from detection.digits import MIN_DIGITS
from detection.errors import WrongPolicy
from detection.rule import BASE_SCORE, DEFAULT_LOOKALIKES, VALIDATED_SCORE, DigitRuns, Pattern, Rule, Words
from detection.yaml_fields import (
    LINE,
    Entry,
    flag,
    in_pieces,
    mapping,
    mappings,
    one_of,
    placed,
    read_yaml,
    refuse_unknown,
    strings,
    text,
    whole_number,
)
from schemas import Action, Severity

_RULE_KEYS = frozenset(
    {
        *("name", "entity", "severity", "action", "replacement", "source", "description", "validator", "case"),
        *("patterns", "digits", "spelled", "split", "answer", "asked", "follows", "context", "against"),
        *("lookalikes", "finder"),
    }
)
_PATTERN_KEYS = frozenset({"regex", "needs_context", "score", "validator"})
_DIGITS_KEYS = frozenset({"lengths", "needs_context", "score", "validator", "beside"})
_WORDS_KEYS = frozenset({"words", "before", "after"})
_SPAN = re.compile(r"(\d{1,3})-(\d{1,3})")


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
    return tuple(read_rules(document, where=file.name, pack=name, is_custom=is_custom))


def read_rules(document: Entry, *, where: str, pack: str, is_custom: bool) -> Iterator[Rule]:
    """Rules from the list of them in a document. ``where`` names the file in errors."""
    with placed(f"{where}:1"):
        refuse_unknown(document, {"pack", "title", "rules"})
        if "rules" not in document:
            raise WrongPolicy("missing rules")
        entries = mappings(document, "rules")
    for entry in entries:
        with placed(f"{where}:{entry[LINE]}: {entry.get('name', 'a rule')}"):
            rule = _rule(entry, pack=pack, is_custom=is_custom)
        yield rule


def _rule(entry: Entry, *, pack: str, is_custom: bool) -> Rule:
    refuse_unknown(entry, _RULE_KEYS)
    ignore_case = one_of(entry, "case", _Case, _Case.IGNORE) is _Case.IGNORE
    validator = _validator(entry, None)

    def pattern(item: Any) -> Pattern:
        return _pattern(item, validator, ignore_case=ignore_case, is_custom=is_custom)

    digits = _digits(mapping(entry, "digits"), validator)
    joined = _joined(entry, digits, validator)
    rule = Rule(
        name=text(entry, "name"),
        entity=text(entry, "entity"),
        severity=one_of(entry, "severity", Severity),
        action=one_of(entry, "action", Action, Action.REDACT),
        replacement=text(entry, "replacement"),
        pack=pack,
        patterns=tuple(map(pattern, _patterns(entry))),
        digits=digits,
        spelled=flag(entry, "spelled"),
        split=joined is not None or flag(entry, "split"),
        joined=joined,
        answer=pattern(entry["answer"]) if "answer" in entry else None,
        asked=_expression(in_pieces(entry, "asked"), is_custom=is_custom) if "asked" in entry else None,
        follows=strings(entry, "follows"),
        context=_words(mapping(entry, "context")),
        against=_words(mapping(entry, "against")),
        lookalikes=_lookalikes(entry),
        finder=_finder(entry),
        is_custom=is_custom,
        source=text(entry, "source", ""),
        description=text(entry, "description", ""),
    )
    _refuse_contradictions(rule)
    return rule


def _joined(entry: Entry, digits: DigitRuns | None, validator: str | None) -> DigitRuns | None:
    """What ``split`` says of the digits, or the digit view where it says only that there may be several messages."""
    if isinstance(entry.get("split"), dict):
        return _digits(mapping(entry, "split"), validator)
    return digits if flag(entry, "split") else None


class _Case(Enum):
    IGNORE = "ignore"
    EXACT = "exact"


def _patterns(entry: Entry) -> list[Any]:
    items = entry.get("patterns", [])
    if not isinstance(items, list):
        raise WrongPolicy("patterns must be a list")
    return items


def _lookalikes(entry: Entry) -> tuple[str, ...]:
    kinds = strings(entry, "lookalikes", DEFAULT_LOOKALIKES)
    for kind in kinds:
        if kind not in lookalikes.names():
            raise WrongPolicy(f"no look-alike is named {kind!r}")
    return kinds


def _finder(entry: Entry) -> str | None:
    name = text(entry, "finder") if "finder" in entry else None
    if name is not None and not _has_module("detection.finders", name):
        raise WrongPolicy(f"no finder is named {name!r}")
    return name


def _refuse_contradictions(rule: Rule) -> None:
    if not rule.patterns and rule.digits is None:
        raise WrongPolicy("neither patterns nor digits")
    views = [view for view in (*rule.patterns, rule.digits, rule.joined) if view is not None]
    wants = any(view.needs_context for view in views)
    if (wants or rule.answer) and rule.context is None:
        raise WrongPolicy("needs context words, and has none")
    if rule.asked and not rule.answer:
        raise WrongPolicy("asked needs an answer")
    if rule.spelled and rule.digits is None:
        raise WrongPolicy("spelled needs digits")
    if rule.split and rule.joined is None and rule.finder is None and not any(p.validator for p in rule.patterns):
        raise WrongPolicy("split needs digits, a validator or a finder")
    if any(runs and not runs.needs_context and runs.validator is None for runs in (rule.digits, rule.joined)):
        raise WrongPolicy("digits need a validator or context")


def _pattern(item: Any, validator: str | None, *, ignore_case: bool, is_custom: bool) -> Pattern:
    if not isinstance(item, str | list | dict):
        raise WrongPolicy("a pattern must be an expression, or a mapping with one")
    entry = item if isinstance(item, dict) else {"regex": item}
    refuse_unknown(entry, _PATTERN_KEYS)
    regex = _expression(in_pieces(entry, "regex"), is_custom=is_custom)
    chosen = _validator(entry, validator)
    return Pattern(regex, flag(entry, "needs_context"), _score(entry, chosen), chosen, ignore_case)


def _expression(regex: str, *, is_custom: bool) -> str:
    """An expression that may be used. Raises ``WrongPolicy`` for a customer's that does not keep to RE2."""
    if is_custom:  # the tests hold the shipped ones, and the start is quicker
        _refuse_foreign_syntax(regex)
    return regex


def _refuse_foreign_syntax(regex: str) -> None:
    try:
        compiled = re2.compile(regex, prefilter.options())
    except re2.error as error:
        reason = error.args[0].decode() if error.args and isinstance(error.args[0], bytes) else str(error)
        raise WrongPolicy(f"not an RE2 expression ({reason}): {regex}") from None
    if compiled.search("") is not None:
        raise WrongPolicy(f"the expression matches where nothing is: {regex}")


def _digits(entry: Entry | None, validator: str | None) -> DigitRuns | None:
    if entry is None:
        return None
    refuse_unknown(entry, _DIGITS_KEYS)
    chosen = _validator(entry, validator)
    return DigitRuns(_lengths(entry), flag(entry, "needs_context"), _score(entry, chosen), chosen, _beside(entry))


def _lengths(entry: Entry) -> tuple[int, ...]:
    lengths = entry.get("lengths")
    if isinstance(lengths, str) and (span := _SPAN.fullmatch(lengths)):
        lengths = list(range(int(span[1]), int(span[2]) + 1))
    if not isinstance(lengths, list) or not lengths or not all(isinstance(length, int) for length in lengths):
        raise WrongPolicy("lengths must be a list of numbers, or the least and the most as in 12-19")
    if min(lengths) < MIN_DIGITS:
        raise WrongPolicy(f"lengths begin at {MIN_DIGITS}: shorter values need patterns")
    return tuple(sorted(lengths))


def _beside(entry: Entry) -> tuple[int, int]:
    match entry.get("beside", [0, 0]):
        case [int(before), int(after)]:
            return before, after
        case _:
            raise WrongPolicy("beside must be two numbers")


def _validator(entry: Entry, inherited: str | None) -> str | None:
    if "validator" not in entry:
        return inherited
    name = text(entry, "validator")
    if name == "none":
        return None
    if not _has_module("detection.checksums", name):
        raise WrongPolicy(f"no checksum is named {name!r}")
    return name


def _has_module(package: str, name: str) -> bool:
    """Whether there is one of this name. It is loaded when a value first asks for it."""
    return name.isidentifier() and not name.startswith("_") and find_spec(f"{package}.{name}") is not None


def _score(entry: Entry, validator: str | None) -> float:
    score = entry.get("score", BASE_SCORE if validator is None else VALIDATED_SCORE)
    if not isinstance(score, int | float) or not 0 < score <= 1:
        raise WrongPolicy("score must be a number above 0 and up to 1")
    return float(score)


def _words(entry: Entry | None) -> Words | None:
    if entry is None:
        return None
    refuse_unknown(entry, _WORDS_KEYS)
    groups = entry.get("words")
    if isinstance(groups, dict):
        words = tuple(word for language in groups if language != LINE for word in strings(groups, language))
    else:
        words = strings(entry, "words")
    if not words:
        raise WrongPolicy("words are missing")
    return Words(words, whole_number(entry, "before", 40), whole_number(entry, "after", 20))
