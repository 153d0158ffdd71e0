"""A policy made ready to run: rules compiled, decisions taken for a scope."""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from importlib import import_module
from types import ModuleType
from typing import Any

import re2

from detection import prefilter
from detection.checksums import Checksum, checksum
from detection.context import Tokens, WordFinder
from detection.digits import LengthsAt
from detection.expressions import NONE, Expressions
from detection.finders import Found
from detection.fold import fold_literals
from detection.long_search import LongSearch
from detection.policy import Decision
from detection.rule import DigitRuns, Pattern, Rule

Finder = Callable[[str, int, int], Iterable[Found]]
"""``find(text, start, end)`` gives the values at a trigger in a folded text."""


MIN_SPLIT_TEXT = 8
"""Digits in the shortest value of letters and digits that may be cut over several messages."""


class ReadyPattern:
    """A pattern with its compiled expression, made at its first use: most never hit in a process's life."""

    def __init__(self, pattern: Pattern, *, is_custom: bool) -> None:
        self.needs_context = pattern.needs_context
        self.score = pattern.score
        self.expression = pattern.expression
        self._validator = pattern.validator
        self._is_custom = is_custom

    @cached_property
    def checksum(self) -> Checksum | None:
        """What the value has to pass."""
        return None if self._validator is None else checksum(self._validator)

    @cached_property
    def compiled(self) -> Any:
        """Built-in expressions run on Python's own engine, which is faster; customers' on RE2: always linear."""
        if self._is_custom:
            return re2.compile(self.expression, prefilter.options())
        return re.compile(self.expression, re.ASCII)

    @cached_property
    def in_long_texts(self) -> Any:
        """What answers ``search`` and ``finditer`` there; customers' expressions are on RE2 already."""
        is_led = not self._is_custom and self.expression.isascii()
        return LongSearch(self.compiled) if is_led else self.compiled

    @cached_property
    def group(self) -> int:
        """Number of the group that is the value: RE2 tells the place of a group by no other name."""
        number: int = self.compiled.groupindex.get("value", 0)
        return number


class ReadyDigits:
    """The digit view of a rule."""

    def __init__(self, runs: DigitRuns) -> None:
        self.lengths = runs.lengths
        self.needs_context = runs.needs_context
        self.score = runs.score
        self.beside = runs.beside
        self._validator = runs.validator

    @cached_property
    def checksum(self) -> Checksum | None:
        """What the digits have to pass."""
        return None if self._validator is None else checksum(self._validator)

    @cached_property
    def shape(self) -> tuple[tuple[int, ...], LengthsAt | None]:
        """What is asked of a run of digits before any checksum; rules that ask the same share the answer."""
        return self.lengths, None if self.checksum is None else self.checksum.lengths


class ReadyRule:
    """A rule with everything it needs to judge a candidate."""

    def __init__(self, rule: Rule, decision: Decision, gate: int | None) -> None:
        self.rule = rule
        self.decision = decision
        self.patterns = tuple(ReadyPattern(pattern, is_custom=rule.is_custom) for pattern in rule.patterns)
        self.answer = None if rule.answer is None else ReadyPattern(rule.answer, is_custom=rule.is_custom)
        self.digits = None if rule.digits is None else ReadyDigits(rule.digits)
        self.joined = None if rule.joined is None else ReadyDigits(rule.joined)
        self.gate = gate
        """Number of the expression that matches when a word of the context stands anywhere in the text."""

    @cached_property
    def words_for(self) -> WordFinder:
        """Words that speak for the rule."""
        return WordFinder(self.rule.context)

    @cached_property
    def words_against(self) -> WordFinder:
        """Words that speak against it."""
        return WordFinder(self.rule.against, ends_at_numbers=True)

    @cached_property
    def reach(self) -> int:
        """Characters around a value within which every word lies that counts, and the phrase that it is part of."""
        return max(self.words_for.reach, self.words_against.reach)

    @cached_property
    def finder(self) -> Finder | None:
        """The code that delimits the value, where an expression can't."""
        return None if self._finders is None else self._finders.find

    @cached_property
    def finder_of_marked(self) -> Finder | None:
        """The same for texts in which no word of the context stands."""
        return getattr(self._finders, "find_marked", self.finder)

    @cached_property
    def finisher(self) -> ModuleType | None:
        """The code that finds the ends of values begun in earlier messages."""
        may_be_cut = self.rule.split and self.rule.joined is None and hasattr(self._finders, "finish")
        return self._finders if may_be_cut else None

    @cached_property
    def _finders(self) -> ModuleType | None:
        return None if self.rule.finder is None else import_module(f"detection.finders.{self.rule.finder}")


