"""Words near a value: those that speak for it and those that speak against it."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import lru_cache

from detection.fold import fold_words
from detection.rule import Words
from detection.spans import Spans, near

MAX_GAP = 3
"""Characters between the words of a phrase: ``credit card``, ``credit_card``, ``creditCard``."""

_APART = re.compile(r"[<>,;|&={}]")
"""Between two words that are no phrase: ``</order_id><card_number>``."""

MIN_PART = 4
"""Letters of a word that is recognised within a longer one."""

MAX_NESTED = 3
"""Phrases that begin before a word and may hold it."""

ANOTHER_CLAUSE = 40
"""Characters that a word counts as further away when a clause ends between it and the value."""

_CLAUSE_ENDS = re.compile(r"[.!?;\n](?:\s|$)")
_THING_ENDS = re.compile(r"[,.!?;:()<>{}\n|&]| -+ |\b(?:and|but|y|e|et|und|ed?|oraz|en)\b")
"""After a value less is needed: what follows a comma or an ``and`` speaks of the next thing."""
_NAMING = re.compile(
    r"[)\]\"']?\s{1,4}(?:is|was|es|est|ist)\s{1,4}(?:(?:my|the|our|your|his|her|their|an?|mi|tu|su|el|la|mon|ma|le|mein|meine|die|der)\s{1,4})?",
    re.IGNORECASE,
)
"""Between a value and the word that names it: ``8655... is my imei``. Nothing before the value is nearer than that."""
_DESTINATION = re.compile(r"\s{1,2}(?:to|at)\s{1,2}")
"""Between a word against a value and the value it does not name: ``the number on my account to 4155550132``."""
_SERVED = re.compile(r"\d{4}[\d\W_]*\s(?:(?:to|at)\b|(?!(?:and|or|und|oder|et|ou|and|then)\b)[^\W\d_]{3,})")
"""The number of the word before, and further words: it says nothing of the next number then."""
_NEXT = re.compile(
    r"[^\W\d_]+(?:[\s:#._]{1,3}(?:number|no|nr|id|code|is|on file)){0,3}"
    r"(?:[\s:#.=>\"']{1,4}(?:(?:[A-Z]{1,4}-?|[(+]{1,2})?\d(?:[-. ]?\d){2}|(?=[A-Z]*\d)[A-Z0-9]{5,}|\0)"
    r"|\s?:\s|\s-{1,2}\s)",
    re.IGNORECASE,
)
"""A word with a number or code of its own behind it, or a colon or a dash, and so one that names what follows it.

