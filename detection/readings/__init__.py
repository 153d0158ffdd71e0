"""Further readings of a text, each made only where its sign stands in it.

A reading is a folded text of its own, made from the one before: every rule runs on it, and spans are mapped back like
those of the first. A module offers ``GATE``, an RE2 expression that matches in every text that it may change, and
``read(folded)``, which answers the new text and where it differs, or None.
"""

from collections.abc import Callable
from typing import NamedTuple

from detection.fold import Folded
from detection.readings import (
    backwards,
    encoded,
    gaps,
    labels,
    letters,
    literals,
    markup,
    misspelt,
    parted,
    refanged,
    separated,
    spaced,
    spelled,
    tables,
)
from detection.readings.rewriting import Reading


class Reader(NamedTuple):
    """One kind of reading."""

    gate: str
    read: Callable[[Folded], Reading | None]


READERS = tuple(
    Reader(module.GATE, module.read)
    for module in (
        gaps,
        encoded,
        markup,
        literals,
        refanged,
        labels,
        tables,
        misspelt,
        separated,
        spaced,
        spelled,
        letters,
        parted,
        backwards,
    )
)
"""In the order in which they are made: what hides a word comes before what the word hides."""

__all__ = ["READERS", "Reader", "Reading"]
