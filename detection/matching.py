"""Candidates: where a rule might have found its value, in each of the four views."""

import re
from collections.abc import Container, Iterable, Iterator
from itertools import zip_longest
from typing import Any

import msgspec

from detection.checksums import Checksum
from detection.digits import DigitRun, Windows
from detection.finding import WITHHELD
from detection.long_search import LONG, LongSearch
from detection.plan import Finder, ReadyDigits, ReadyPattern, ReadyRule
from detection.rule import MAX_SCORE

RETRIES = 100
"""Matches of one pattern in one text that are looked into again after their checksum failed."""
MAX_RETRIED = 64
"""Characters of such a match."""
MAX_PLACES = 300
"""Places of one text at which one pattern calls its rule's code: no message has so many."""
MAX_LISTED = 64
"""Digits of a run from which on values have to be four fifths of it: a table of numbers holds some by chance."""
_WORD = re.compile(r"[0-9A-Za-z]+")


class Candidate(msgspec.Struct):
    """A span of the folded text that passed its rule's checksum; context is still to be asked."""

    rule: ReadyRule
    start: int
    end: int
    score: float
    needs_context: bool
    reasons: tuple[str, ...]
    event_ids: tuple[str, ...] = ()


def by_pattern(rule: ReadyRule, pattern: ReadyPattern, text: str, gates: Container[int | None]) -> Iterator[Candidate]:
    """View 1: the folded text. Candidates that wait for context are left out where no word of it stands anywhere."""
    has_context = rule.gate in gates
    if pattern.needs_context and not has_context:
        return
    find = rule.finder if has_context else rule.finder_of_marked
    if find is not None:
        yield from _found(rule, find, pattern, text, has_context=has_context)
        return
    check = pattern.checksum
    if check is None:
        for match in _searched(pattern, text).finditer(text):
            start, end = match.span(pattern.group)
            if start < end:
                yield Candidate(rule, start, end, pattern.score, pattern.needs_context, ("pattern",))
        return
    reasons = ("pattern", f"checksum {check.name}")
    for start, end in _checked(pattern, check, text):
        yield Candidate(rule, start, end, pattern.score, pattern.needs_context, reasons)


def _searched(pattern: ReadyPattern, text: str) -> Any:
    """What looks for the matches of a pattern in a text of this length."""
    return pattern.compiled if len(text) <= LONG else pattern.in_long_texts


def _found(
    rule: ReadyRule, find: Finder, pattern: ReadyPattern, text: str, *, has_context: bool
) -> Iterator[Candidate]:
    """What the rule's code finds at the places that the pattern points to."""
    for number, match in enumerate(_searched(pattern, text).finditer(text)):
        if number == MAX_PLACES:
            yield Candidate(rule, match.start(), len(text), MAX_SCORE, needs_context=False, reasons=(WITHHELD,))
            return
        for found in find(text, *match.span(pattern.group)):
            if has_context or not found.needs_context:
                yield Candidate(rule, found.start, found.end, found.score, found.needs_context, (found.reason,))


def _checked(pattern: ReadyPattern, check: Checksum, text: str) -> Iterator[tuple[int, int]]:
    """Spans of values whose checksum holds."""
    retries = RETRIES
    verdicts: dict[str, bool] = {}  # hostile text says the same again and again
    searched = _searched(pattern, text)
    search = searched.searcher(text) if isinstance(searched, LongSearch) else searched.search
    match = search(text)
    while match is not None:
        start, end = match.span(pattern.group)
        resume = match.end()
        if start >= 0:
            end = _trimmed(check, text, start, end)
            value = text[start:end]
            holds = verdicts.get(value)
            if holds is None:
                holds = verdicts[value] = bool(value) and check.is_valid(value)
            if holds:
                yield start, end
                resume = end
            elif retries and resume - start <= MAX_RETRIED:
                # what failed may have begun too early: the value's own beginning is looked for within it
                retries -= 1
                resume = _after_word(text, match.start())
        match = search(text, max(resume, match.start() + 1))


