"""Telephone numbers: where they stand among the digits of a text; ``phone_shapes`` says which digits are one."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from itertools import accumulate, pairwise
from operator import itemgetter
from typing import Final

from detection.checksums import written_digits
from detection.finders import Found
from detection.finders.phone_shapes import LONG_SHAPED, MAX_DIGITS, MIN_DIGITS, SEPARATORS, SHAPED, Opening, judge
from detection.long_search import LONG, LongSearch

MAX_NATIONAL: Final = 64
"""Groups of a table in which national numbers are looked for: every one is asked of the plans of many countries."""
_LEAST_IN_TABLE: Final = 3
"""Digits of the group that begins with the zero of such a number."""
MAX_GROUPS: Final = 14
"""Groups of a run in which every number is looked for: longer runs are tables."""

_GROUP = re.compile(r"\d+")
_RUN = re.compile(rf"\d++(?:{SEPARATORS}{{1,3}}\d++)*+")
_LONG_RUN = LongSearch(_RUN, rf"\d(?:{SEPARATORS}{{0,3}}\d){{{MIN_DIGITS - 1}}}")
"""Those with enough digits, and where they are many, all."""
_SPAN = re.Match.span
_EXTENSION = re.compile(
    r"[ ,]{0,2}(?:x[.:]?\d{2,6}|x[ .:]{1,2}\d{3,6}|(?:ext\.?|extension|ramal|#)[ .:]{0,2}\d{1,6})(?!\d)", re.IGNORECASE
)
_NO_NUMBER = re.compile(
    r"(?:19|20)\d{2}(?P<part>[-/. ])(?:0?[1-9]|1[0-2])(?P=part)(?:0?[1-9]|[12]\d|3[01])(?!\d)"
    r"|(?:0?[1-9]|[12]\d|3[01])(?P<mark>[-/. ])(?:0?[1-9]|[12]\d|3[01])(?P=mark)(?:19|20)\d{2}(?!\d)"
    r"|(?:19|20)\d{2} ?[-/] ?(?:19|20)\d{2}(?![\d-])"
    r"|(?P<address>\d{1,3}(?:\.\d{1,3}){3})(?![\d.])"
)
"""A date, a span of years or an address of the internet."""
_OTHER_SIGN: Final = (
    r"(?:19|20)\d{2}[-/. ]\d{1,2}[-/. ]\d{1,2}|\d{1,2}[-/. ]\d{1,2}[-/. ](?:19|20)\d{2}"
    r"|(?:19|20)\d{2} ?[-/] ?(?:19|20)\d{2}|\d{1,3}(?:\.\d{1,3}){3}"
)
_SIGNED = re.compile(r"[+(](?:(?<=\()|(?<=\+)(?<!\d\+)(?:(?<!\d \+) ?)?)(?=\d)")
"""A sign before the first digit of a number; ``69069 + 907133923`` is a sum."""
_LONG_SIGNED, _LONG_NO_NUMBER = LongSearch(_SIGNED), LongSearch(_NO_NUMBER, _OTHER_SIGN)
_BEGINS_AN_IDENTIFIER = re.compile(
    r"(?<![a-z])(?!(?:ph|tel|cel|cell|mob|fax|call|text|at|on|is|to|no|nr|num|zap)$)[a-z]{1,4}$", re.IGNORECASE
)
"""Letters before bare digits that are a part of a name, as in ``INC31095179``, and no label."""
_DATE_WITHIN = re.compile(r"(?<!\d)(?:19|20)\d{2}([-/.])(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01])(?!\d)")
_NAMED = re.compile(
    r"(?<![a-z])(?:(?:tele)?phone|tel|cell|mobile|whatsapp|fax|contact|call me at|my number"
    r"|fone|celular|telefon[oe]?|telefoon|telephone|movil|mobil|portable|cellulare|mobiel|komorka|handy)\s?[#*=]$",
    re.IGNORECASE,
)
"""A word for a telephone and a sign that otherwise stands before other things: ``phone=4155550132``."""
_GOES_ON = re.compile(r"[A-Za-z]{1,3}\d")
"""Letters and further digits behind bare ones, which are then a part of something longer: ``40610118Z1273104``."""
_AROUND: Final = 24
"""Characters before and after a run that are looked at: an extension and what leads to it have fewer."""
_LETTER_BEFORE = re.compile(r"[A-Za-z0-9_#$€£=&*%]")


class _Run:
    """Groups of digits with only the separators of telephone numbers between them."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text = text
        self.groups = [match.span() for match in _GROUP.finditer(text, start, end)]
        """Where each begins and ends in the text."""
        self.digits = written_digits(text[start:end])
        """Those of all groups, one after the other."""
        self.lengths = tuple([last - first for first, last in self.groups])
        self.offsets = list(accumulate(self.lengths, initial=0))
        """Where each group begins in ``digits``, and where the last one ends."""
        self.is_table = len(self.groups) > MAX_GROUPS
        """Whether there are more groups than in a few numbers: only what has a mark of its own is one of them."""

    @cached_property
    def separators(self) -> tuple[str, ...]:
        """What stands between each two groups."""
        return tuple(self.text[left[1] : right[0]] for left, right in pairwise(self.groups))


