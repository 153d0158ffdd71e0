"""Numbers that count messages: ``order 7``, ``order 8``, ``order 9`` are no value cut over three messages."""

import re
from collections.abc import Sequence
from itertools import pairwise

_NUMBER = re.compile(r"\d+")
_WORDS_BETWEEN = re.compile(r"\d[^\d]*[^\W\d_][^\d]*\d")
_FEW = 3
"""Messages that count, at the least: that the second of two numbers is larger says nothing."""
_MANY = 5
"""So many numbers, each a little above the one before, are no pieces of a value, whatever stands around them: of a
hundred values in five pieces of one length one is ordered so."""
_LEAP = 2
_LEAST_LEAP = 10
"""A number up to twice the one before and so much more is a little above it. A longer piece is above a shorter one."""
_NEAR = 1.1
"""How many times the first number the last may be, where three or four rise a little: ``2344``, ``2391``, ``2450``."""


def is_counted(texts: Sequence[str]) -> bool:
    """Whether messages, oldest first, say the same of other numbers, or count: each number is above the one before.

    They are compared as far as their numbers have counterparts: what one goes on to say does not matter.
    """
    openings = _openings(texts)
    says_the_same = _says_the_same(openings)
    if says_the_same and _WORDS_BETWEEN.search(openings[0]):
        return True
    if len(texts) < _FEW:
        return False
    numbers = [[int(number) for number in _NUMBER.findall(opening)] for opening in openings]
    steps = [[after - before for before, after in zip(*pair, strict=True)] for pair in pairwise(numbers)]
    if not all(any(step) and min(step) >= 0 for step in steps):
        return False
    return (
        says_the_same
        or (len(texts) >= _MANY and all(_rises_slowly(column) for column in zip(*numbers, strict=True)))
        or steps.count(steps[0]) == len(steps)
        or all(last <= first * _NEAR for first, last in zip(numbers[0], numbers[-1], strict=True))
    )


def _rises_slowly(numbers: Sequence[int]) -> bool:
    return all(after <= before * _LEAP + _LEAST_LEAP for before, after in pairwise(numbers))


def _openings(texts: Sequence[str]) -> list[str]:
    """The texts up to the last number that each of them has."""
    places = [[match.end() for match in _NUMBER.finditer(text)] for text in texts]
    shared = min(map(len, places))
    return [text[: ends[shared - 1]] if shared else "" for text, ends in zip(texts, places, strict=True)]


def _says_the_same(texts: Sequence[str]) -> bool:
    words = {_NUMBER.sub("", text) for text in texts}
    return len(words) == 1 and any(map(str.isalpha, words.pop()))