def _after_word(text: str, start: int) -> int:
    word = _WORD.match(text, start)
    return start + 1 if word is None else word.end()


def _trimmed(check: Checksum, text: str, start: int, end: int) -> int:
    return end if check.trim is None else start + check.trim(text[start:end])


def by_digits(
    rules: Iterable[tuple[ReadyRule, ReadyDigits]], runs: Iterable[DigitRun], view: str, gates: Container[int | None]
) -> Iterator[Candidate]:
    """Views 2 and 3: runs of digits, spelled or not. Windows of a rule that overlap: the longest first."""
    awake = tuple(rules)
    of_size: dict[int, list[tuple[ReadyRule, ReadyDigits]]] = {}
    for run in runs:
        if run.is_one_group:  # as most are: only rules for so many digits are asked
            size = len(run.digits)
            if size not in of_size:
                of_size[size] = [(rule, view_of) for rule, view_of in awake if size in view_of.lengths]
            yield from _of_one_group(run, of_size[size], view, gates)
            continue
        windows: dict[object, Windows] = {}
        for rule, view_of in awake:
            within = windows.get(view_of.shape)
            if within is None:
                within = windows[view_of.shape] = run.windows(*view_of.shape)
            if not within:
                continue
            check = view_of.checksum
            passing = list(_apart(run, within, check))
            if not passing:
                continue
            reasons = _reasons(view, check)
            for start, end, is_whole in _written(run, passing, view_of):
                if view_of.needs_context and rule.gate not in gates:
                    break
                needs = view_of.needs_context or not is_whole
                yield Candidate(rule, *run.span(start, end), view_of.score, needs, reasons)


def _of_one_group(
    run: DigitRun, rules: Iterable[tuple[ReadyRule, ReadyDigits]], view: str, gates: Container[int | None]
) -> Iterator[Candidate]:
    """Digits with nothing between them, of a length of each rule: they are one value or none, and written as one."""
    for rule, view_of in rules:
        check = view_of.checksum
        if (check is not None and not check.is_valid(run.digits)) or (view_of.needs_context and rule.gate not in gates):
            continue
        ((start, end),) = run.spans()
        yield Candidate(rule, start, end, view_of.score, view_of.needs_context, _reasons(view, check))


def _reasons(view: str, check: Checksum | None) -> tuple[str, ...]:
    return (view,) if check is None else (view, f"checksum {check.name}")


def _written(run: DigitRun, windows: Windows, view_of: ReadyDigits) -> Iterator[tuple[int, int, bool]]:
    """Windows of a run whose checksum holds, none over another, and whether each is written as one value.

    It is one group, or even groups with little else around it in the run. The checksums of many windows are tried, so
    one passes by chance sooner or later: a telephone number and a date joined, or the first half of a longer number.
    """
    before, after = view_of.beside
    done, left = 0, before
    is_table = len(run.digits) > MAX_LISTED and 5 * sum(end - start for start, end in windows) < 4 * len(run.digits)
    for (start, end), following in zip_longest(windows, windows[1:]):
        right = (following[0] if following else len(run.digits)) - end
        is_amid_little = not is_table and start - done <= left and right <= after + (before if following else 0)
        yield start, end, run.is_group(start, end) or (is_amid_little and run.is_even(start, end))
        done, left = end, after + before


def _apart(run: DigitRun, within: Windows, check: Checksum | None) -> Iterator[tuple[int, int]]:
    """The windows whose checksum holds; of several that begin at a place, one that is a group is no longer one."""
    taken = 0
    for start, end in within:
        if start < taken or not _holds(run, start, end, check):
            continue
        group = run.group_end(start)
        taken = group if group < end and (start, group) in within and _holds(run, start, group, check) else end
        yield start, taken


def _holds(run: DigitRun, start: int, end: int, check: Checksum | None) -> bool:
    return check is None or check.is_valid(run.digits[start:end])
