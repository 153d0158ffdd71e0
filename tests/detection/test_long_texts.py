"""A text longer than any message is judged in parts: values across their borders whole, and a dump withheld."""

import re

import pytest

from detection.finding import WITHHELD, Finding
from detection.long_texts import LONG, LONGEST, MARGIN, MAX_VALUES, findings_of
from schemas import Action, Severity


class Judge:
    """Finds values such as ``<abc>``, and what is left of one at the end of what it is shown."""

    def __init__(self) -> None:
        self.shown: list[int] = []

    def __call__(self, text: str) -> list[Finding]:
        self.shown.append(len(text))
        return [found(*match.span()) for match in re.finditer(r"<[a-z]*(?:>|$)", text)]


def found(start: int, end: int, *reasons: str) -> Finding:
    return Finding("Rule", "thing", Severity.HIGH, Action.REDACT, start, end, 0.9, "[X]", reasons)


def spans(text: str) -> list[tuple[int, int]]:
    return [(one.start, one.end) for one in findings_of(text, Judge())]


def filled(before: int, value: str, after: int) -> str:
    return "." * before + value + "." * after


@pytest.mark.parametrize("before", [0, 100, LONG - 5, LONG - 1, LONG, LONG + MARGIN, 3 * LONG - 2])
def test_a_value_is_found_once_with_its_place_in_the_whole(before: int) -> None:
    text = filled(before, "<abcdef>", 2 * LONG)

    assert spans(text) == [(before, before + 8)]


def test_a_value_that_goes_on_beyond_a_parts_margin_is_followed_to_its_end() -> None:
    long_one = f"<{'a' * (LONGEST - MARGIN - 100)}>"
    text = filled(LONG - 50, long_one, LONG)

    assert spans(text)[0] == (LONG - 50, LONG - 50 + len(long_one))


def test_a_part_is_seen_again_only_where_a_value_goes_on() -> None:
    judge = Judge()
    findings_of(filled(0, "<abc>", 3 * LONG), judge)

    assert judge.shown == [LONG + MARGIN, LONG + 2 * MARGIN, LONG + MARGIN + 5, MARGIN + 5]


def test_no_part_is_longer_than_it_may_cost() -> None:
    judge = Judge()
    findings_of(filled(100, "<" + "a" * 5 * LONG, 0), judge)

    assert max(judge.shown) <= LONG + LONGEST + MARGIN


def test_of_a_dump_the_first_values_are_told_and_the_rest_is_withheld_whole() -> None:
    text = "<abc> " * (MAX_VALUES + 40) + "." * LONG

    findings = findings_of(text, Judge())

    assert len(findings) == MAX_VALUES + 1
    assert [(one.start, one.end) for one in findings[:2]] == [(0, 5), (6, 11)]
    assert (findings[-1].start, findings[-1].end) == (MAX_VALUES * 6, len(text))
    assert WITHHELD in findings[-1].reasons


def test_as_many_values_as_a_text_may_have_are_told_one_by_one() -> None:
    findings = findings_of("<abc> " * MAX_VALUES + "." * LONG, Judge())

    assert len(findings) == MAX_VALUES
    assert not any(WITHHELD in one.reasons for one in findings)


def test_what_is_withheld_of_a_part_is_withheld_to_the_end_of_the_text() -> None:
    def judge(text: str) -> list[Finding]:
        return [found(10, 20), found(50, len(text), WITHHELD)]

    *before, last = findings_of("." * 3 * LONG, judge)

    assert (last.start, last.end, last.reasons) == (50, 3 * LONG, (WITHHELD,))
    assert found(10, 20) in before
