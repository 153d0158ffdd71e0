"""Runs of digits, whatever stands between them: ``4111.1111 1111-1111``, ``4 1 1 1 ...``."""

import re
from collections.abc import Iterator, Sequence

import msgspec

MIN_DIGITS = 8
"""Shorter runs are left to the rules' own patterns."""
MAX_DIGITS = 400
"""In longer runs a value is one group: the rest is noise, and slow to try. Patterns still see all of it."""

GATE = r"\d(?:(?:[^0-9A-Za-z]{0,3}|[ .\-_\t\n]{4,9})\d){7}"
"""RE2 expression that matches wherever a run of ``MIN_DIGITS`` stands."""

MIN_GROUP = 3
"""Digits of a group from which on several may have been run together."""
_AMERICAN_EXPRESS = [4, 10]
"""Where the groups of a card of fourteen or fifteen digits begin."""

_RUN = re.compile(r"\d(?:(?:[\W_]{0,3}|[ .\-_\t\n]{4,9})\d){7,}")
_MASKED = re.compile(r"[*#•●■█▪]{2,}")
GROUP = re.compile(r"\d+")
"""Neighbouring digits."""


class DigitRun(msgspec.Struct, frozen=True):
    """Digits with the place of each in the text, and where groups of them begin and end."""

    digits: str
    starts: Sequence[int]
    """For each digit the first character of its spelling."""
    ends: Sequence[int]
    """For each digit the character after its spelling."""
    group_starts: tuple[int, ...]
    """Indices into ``digits`` at which a group begins."""
    group_ends: tuple[int, ...]
    """Indices into ``digits`` after a group's last digit."""
    stretches: tuple[tuple[int, int], ...] = ()
    """First and end index of digits that are spelled in words one after the other."""

    def windows(self, lengths: tuple[int, ...]) -> Iterator[tuple[int, int]]:
        """Whole groups that together have one of the lengths, longest first at each start."""
        ends = set(self.group_ends)
        for start in self.group_starts:
            for length in reversed(lengths):
                if start + length in ends:
                    yield start, start + length

    def is_group(self, start: int, end: int) -> bool:
        """Whether these digits stand together, with nothing between them and nothing touching them."""
        if self.stretches:
            return (start, end) in self.stretches
        return self.ends[end - 1] - self.starts[start] == end - start and end in self.group_ends

    def is_even(self, start: int, end: int) -> bool:
        """Whether the groups of a window part it as people part one value: all of a size, or all but the last.

        Groups that were run together count as those they are made of (``4539 14880343 6467``). A date, an amount and
        a telephone number beside each other are groups of any sizes.
        """
        borders = [place - start for place in self.group_starts if start < place < end]
        if len(borders) <= 1 or borders == _AMERICAN_EXPRESS:
            return True
        size = borders[0]
        if size < MIN_GROUP:
            return all(place == size * number for number, place in enumerate(borders, 1))
        return any(all(place % width == 0 for place in borders) for width in range(MIN_GROUP, size + 1))


def digit_runs(text: str, least: int = MIN_DIGITS) -> list[DigitRun]:
    """Find the runs of at least so many digits in a folded text."""
    spans = [match.span() for match in _RUN.finditer(text)]
    # a run that is shorter than the least in characters can't have so many digits
    return [run for start, end in spans if end - start >= least for run in _unmasked(text, start, end)]


def _unmasked(text: str, start: int, end: int) -> Iterator[DigitRun]:
    """Two mask characters part a run: what stands beside them is the rest of a value already hidden."""
    for mask in _MASKED.finditer(text, start, end):
        yield from _run(text, start, mask.start())
        start = mask.end()
    yield from _run(text, start, end)


def _run(text: str, start: int, end: int) -> Iterator[DigitRun]:
    groups = [match.span() for match in GROUP.finditer(text, start, end)]
    if end - start > MAX_DIGITS and sum(last - first for first, last in groups) > MAX_DIGITS:
        for group in groups:
            if MIN_DIGITS <= group[1] - group[0] <= MAX_DIGITS:
                yield from _run(text, *group)
        return
    if sum(last - first for first, last in groups) < MIN_DIGITS:
        return
    if len(groups) == 1:
        first, last = groups[0]
        size = last - first
        yield DigitRun(text[first:last], range(first, last), range(first + 1, last + 1), (0,), (size,))
        return
    places = [place for first, last in groups for place in range(first, last)]
    starts: list[int] = []
    ends: list[int] = []
    count = 0
    for first, last in groups:
        starts.append(count)
        count += last - first
        ends.append(count)
    yield DigitRun(
        "".join(text[first:last] for first, last in groups),
        tuple(places),
        tuple(place + 1 for place in places),
        tuple(starts),
        tuple(ends),
    )
