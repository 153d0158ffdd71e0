"""Words near a value: those that speak for it and those that speak against it."""

import re
from collections.abc import Callable
from functools import lru_cache

from detection.fold import fold_words
from detection.rule import Words

Nearest = Callable[[str, int, int], int | None]
"""Distance in characters from a span of a folded text to the nearest word, or None."""

_GAP = r"[ _-]{0,3}"
"""Between the words of a phrase: ``credit card``, ``credit_card``, ``credit-card``, ``creditcard``."""


_CAMEL = r"(?-i:(?<=[a-z])(?=[A-Z]))"
"""Between the words of ``cardNumber``."""


def nearest_word(words: Words | None) -> Nearest:
    """Build the search for a rule's words."""
    if words is None or not words.words:
        return lambda _text, _start, _end: None
    expression = word_expression(words.words)
    before, after = words.before, words.after

    def nearest(text: str, start: int, end: int) -> int | None:
        best: int | None = None
        for match in expression.finditer(text, max(0, start - before), start):
            best = start - match.end()
        if after:
            match_after = expression.search(text, end, end + after)
            if match_after is not None and (best is None or match_after.start() - end < best):
                best = match_after.start() - end
        return best

    return nearest


@lru_cache(maxsize=4096)
def word_expression(words: tuple[str, ...]) -> re.Pattern[str]:
    """One expression for any of the words, whole and in any case. An underscore parts words, as in code."""
    return re.compile("|".join(map(_whole_word, _folded(words))), re.ASCII | re.IGNORECASE)


def gate_expression(words: tuple[str, ...]) -> str:
    """RE2 expression that matches wherever ``word_expression`` does, and is cheaper: no boundaries."""
    return "(?i)" + "|".join(_phrase(word.removesuffix("*")) for word in _folded(words))


def _folded(words: tuple[str, ...]) -> list[str]:
    return sorted({fold_words(word) for word in words}, key=lambda word: (-len(word), word))


def _phrase(stem: str) -> str:
    return _GAP.join(re.escape(word) for word in stem.split())


def _whole_word(word: str) -> str:
    """A script without spaces between words has no boundaries."""
    stem = word.removesuffix("*")
    head = rf"(?:(?<![A-Za-z0-9])|{_CAMEL})" if _is_latin(stem[0]) else ""
    tail = rf"(?:(?![A-Za-z0-9])|{_CAMEL})" if stem == word and _is_latin(stem[-1]) else ""
    return f"{head}{_phrase(stem)}{tail}"


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()
