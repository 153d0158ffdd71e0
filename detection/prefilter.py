"""The prefilter: every expression of a policy in one RE2 set, one linear pass over the text.

Source: RE2, ``RE2::Set``. It answers which expressions match somewhere, not where.
"""

import re
import zlib
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, Final, NamedTuple

import re2

from detection.errors import WrongPolicy

MAX_MEMORY: Final = 48 << 20
"""Bytes that the set's automata may take; too little makes every scan slow."""
SHORT: Final = 2_048
"""Characters of a text that the one set looks at."""
FEW: Final = 64
"""Expressions that stay together in one set."""
PARTS: Final = 64
"""Sets over which the expressions are spread for longer texts."""
PART_MEMORY: Final = 2 << 20
"""Bytes that the automata of one of these may take at first."""
REPETITIVE: Final = 16
"""How much smaller a text becomes in which the same is said again and again."""
_REPEATED_LAST = re.compile(r"(?<!\\)(\{\d+),\d*\}(?:\\\W\?)?$")
"""At the end of an expression: the most that something is repeated, and a mark that may follow."""
_REPEATED_FIRST = re.compile(r"^((?:\(\?i\))?)\\b(?:\[a-z\])?(\[[^\]^]+\])\{1,\d+\}(?=@|://)")
"""At its beginning: what stands before an ``@`` or a ``://``, as often as there is room for."""

_COUNTS_DIGITS = re.compile(r"\\d\)\{(?:[4-9]|\d\d)")
"""In an expression: many digits with something between them. Each digit of noise begins a count of its own."""


def options(memory: int = MAX_MEMORY) -> re2.Options:
    """Quiet (a pattern's text never reaches a log), bounded, on Unicode text."""
    chosen = re2.Options()
    chosen.log_errors = False
    chosen.max_mem = memory
    return chosen


_NOTHING_KNOWN: Final = frozenset[int]()


class _Part(NamedTuple):
    """A set with some of the expressions, and the numbers that they have in the whole."""

    set: Any
    numbers: Sequence[int]


class Prefilter:
    """Expressions by number.

    The first of them may be ``signs``: words and marks beside values. Where all are many, these have a set of their
    own. An automaton has a state for each way to be amid a word and amid a value, so that both together are longer
    in becoming known than each alone: chat says new things all the time. The first of the signs may be ``gates``,
    which count letters and digits of any kind: noise is amid every one of them at once, so that in long texts each
    is looked for alone, as is every other that counts digits.
    """

    def __init__(self, expressions: Iterable[str], *, signs: int = 0, gates: int = 0) -> None:
        self._expressions = tuple(expressions)
        self._gates = gates
        self._signs = signs if len(self._expressions) > FEW else 0
        first = self._expressions[: self._signs or None]
        self._search_first = _compiled(first, MAX_MEMORY).Match if first else _nothing
        self._search_values = _compiled(self._expressions[self._signs :], MAX_MEMORY).Match if self._signs else None

    def match(self, text: str) -> Sequence[int] | None:
        """Numbers of the expressions that match somewhere in a folded text; None or empty for none."""
        encoded = text.encode()
        if len(text) > SHORT and self._is_for_parts(encoded):
            return self._match_in_parts(encoded)
        found = self._search_first(encoded)
        if self._search_values is None or not (values := self._search_values(encoded)):
            return found
        return [*(found or ()), *(number + self._signs for number in values)]

    def match_noise(self, text: str, known: frozenset[int] | set[int] = _NOTHING_KNOWN) -> Sequence[int]:
        """The same for a piece of a long text, however short. What is ``known`` to match need not be named."""
        encoded = text.encode()
        return self._match_in_parts(encoded, known) if self._is_for_parts(encoded) else self.match(text) or ()

    def _is_for_parts(self, encoded: bytes) -> bool:
        return "_parts" in self.__dict__ or not _is_repetitive(encoded)  # which is not worth the time to make them

    def _match_in_parts(self, encoded: bytes, known: frozenset[int] | set[int] = _NOTHING_KNOWN) -> list[int]:
        """Noise is what every long text may be.

        The automaton of all expressions together has more states than it can ever keep, and noise leads through new
        ones with every character: microseconds each. Those of a few expressions are small and soon known.
        """
        parts = [part for part in self._parts if not known.issuperset(part.numbers)] if known else self._parts
        return [part.numbers[place] for part in parts for place in part.set.Match(encoded) or ()]

    @cached_property
    def _parts(self) -> tuple[_Part, ...]:
        """Made when the first noise comes, in a tenth of a second.

        Expressions that begin alike stand together, and share their states.
        """
        numbers = range(len(self._expressions))
        chosen = [[n] for n in numbers if n < self._gates or _COUNTS_DIGITS.search(self._expressions[n])]
        together = set(numbers).difference(*chosen)
        order = sorted(together, key=self._expressions.__getitem__)
        size = max(1, -(-len(order) // max(1, PARTS - len(chosen))))
        chosen += [order[place : place + size] for place in range(0, len(order), size)]
        return tuple(_Part(_compiled([self._expressions[n] for n in part], PART_MEMORY), part) for part in chosen)

    def load(self) -> None:
        """Make what long texts need now, not when the first one comes."""
        _ = self._parts


def _compiled(expressions: Iterable[str], memory: int) -> Any:
    """A set of expressions, with more memory where it needs more. Raises ``WrongPolicy``."""
    chosen = re2.Set.SearchSet(options(memory))
    for expression in expressions:
        try:
            chosen.Add(_shortest(expression))
        except re2.error:
            raise WrongPolicy(f"not an RE2 expression: {expression}") from None
    try:
        chosen.Compile()
    except re2.error:
        if memory >= MAX_MEMORY:
            raise WrongPolicy("the rules are too large for one set of expressions") from None
        return _compiled(expressions, 2 * memory)
    return chosen


def _is_repetitive(text: bytes) -> bool:
    """Whether a text says the same again and again: then it is no noise, and the one set soon knows all its states."""
    return len(zlib.compress(text, 1)) * REPETITIVE < len(text)


def _shortest(expression: str) -> str:
    r"""An expression that matches in the same texts, and in few others, and is amid as little as it can be.

    Every count up to the most is a state of its own, and noise is at many counts at once: ``\d{7,40}`` at its end
    says no more than ``\d{7}``, and ``\b[a-z]{1,64}@`` hardly more than ``[a-z]@``.
    """
    return _REPEATED_FIRST.sub(r"\1\2", _REPEATED_LAST.sub(r"\1}", expression))


def _nothing(_text: str | bytes) -> None:
    return None
