"""Runs of digits, whatever stands between them: ``4111.1111 1111-1111``, ``4 1 1 1 ...``."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import accumulate

import msgspec

from detection.long_search import LongSearch
from detection.spans import Spans, touches

MIN_DIGITS = 8
"""Shorter runs are left to the rules' own patterns."""
MAX_DIGITS = 400
"""In longer runs a value is one group: the rest is noise, and slow to try. Patterns still see all of it."""

GATE = r"\d(?:(?:[^0-9A-Za-z]{0,3}|[ .\-_\t\n]{4,9})\d){7}"
"""RE2 expression that matches wherever a run of ``MIN_DIGITS`` stands."""

MIN_GROUP = 3
"""Digits of a group from which on several may have been run together."""
MAX_GROUP = 4
"""Digits of the groups in which people part a value; longer ones were run together."""
_AMERICAN_EXPRESS = [4, 10]
"""Where the groups of a card of fourteen or fifteen digits begin."""

_RUN = re.compile(r"\d++(?:(?:[\W_]{1,3}+|[ .\-_\t\n]{4,9})\d++)*+")
"""Every digit is looked at once: no shorter run is tried where the longest has too few of them."""
_LONG_RUN = LongSearch(_RUN, GATE)
"""Those with enough digits, and where they are many, all."""
_SPAN = re.Match.span
_MASKED = re.compile(r"[*#•●■█▪]{2,}")
GROUP = re.compile(r"\d+")
"""Neighbouring digits."""
_DIGITS = "0123456789"
_ONE_GROUP = 2
"""Borders of a run that is one group."""
_LONG_GROUP = re.compile(rf"\d{{{MIN_DIGITS},}}")
LengthsAt = Callable[[str, Iterable[int]], Iterable[tuple[int, Sequence[int]]]]
"""Of places among digits those at which a value may begin, with how many digits it may have, the most first."""
Windows = list[tuple[int, int]]
"""First and end index into the digits of a run."""


class DigitRun(msgspec.Struct, frozen=True):
    """Digits in groups, with the place of each group in the text."""

    digits: str
    spans: Callable[[], Sequence[tuple[int, int]]]
    """Where each group is written, which is asked only where a value is."""
    borders: Sequence[int]
    """Index into ``digits`` of each group's first one, and their number at the end."""
    stretches: tuple[tuple[int, int], ...] = ()
    """First and end index of digits that are spelled in words one after the other."""

    @property
    def is_one_group(self) -> bool:
        """Whether nothing stands between the digits."""
        return len(self.borders) == _ONE_GROUP

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where these digits are written, from the first character to the one after the last."""
        first = bisect_right(self.borders, start) - 1
        last = bisect_left(self.borders, end) - 1
        spans = self.spans()
        begin, until = spans[first][0], spans[last][1]
        return begin + start - self.borders[first], until - (self.borders[last + 1] - end)

    def windows(self, lengths: Sequence[int], lengths_at: LengthsAt | None = None) -> Windows:
        """Whole groups that together have one of the lengths, longest first at each start.

        ``lengths_at`` says at which places a value may begin, and which of them it may have there.
        """
        starts = self.borders[: bisect_right(self.borders, self.borders[-1] - lengths[0])]  # enough follow these
        if not starts:
            return []
        ends = set(self.borders)
        if lengths_at is not None:
            return [
                (start, start + length)
                for start, possible in lengths_at(self.digits, starts)
                for length in possible
                if start + length in ends and length in lengths
            ]
        if len(lengths) == 1:
            (length,) = lengths
            return [(start, start + length) for start in starts if start + length in ends]
        descending = lengths[::-1]
        return [(start, start + length) for start in starts for length in descending if start + length in ends]

    def group_end(self, start: int) -> int:
        """Where the digits end that stand together from a place on."""
        return self.borders[bisect_right(self.borders, start)]

    def is_group(self, start: int, end: int) -> bool:
        """Whether the digits of a window stand together, with nothing between them and nothing touching them."""
        if self.stretches:
            return (start, end) in self.stretches
        return self.group_end(start) == end

    def is_even(self, start: int, end: int) -> bool:
        """Whether the groups of a window part it as people part one value: all of a size, or all but the last.

        Groups that were run together count as those they are made of (``4539 14880343 6467``). A date, an amount and
        a telephone number beside each other are groups of any sizes.
        """
        borders = [place - start for place in self.borders if start < place < end]
        if len(borders) <= 1 or borders == _AMERICAN_EXPRESS:
            return True
        size = borders[0]
        if size < MIN_GROUP:
            return all(place == size * number for number, place in enumerate(borders, 1))
        widths = range(MIN_GROUP, min(size, MAX_GROUP) + 1)
        return any(all(place % width == 0 for place in borders) for width in widths)


def digit_runs(text: str, least: int = MIN_DIGITS, changed: Spans | None = None) -> list[DigitRun]:
    """Find the runs of at least so many digits in a folded text, or those of them that touch what a reading changed."""
    least = max(least, MIN_DIGITS)  # a run that is shorter in characters can't have so many digits
    spans = [(start, end) for start, end in map(_SPAN, _LONG_RUN.finditer(text)) if end - start >= least]
    if changed is not None:
        spans = [(start, end) for start, end in spans if touches(changed, start, end)]
    if spans and _is_masked(text, spans[0][0], spans[-1][1]):
        parts = [part for start, end in spans for part in _unmasked(text, start, end)]
        spans = [(start, end) for start, end in parts if end - start >= least]
    return list(_runs(text, spans))


def _is_masked(text: str, start: int, end: int) -> bool:
    may_be = "*" in text or "#" in text or not text.isascii()
    return may_be and _MASKED.search(text, start, end) is not None


def _unmasked(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Two mask characters part a run: what stands beside them is the rest of a value already hidden."""
    for mask in _MASKED.finditer(text, start, end):
        yield start, mask.start()
        start = mask.end()
    yield start, end


def _runs(text: str, spans: Spans) -> Iterator[DigitRun]:
    for start, end in spans:
        written = text[start:end]
        if end - start <= MAX_DIGITS and written.isdigit():  # as most are: one group
            yield DigitRun(written, partial(_alone, start, end), (0, end - start))
        elif end - start > MAX_DIGITS and sum(map(written.count, _DIGITS)) > MAX_DIGITS:
            for match in _LONG_GROUP.finditer(text, start, end):
                if len(match[0]) <= MAX_DIGITS:
                    yield DigitRun(match[0], partial(_alone, *match.span()), (0, len(match[0])))
        else:
            groups = GROUP.findall(written)
            borders = list(accumulate(map(len, groups), initial=0))
            if borders[-1] >= MIN_DIGITS:
                yield DigitRun("".join(groups), partial(_spans, text, start, end), borders)


def _alone(start: int, end: int) -> tuple[tuple[int, int]]:
    return ((start, end),)


def _spans(text: str, start: int, end: int) -> list[tuple[int, int]]:
    return [match.span() for match in GROUP.finditer(text, start, end)]
