"""The prefilter: every expression of a policy in one RE2 set, one linear pass over the text.

Source: RE2, ``RE2::Set``. It answers which expressions match somewhere, not where.
"""

from collections.abc import Iterable

import re2

from detection.errors import WrongPolicy

MAX_MEMORY = 48 << 20
"""Bytes that the set's automata may take; too little makes every scan slow."""


def options() -> re2.Options:
    """Quiet (a pattern's text never reaches a log), bounded, on Unicode text."""
    chosen = re2.Options()
    chosen.log_errors = False
    chosen.max_mem = MAX_MEMORY
    return chosen


class Prefilter:
    """Expressions by number."""

    def __init__(self, expressions: Iterable[str]) -> None:
        self._set = re2.Set.SearchSet(options())
        self._is_empty = True
        for expression in expressions:
            try:
                self._set.Add(expression)
            except re2.error:
                raise WrongPolicy(f"not an RE2 expression: {expression}") from None
            self._is_empty = False
        if not self._is_empty:
            try:
                self._set.Compile()
            except re2.error:
                raise WrongPolicy("the rules are too large for one set of expressions") from None
        # the set answers None both for no match and when it was never compiled
        self.match = self._set.Match if not self._is_empty else _nothing
        """Numbers of the expressions that match somewhere in a folded text; None for none."""


def _nothing(_text: str) -> None:
    return None