class Plan:
    """What runs for one tier in one scope."""

    def __init__(self, rules: Sequence[ReadyRule], expressions: Expressions) -> None:
        self.rules = tuple(rules)
        self.expressions = expressions
        self.match = expressions.match
        self.prefilter = expressions.prefilter
        entries: dict[int, list[tuple[ReadyRule, ReadyPattern]]] = {}
        for rule in self.rules:
            for pattern in rule.patterns:
                entries.setdefault(expressions.number_of(pattern.expression), []).append((rule, pattern))
        self.entries = {key: tuple(value) for key, value in entries.items()}
        self.digit_rules = tuple(rule for rule in self.rules if rule.digits is not None)
        self.least_digits = min((r.digits.lengths[0] for r in self.digit_rules if r.digits), default=0)
        """Digits in the shortest value of the digit view."""
        self.spelled_rules = tuple(rule for rule in self.digit_rules if rule.rule.spelled)
        self.split_rules = tuple(rule for rule in self.rules if rule.joined is not None)
        """Rules whose values are digits and may be cut over several messages."""
        self.split_entities = frozenset(rule.rule.entity for rule in self.split_rules)
        """What these values are."""
        self.finishers = {rule: rule.finisher for rule in self.rules if rule.finisher is not None}
        """The same for values that code delimits, with that code."""
        others = set(self.split_rules).union(self.finishers)
        self.split_texts = tuple(rule for rule in self.rules if rule.rule.split and rule not in others)
        """The same for values with letters that a checksum tells."""
        self.split_least = min((r.joined.lengths[0] for r in self.split_rules if r.joined), default=MIN_SPLIT_TEXT)
        """Digits that a value cut over several messages has at least."""
        split_lengths = frozenset(length for r in self.split_rules if r.joined for length in r.joined.lengths)
        self.split_lengths = split_lengths
        """Digits that such a value may have."""
        self.split_most = max(split_lengths, default=0)
        self.answer_rules = tuple(rule for rule in self.rules if rule.answer is not None)
        self.asked_rules = tuple(rule for rule in self.answer_rules if rule.rule.asked is not None)
        """Those that know questions without a word of their context."""
        self._last_question: tuple[str, tuple[ReadyRule, ...]] = ("", ())
        self.answer_gates = frozenset(rule.gate for rule in self.answer_rules if rule.gate is not None)
        self.followed = frozenset(entity for rule in self.answer_rules for entity in rule.rule.follows)
        """Entities after which a bare value may come."""
        self.digit_gate = expressions.digits if self.digit_rules else NONE
        self.spelled_gate = expressions.spelled
        self.number_gate = expressions.number_words
        self.fold_gate = expressions.folds
        self.readers = expressions.readers if self.rules else ()
        """Number of the expression that calls for a further reading, and what makes it."""
        self.reader_gates = frozenset(gate for gate, _ in self.readers)
        busy = {self.digit_gate, self.spelled_gate, *self.entries}
        self.idle = frozenset(range(len(expressions))) - busy
        """Numbers of expressions that find nothing by themselves: words of context, signs, other tiers' patterns."""
        self.waiting = {number: gates for number in self.entries if (gates := self._gates_of(number))}
        """Numbers of patterns that find nothing without context, with those of the words that they wait for."""

    def asked_by(self, question: str) -> tuple[ReadyRule, ...]:
        """Rules whose value a question asks for in other words than those of their context, and for nothing else.

        The answer for the last one is kept: most are asked twice.
        """
        last, asked = self._last_question
        if question != last:
            asked = tuple(
                [rule for rule in self._named_by(question) if not rule.words_against.anywhere(Tokens(question))]
            )
            self._last_question = question, asked
        return asked

    def _named_by(self, question: str) -> list[ReadyRule]:
        return [self.asked_rules[number] for number in self._questions.match(question) or ()]

    @cached_property
    def _questions(self) -> prefilter.Prefilter:
        return prefilter.Prefilter(f"(?i){fold_literals(rule.rule.asked or '')}" for rule in self.asked_rules)

    def _gates_of(self, number: int) -> frozenset[int]:
        """What all patterns of this number wait for; empty where one waits for nothing."""
        gates = {rule.gate for rule, pattern in self.entries[number] if pattern.needs_context}
        waits = all(pattern.needs_context for _, pattern in self.entries[number])
        return frozenset(gate for gate in gates if gate is not None) if waits else frozenset()

    def load(self) -> None:
        """Compile every expression and load every checksum now: a worker's first messages shall not wait for them."""
        self.prefilter.load()
        _ = self._questions
        for rule in self.rules:
            for part in (*rule.patterns, rule.answer, rule.digits):
                if part is not None:
                    _ = part.checksum
            for pattern in rule.patterns:
                _ = pattern.compiled