``4539... for order 4482910``, ``01223 351880 postcode: CB2 1AB``, ``card=4539...&order_id=4482910``.
"""
_NUMBER = re.compile(r"\d{4}|\0")
"""A number, or one that was taken out."""

_LETTER = r"[^\W\d_]"
_TOKEN = re.compile(rf"{_LETTER}++(?!\d)|(?<![^\W_]){_LETTER}++|\d+")
"""A word or a number. Letters amid digits are a piece of an identifier: ``0ZAP5``."""
APART = 32
"""Characters without a letter after which numbers are no part of any phrase with words in it."""
_WORDED = re.compile(rf"{_LETTER}(?:.{{0,{APART}}}{_LETTER})*", re.DOTALL)
_TOKEN_OF_ASCII = re.compile(r"[A-Za-z]++(?![0-9])|(?<![0-9A-Za-z])[A-Za-z]++|[0-9]++")
"""The same where a text is ASCII, in two thirds of the time."""
_HUMP = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_HUMPED = re.compile(r"[a-z][A-Z]")
_NO_SPACES = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af]")
"""Scripts that write words without spaces between them."""


class Tokens:
    """The words of a folded text in lower case, with their places; ``cardNumber`` also counts as two.

    ``pieces`` are all that is looked at; ``has_numbers`` says whether numbers that have no letter near
    them count as words.
    """

    def __init__(self, text: str, pieces: Spans | None = None, *, has_numbers: bool = True) -> None:
        self.text = text
        if pieces is None:
            pieces = [(0, len(text))]
        if not has_numbers:
            worded = [match.span() for start, end in pieces for match in _WORDED.finditer(text, start, end)]
            pieces = near(worded, APART // 2, len(text))
        token = _TOKEN_OF_ASCII if text.isascii() else _TOKEN
        matches = [match for start, end in pieces for match in token.finditer(text, start, end)]
        if _HUMPED.search(text):
            matches = [part for match in matches for part in (match, *_humps(match))]
        self.words = [match[0].lower() for match in matches]
        self._matches = matches
        self.places: dict[str, list[int]] = {}
        """For each word the indices at which it stands."""
        places = self.places
        for index, word in enumerate(self.words):
            if word in places:
                places[word].append(index)
            else:
                places[word] = [index]

    def span(self, index: int) -> tuple[int, int]:
        """Where a word stands."""
        return self._matches[index].span()


def _humps(match: re.Match[str]) -> Iterator[re.Match[str]]:
    if _HUMPED.search(match[0]):
        yield from _HUMP.finditer(match.string, match.start(), match.end())


Places = list[tuple[int, int]]
"""Start and end of every word or phrase that counts, sorted by start."""


def outside(places: Places, phrases: Places) -> Places:
    """The places that are not a part of a longer phrase."""
    begins = [start for start, _ in phrases]

    def is_part(start: int, end: int) -> bool:
        within = bisect_right(begins, start)
        return any(end <= last and (first, last) != (start, end) for first, last in phrases[:within][-MAX_NESTED:])

    return [place for place in places if not is_part(*place)]


class WordFinder:
    """Looks for the words of a rule near a value.

    ``ends_at_numbers`` is for words that speak against: one that has had its number in an earlier sentence says
    nothing of the next, and one behind a comma speaks of what follows it.
    """

    def __init__(self, words: Words | None, *, ends_at_numbers: bool = False) -> None:
        self._ends_at_numbers = ends_at_numbers
        self._before = words.before if words else 0
        self._after = words.after if words else 0
        self._phrases: dict[str, list[tuple[str, ...]]] = {}
        """By its first word, what must follow it; the empty rest is a word that stands for itself."""
        stems: list[str] = []
        unspaced: list[str] = []
        for word in words.words if words else ():
            parts = _parts(word)
            if _NO_SPACES.search(word):
                unspaced.append(fold_words(word))
            elif parts and len(parts) == 1 and parts[0].endswith("*"):
                stems.append(parts[0][:-1])
            elif parts:
                self._phrases.setdefault(parts[0], []).append(parts[1:])
        self._stems = tuple(stems)
        self.has_numbers = any(map(str.isdigit, stems)) or any(
            _has_lone_number((head, *rest)) for head, rests in self._phrases.items() for rest in rests
        )
        """Whether a number without a letter near it may be one of the words."""
        self._unspaced = tuple(unspaced)
        self.reach = max(self._before, self._after) + max(map(_length, words.words if words else ()), default=0)
        """Characters around a value within which every word lies that counts, and the phrase that it is part of."""

    def places(self, tokens: Tokens) -> Places:
        """Where the rule's words stand in a text."""
        heads = self._phrases.keys() & tokens.places.keys()
        found = [
            (tokens.span(index)[0], end)
            for head in heads
            for index in tokens.places[head]
            for rest in self._phrases[head]
            if (end := _phrase_end(tokens, index, rest)) is not None
        ]
        if self._stems:
            found += [
                tokens.span(index)
                for word, indices in tokens.places.items()
                if word.startswith(self._stems)
                for index in indices
            ]
        found.sort()
        return found

    def nearest(self, tokens: Tokens, places: Places, start: int, end: int) -> int | None:
        """Characters between the span of a value and the nearest word, or None where none is near enough.

        A word of another clause counts as ``ANOTHER_CLAUSE`` characters further away than it is.
        """
        best = self._nearest_before(places, start) if places else None
        if best:
            best = self._apart(best, tokens.text[start - best : start])
        if places and self._after and best != 0:
            following = self._nearest_after(places, end)
            if following is not None and _NAMING.fullmatch(tokens.text, end, end + following):
                following = 0
            elif following is not None and (
                _NEXT.match(tokens.text, end + following) or _THING_ENDS.search(tokens.text, end, end + following)
            ):
                following = None if self._ends_at_numbers else following + ANOTHER_CLAUSE
            if following is not None and (best is None or following < best):
                best = following
        if self._unspaced and (best is None or best > 0):
            found = self._nearest_unspaced(tokens.text, start, end)
            if found is not None and (best is None or found < best):
                best = found
        return best

    def _apart(self, distance: int, gap: str) -> int | None:
        """How far a word before a value counts as, by what stands between them; None where it says nothing."""
        if _CLAUSE_ENDS.search(gap):
            return None if self._ends_at_numbers and _NUMBER.search(gap) else distance + ANOTHER_CLAUSE
        if not self._ends_at_numbers:
            return distance
        if _SERVED.search(gap):
            return None
        return distance + ANOTHER_CLAUSE if _DESTINATION.fullmatch(gap) else distance

    def anywhere(self, tokens: Tokens, against: "WordFinder | None" = None) -> bool:
        """Whether any of the words stands in the text; one within a phrase against the rule does not count."""
        places = self.places(tokens)
        if places and against is not None and (phrases := against.places(tokens)):
            places = outside(places, phrases)
        return bool(places) or any(word in tokens.text for word in self._unspaced)

    def holds(self, word: str) -> bool:
        """Whether it is one of the rule's words."""
        return () in self._phrases.get(word, ())

    def is_part_of(self, word: str) -> bool:
        """Whether one of the rule's words of four letters or more stands within a longer one."""
        return any(len(head) >= MIN_PART and head in word for head, rests in self._phrases.items() if () in rests)

    def _nearest_before(self, places: Places, start: int) -> int | None:
        limit = start - self._before
        for index in range(bisect_left(places, (start,)) - 1, -1, -1):
            begin, end = places[index]
            if begin < limit:
                return None
            if end <= start:
                return start - end
        return None

    def _nearest_after(self, places: Places, end: int) -> int | None:
        index = bisect_left(places, (end,))
        if index == len(places) or places[index][0] >= end + self._after:
            return None
        return places[index][0] - end

    def _nearest_unspaced(self, text: str, start: int, end: int) -> int | None:
        left, right = max(0, start - self._before), end + self._after
        distances = [start - at - len(word) for word in self._unspaced if (at := text.rfind(word, left, start)) >= 0]
        distances += [at - end for word in self._unspaced if (at := text.find(word, end, right)) >= 0]
        return min(distances, default=None)


