"""Finders: code for values that no expression delimits.

A module offers ``find(text, start, end)``: given the span of a trigger in the folded text, it yields what it ``Found``.
It may offer ``find_marked``, the same for texts in which no word of the rule's context stands: what needs one need
not be looked for.
"""

from typing import NamedTuple


class Found(NamedTuple):
    """A value in the folded text."""

    start: int
    end: int
    score: float
    """Confidence before context."""
    reason: str
    """Name of the evidence."""
    needs_context: bool = False