def find(text: str, start: int, end: int) -> Iterable[Found]:
    """Numbers in the run of digits and separators of telephone numbers to which a trigger points.

    A number that is known by its own marks may stand beside other digits. All others count only where the whole run
    is telephone numbers: a parcel's number has parts that look like one.
    """
    return _runs(text, is_spoken_for=True).numbers_at(start, end)


def find_marked(text: str, start: int, end: int) -> Iterable[Found]:
    """The same without numbers for which words would have to speak."""
    return _runs(text, is_spoken_for=False).numbers_at(start, end)


@lru_cache(maxsize=2)
def _runs(text: str, *, is_spoken_for: bool) -> "_Runs":
    """The runs of a text, kept while one trigger after the other points into them."""
    return _Runs(text, is_spoken_for=is_spoken_for)


class _Runs:
    """All runs of a text; each is looked into once, whatever number of triggers point to it."""

    def __init__(self, text: str, *, is_spoken_for: bool) -> None:
        self._text = text
        self._is_spoken_for = is_spoken_for
        spans = map(_SPAN, _LONG_RUN.finditer(text))
        self._spans = [(start, end) for start, end in spans if end - start >= MIN_DIGITS]
        self._promising = None if is_spoken_for or len(text) <= LONG else _promising(text, self._spans)
        self._numbers: dict[int, tuple[Found, ...]] = {}

    def numbers_at(self, start: int, end: int) -> tuple[Found, ...]:
        """The numbers of the run that begins before the end of a trigger and ends last."""
        if self._promising is not None and not self._promising:
            return ()
        place = bisect_left(self._spans, (end,)) - 1
        if place < 0 or self._spans[place][1] <= start:
            return ()
        numbers = self._numbers.get(place)
        if numbers is None:
            numbers = self._numbers[place] = self._look(*self._spans[place])
        return numbers

    def _look(self, start: int, end: int) -> tuple[Found, ...]:
        if (self._promising is not None and start not in self._promising) or not _has_enough(self._text, start, end):
            return ()
        first = max(0, start - _AROUND)
        within = self._text[first : end + _AROUND]
        numbers = _numbers_in(within, start - first, end - first, is_spoken_for=self._is_spoken_for)
        return tuple([found._replace(start=found.start + first, end=found.end + first) for found in numbers])


def _promising(text: str, spans: Sequence[tuple[int, int]]) -> set[int]:
    """Beginnings of the runs that may hold a number, by a zero, a sign, a shape or a date: noise has few among all."""
    begins = [start for start, _ in spans]
    places = [match.end() for match in _LONG_SIGNED.finditer(text)]
    places += [match.start() for match in LONG_SHAPED.finditer(text)]
    marked = {begins[bisect_right(begins, place) - 1] for place in places if begins and begins[0] <= place}
    others = {match.start() for match in _LONG_NO_NUMBER.finditer(text)}
    return marked | others.intersection(begins) | {start for start in begins if text[start] == "0"}


def _has_enough(text: str, start: int, end: int) -> bool:
    """Whether a run has as many digits as a number."""
    return len(written_digits(text[start:end])) >= MIN_DIGITS


