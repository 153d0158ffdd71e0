"""Finders: code for values that no expression delimits.

A module offers ``find(text, start, end)``: given the span of a trigger in the folded text, it yields what it ``Found``.
It may offer ``find_marked``, the same for texts in which no word of the rule's context stands: what needs one need
not be looked for. For values cut over several messages it may offer ``may_finish(text)``, a cheap look that never
misses, and ``finish(earlier, text)``: given what a sender has said, oldest first, and the message after that, it yields
what is ``Finished`` there.
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


class Finished(NamedTuple):
    """The end of a value that was begun in earlier messages."""

    found: Found
    """Its place in the last message."""
    used: int
    """How many of the messages before hold the rest."""
