"""Every expression of a policy by number: what all its plans share, so that a text is asked once for all of them."""

from collections.abc import Iterable, Sequence
from typing import Final

from detection import digits
from detection.context import gate_expression
from detection.fold import GATE as FOLD_GATE
from detection.prefilter import Prefilter
from detection.readings import READERS, spelled
from detection.rule import Rule

NONE: Final = -1
"""Number of no expression."""


class Expressions:
    """The prefilter over a policy's rules, and what the numbers in its answers stand for."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        rules = tuple(rules)
        self._numbers: dict[str, int] = {}
        if rules:
            for expression in (digits.GATE, spelled.GATE, spelled.SIGN, FOLD_GATE, *(r.gate for r in READERS)):
                self._add(expression)
        readings = len(self._numbers)
        gates = {rule.name: gate_expression(rule.context.words) for rule in rules if _waits(rule) and rule.context}
        for gate in gates.values():
            self._add(gate)
        signs = len(self._numbers)
        for rule in rules:
            for pattern in rule.patterns:
                self._add(pattern.expression)
        self.digits = self.number_of(digits.GATE)
        """Of runs of digits."""
        self.spelled = self.number_of(spelled.GATE)
        """Of digits spelled in words."""
        self.number_words = self.number_of(spelled.SIGN)
        """Of a word that may be a digit."""
        self.folds = self.number_of(FOLD_GATE)
        """Of what is not its own folding, though it is ASCII."""
        self.readers = tuple((self.number_of(reader.gate), reader.read) for reader in READERS)
        """Number of the expression that calls for a further reading, and what makes it."""
        self.gates = {name: self.number_of(gate) for name, gate in gates.items()}
        """By the name of a rule that waits for context, of the words of it."""
        self.prefilter = Prefilter(self._numbers, signs=signs, gates=readings)
        self._last: tuple[str, Sequence[int] | None] = ("", None)

    def __len__(self) -> int:
        return len(self._numbers)

    def number_of(self, expression: str) -> int:
        """Its number, ``NONE`` where no rule needs it."""
        return self._numbers.get(expression, NONE)

    def match(self, text: str) -> Sequence[int] | None:
        """Numbers of the expressions that match somewhere in a folded text; None or empty for none.

        The answer for the last text is kept: one plan after the other asks for the same.
        """
        last, found = self._last
        if text != last:
            found = self.prefilter.match(text)
            self._last = text, found
        return found

    def _add(self, expression: str) -> None:
        self._numbers.setdefault(expression, len(self._numbers))


def _waits(rule: Rule) -> bool:
    """Whether any part of the rule waits for a word of its context."""
    return bool(rule.context and rule.context.words) and (
        rule.answer is not None
        or rule.finder is not None
        or any(pattern.needs_context for pattern in rule.patterns)
        or (rule.digits is not None and rule.digits.needs_context)
    )
