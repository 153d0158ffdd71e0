"""Searching long texts: RE2 leads to the places at which Python's own engine has something to look at.

Both go through a text character by character, RE2 in a tenth of the time, but each place that it answers costs a
microsecond. So it leads as long as places are rare; where they are many, Python's engine goes on alone.
"""

import re
from collections.abc import Callable, Iterator
from functools import cached_property, lru_cache
from typing import Any, Final

import re2

from detection.prefilter import options

LONG: Final = 2_048
"""Characters of a text from which on RE2 leads."""
SPARSE: Final = 128
"""Characters between two places from which on that is worth its while."""
TRIED: Final = 8
"""Places after which is asked how far apart they are."""
MEMORY: Final = 1 << 20
"""Bytes that the automata of one expression may take."""
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_OTHER: Final = "\x7f"
"""Takes the place of a character beyond ASCII, so that each has one byte; it stands in no folded text itself."""


class LongSearch:
    """An expression of Python's own engine, with the same answers in long texts in less time.

    ``sign`` is an RE2 expression that begins to match wherever the expression does, or so many characters before as
    ``lead`` says; without it, it is the expression itself, as far as RE2 knows such.
    """

    def __init__(self, compiled: re.Pattern[str], sign: str | None = None, *, lead: int = 0) -> None:
        self._compiled = compiled
        self._sign = sign
        self._lead = lead

    @cached_property
    def _signs(self) -> Any:
        """Made when the first long text comes."""
        chosen = options(MEMORY)
        chosen.never_capture = True  # groups would cost more than the rest
        return re2.compile((self._sign or _sign_of(self._compiled)).encode(), chosen)

    def searcher(self, text: str) -> Callable[..., re.Match[str] | None]:
        """``search(text, start)`` for this text, from one place to the next one behind it."""
        return (
            self._compiled.search if len(text) <= LONG else _Led(self._compiled, self._signs, self._lead, text).search
        )

    def search(self, text: str) -> re.Match[str] | None:
        """The first match."""
        return self.searcher(text)(text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """All matches that do not overlap."""
        if len(text) <= LONG:
            return self._compiled.finditer(text)
        return _Led(self._compiled, self._signs, self._lead, text).finditer()


class _Led:
    """A search through one text from its beginning to its end."""

    def __init__(self, compiled: re.Pattern[str], signs: Any, lead: int, text: str) -> None:
        self._text = text
        self._encoded = _encoded(text)
        self._search_alone = compiled.search
        self._finditer_alone = compiled.finditer
        self._match_at = compiled.match
        self._sign = signs.search
        self._lead = lead
        self._tried = 0
        self._is_dense = False

    def search(self, _text: str, start: int = 0) -> re.Match[str] | None:
        """The first match from a place on, which is not before that of the last call."""
        place = max(0, start - self._lead)
        while not self._is_dense:
            sign = self._sign(self._encoded, place)
            if sign is None:
                return None
            place = sign.start()
            match = self._match_at(self._text, place) if place >= start else None
            if match is None and self._lead:
                match = self._match_at(self._text, place + self._lead)
            self._tried += 1
            self._is_dense = self._tried >= TRIED and place < SPARSE * self._tried
            if match is not None:
                return match
            place += 1
        return self._search_alone(self._text, max(start, place))

    def finditer(self) -> Iterator[re.Match[str]]:
        """All matches that do not overlap."""
        done = 0
        while not self._is_dense:
            match = self.search(self._text, done)
            if match is None:
                return
            yield match
            done = max(match.start() + 1, match.end())
        yield from self._finditer_alone(self._text, done)


@lru_cache(maxsize=2)
def _encoded(text: str) -> bytes:
    """A text with one byte for each character."""
    return (text if text.isascii() else _BEYOND_ASCII.sub(lambda match: _OTHER * len(match[0]), text)).encode()


_LOOK = re.compile(r"\(\?<?[=!]")
_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[+*?}]\+|\{\d+,\d{4,}\}|.", re.DOTALL)
"""An escape, a class, a possessive repetition, one of more times than RE2 counts, or a character."""
_MEANS_MORE = re.compile(r"\\[ws]|^\[\^.*\\W|[^\x00-\x7f]", re.DOTALL)
"""In a class of characters that has some beyond ASCII, unless its expression is of ASCII alone."""


def _sign_of(compiled: re.Pattern[str]) -> str:
    """The expression without what RE2 does not know, which then matches in more places: it only leads to them."""
    expression, is_ascii = compiled.pattern, bool(compiled.flags & re.ASCII)
    pieces, place = ["(?i)" if compiled.flags & re.IGNORECASE else ""], 0
    while place < len(expression):
        if _LOOK.match(expression, place):
            place = _group_end(expression, place)
            continue
        token = _TOKEN.match(expression, place)
        assert token is not None  # noqa: S101  (any character is one)
        place = token.end()
        pieces.append(_widened(token[0], is_ascii=is_ascii))
    return "".join(pieces)


def _widened(token: str, *, is_ascii: bool) -> str:
    if len(token) > 1 and token[0] in "+*?}":
        return token[0]
    if len(token) > 1 and token[0] == "{":
        return f"{token[: token.index(',')]},}}"
    return token if is_ascii or not _MEANS_MORE.search(token) else f"(?:{token}|{_OTHER})".translate(_NO_OTHERS)


def _group_end(expression: str, start: int) -> int:
    depth, place = 0, start
    while True:
        token = _TOKEN.match(expression, place)
        assert token is not None  # noqa: S101  (groups are closed)
        depth += (token[0] == "(") - (token[0] == ")")
        place = token.end()
        if not depth:
            return place


class _Others(dict[int, str]):
    def __missing__(self, code: int) -> str:
        return chr(code) if code < ord(_OTHER) else _OTHER


_NO_OTHERS: Final = _Others()