@lru_cache(maxsize=1024)
def _numbers_in(text: str, start: int, end: int, *, is_spoken_for: bool) -> tuple[Found, ...]:
    """The numbers of a run, which stands in a text that is no longer than it needs to be: readings repeat most runs.

    Where nothing marks a number, only such count as leave nothing else in the run: from its beginning on.
    """
    shaped = {match.start(): match["sure"] is not None for match in SHAPED.finditer(text, start, end)}
    sure = [begin for begin, is_sure in shaped.items() if is_sure]
    sure += [match.end() for match in _SIGNED.finditer(text, 0, end) if match.end() >= start]
    if not (
        sure
        or start in shaped
        or text[start] == "0"
        or (is_spoken_for and len(written_digits(text[start:end])) <= MAX_DIGITS + 2)
        or _NO_NUMBER.match(text, start)
    ):
        return ()
    return _numbers(_Run(text, start, end), {*shaped, *sure}, max(sure, default=-1))


def _numbers(run: _Run, marks: set[int], last_sure: int) -> tuple[Found, ...]:
    """All numbers of a run.

    ``marks`` are places of digits with a sign before them or the shape of a number, ``last_sure`` is the last one at
    which a number may begin that may stand beside other digits.
    """
    text = run.text
    marked = _marked(run, marks)
    numbers: list[Found] = []
    used = done = 0
    for first in sorted(marked) if run.is_table else range(len(run.groups)):
        if used < first and run.groups[first][0] > last_sure:
            break  # something else stands in the run, and no more of its numbers are sure
        if first < done:
            continue
        other = _other_end(run, first)
        if other is not None:
            done = bisect_right(run.groups, other, first, key=_END)
            used += done - first
            continue
        if first and first not in marked:
            continue
        opening = _opening(text, run.groups[first][0])
        lasts = _lasts(run, first, opening) if first in marked else []
        for last in lasts if first else _with_whole(run, lasts):
            found = _number(run, first, last, opening)
            # bare digits are a number only as a whole: a part of a longer run is no number that words could speak for
            if found is not None and (not found.needs_context or last - first + 1 == len(run.groups)):
                numbers.append(found)
                used += last - first + 1
                done = last + 1
                break
    return tuple(
        found
        for found in numbers
        if used == len(run.groups)
        or (found.reason in _SELF_EVIDENT and not _is_amid(text, found) and not _is_in_row(run, found, used))
    )


def _marked(run: _Run, marks: set[int]) -> set[int]:
    """Groups with which a number may begin that is known by its own marks."""
    least = 1 if not run.is_table else _LEAST_IN_TABLE if len(run.groups) <= MAX_NATIONAL else len(run.digits)
    return {
        place
        for place, (begin, _) in enumerate(run.groups)
        if begin in marks or (run.text[begin] == "0" and run.lengths[place] >= least)
    }


def _is_amid(text: str, found: Found) -> bool:
    """Whether more digits are joined to the number by a mark: then it is a part of something longer."""
    start, end = found.start, found.end
    if text[start] == "+":
        return _FRACTION.match(text, end) is not None
    return (text[start - 1 : start] in _JOINTS and text[start - 2 : start - 1].isdigit() and text[start].isdigit()) or (
        text[end : end + 1] in _JOINTS and text[end + 1 : end + 2].isdigit()
    )


def _is_in_row(run: _Run, found: Found, used: int) -> bool:
    """Whether spaces alone part it, and join it to further numbers: ``377 610 987 1597 2584``."""
    within = run.text[found.start : found.end]
    around = run.text[max(0, found.start - 2) : found.start], run.text[found.end : found.end + 2]
    is_joined = any(part[:1].isdigit() or part[1:].isdigit() for part in around if " " in part)
    return is_joined and len(run.groups) - used >= _ROW and within.replace(" ", "").isdigit()


def _lasts(run: _Run, first: int, opening: Opening) -> list[int]:
    """Groups with which a number that begins at a group may end, the farthest first: no mark speaks for others."""
    begin = run.offsets[first]
    if opening.plus or run.digits.startswith("00", begin):
        least, most = MIN_DIGITS, MAX_DIGITS + 2
    elif opening.bracket or run.digits[begin] == "0":
        least, most = 8, 13
    else:
        least, most = 10, 11
    low = bisect_left(run.offsets, begin + least)
    high = bisect_right(run.offsets, begin + most)
    return list(range(high - 2, low - 2, -1))