def _phrase_end(tokens: Tokens, index: int, rest: tuple[str, ...]) -> int | None:
    _, end = tokens.span(index)
    for part in rest:
        index += 1
        if index >= len(tokens.words):
            return None
        start, following = tokens.span(index)
        if not 0 <= start - end <= MAX_GAP or not _agrees(tokens.words[index], part):
            return None
        if start - end > 1 and _APART.search(tokens.text, end, start):
            return None
        end = following
    return end


def _length(word: str) -> int:
    """Characters that a word or phrase may take in a text, but for what follows a stem."""
    parts = _parts(word)
    return sum(map(len, parts)) + MAX_GAP * len(parts)


def _has_lone_number(parts: tuple[str, ...]) -> bool:
    """Whether a phrase has a number that stands beside no word of it."""
    numbers = [True, *(part.removesuffix("*").isdigit() for part in parts), True]
    return any(all(numbers[place : place + 3]) for place in range(len(parts)))


def _agrees(word: str, part: str) -> bool:
    return word.startswith(part[:-1]) if part.endswith("*") else word == part


@lru_cache(maxsize=4096)
def _parts(word: str) -> tuple[str, ...]:
    """The tokens of a rule's word; the last keeps a final ``*``."""
    folded = fold_words(word)
    parts = tuple(_TOKEN.findall(folded))
    return (*parts[:-1], parts[-1] + "*") if folded.endswith("*") else parts


def gate_expression(words: tuple[str, ...]) -> str:
    """RE2 expression that matches wherever one of the words stands, and more: it knows no boundaries."""
    return "(?i)" + "|".join(sorted(set(_gates(words))))


def _gates(words: tuple[str, ...]) -> Iterator[str]:
    for word in words:
        if _NO_SPACES.search(word):
            yield re.escape(fold_words(word))
        else:
            gap = rf"[^0-9A-Za-z]{{0,{MAX_GAP}}}"
            yield gap.join(re.escape(part.removesuffix("*")) for part in _parts(word))