def _with_whole(run: _Run, lasts: list[int]) -> list[int]:
    """The same and before them the last group, if that makes the whole run a number, which words may speak for."""
    whole = len(run.groups) - 1
    if whole in lasts or not MIN_DIGITS <= len(run.digits) <= MAX_DIGITS + 2:
        return lasts
    return [whole, *lasts]


_FRACTION = re.compile(r"\.\d(?![\d.])")
"""After a plus and digits: ``+35236450.6``."""
_ROW: Final = 2
"""Further numbers that make a row: one alone may be a postal code or an amount."""
_JOINTS: Final = frozenset("-./")
_SELF_EVIDENT: Final = frozenset({"numbering plan", "North American shape", "area code in brackets"})


def _other_end(run: _Run, first: int) -> int | None:
    """Where a date, a span of years or an address of the internet, whose parts are below 256, that begins here ends."""
    match = _NO_NUMBER.match(run.text, run.groups[first][0])
    if match is None or (match["address"] and any(int(octet) > 255 for octet in match["address"].split("."))):
        return None
    return match.end()


_END = itemgetter(1)


def _number(run: _Run, first: int, last: int, opening: Opening) -> Found | None:
    text = run.text
    digits = run.digits[run.offsets[first] : run.offsets[last + 1]]
    separators = run.separators[first:last]
    end = run.groups[last][1]
    start = opening.start
    written = text[start:end]
    if end < len(text) and text[end] == ")" and "(" in written:
        end += 1
    judgement = judge(digits, run.lengths[first : last + 1], separators, opening, written)
    if judgement is None:
        return None
    score, reason, needs_context = judgement
    if reason == "area code in brackets" and text[end - 1] == ")":  # all of it stands in brackets
        reason, needs_context = "digits", True
    if _is_something_else(text, opening, end, reason, needs_context=needs_context):
        return None
    if start > 0:
        before = text[start - 1]
        needs_context = needs_context or _LETTER_BEFORE.match(before) is not None
        if reason == "national plan" and before == "-" and not separators:
            needs_context = True
    extension = _EXTENSION.match(text, end)
    if extension is None and needs_context and _GOES_ON.match(text, end):
        return None
    return Found(start, extension.end() if extension else end, score, reason, needs_context)


def _is_something_else(text: str, opening: Opening, end: int, reason: str, *, needs_context: bool) -> bool:
    """Whether a date stands in the number, or what is before it makes it a part of something longer."""
    start = opening.start
    if not opening.plus and _DATE_WITHIN.search(text, start, end):
        return True
    if start == 0:
        return False
    before = text[start - 1]
    is_behind_digit = text[start - 2 : start - 1].isdigit()
    if is_behind_digit and (before == "." or (before == ":" and not opening.plus)):
        return True
    if reason == "digits" and before.isalpha():
        return _BEGINS_AN_IDENTIFIER.search(text, max(0, start - 8), start) is not None
    return needs_context and _has_sign_before(text, start)


def _has_sign_before(text: str, start: int) -> bool:
    """Whether a sign before bare digits makes them something else: ``#17``, ``x=17``, ``-17``, ``CVE-17``."""
    before = text[start - 1]
    if before in "#*=":
        return _NAMED.search(text, max(0, start - _AROUND), start) is None
    if before not in "-.":
        return False
    if _is_sign(text, start - 1):
        return True
    return before == "-" and _BEGINS_AN_IDENTIFIER.search(text, max(0, start - 9), start - 1) is not None


def _is_sign(text: str, place: int) -> bool:
    """Whether a dash or a dot belongs to what follows it: ``-12``, ``.5``."""
    return place == 0 or not text[place - 1].isalpha()


def _opening(text: str, start: int) -> Opening:
    """Take a plus sign and an opening bracket before the first digit along."""
    plus = bracket = False
    while start > 0:
        before = text[start - 1]
        if before == "+" and not plus and not text[max(0, start - 2) : start - 1].isdigit():
            plus = True
        elif before == "(" and not bracket:
            bracket = True
        elif before != " " or plus or start < 2 or text[start - 2] != "+":
            break
        start -= 1
    return Opening(start, plus, bracket)
