"""The tests beside a pack: what a case may say, and how one that is wrong or does not hold is told."""

from functools import cache
from pathlib import Path

import pytest

from detection import Engine, WrongPolicy, load_policy
from detection.pack_tests import PackCase, failures, judge, read_cases
from schemas import Direction


@cache
def engine() -> Engine:
    return Engine(load_policy())


def cases(folder: Path, *entries: str) -> list[PackCase]:
    file = folder / "ours.tests.yaml"
    file.write_text("pack: ours\ncases:\n" + "".join(f"  - {entry}\n" for entry in entries))
    return read_cases(file)


def test_a_case_says_what_is_found_in_a_text(tmp_path: Path) -> None:
    (case,) = cases(tmp_path, "{text: ssn 536-22-8714, find: [{SSN: 536-22-8714}]}")

    assert (case.file, case.line) == ("ours.tests.yaml", 3)
    assert (case.text, case.find) == ("ssn 536-22-8714", (("SSN", "536-22-8714"),))
    assert (case.asked, case.earlier, case.direction) == (None, (), Direction.INBOUND)


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("{find: []}", "missing text"),
        ("{text: 4539, find: []}", "text must be text"),
        ("{text: a}", "missing find"),
        ("{text: a, find: SSN}", "find must be a list of mappings"),
        ("{text: a, find: [SSN]}", "find must be a list of mappings"),
        ("{text: a, find: [{SSN: 536228714}]}", "the value to find must be quoted"),
        ("{text: a, find: [], ask: b}", "unknown key ask"),
        ("{text: a, find: [], asked: [b]}", "asked must be text"),
        ("{text: a, find: [], earlier: b}", "earlier must be a list of words"),
        ("{text: a, find: [], direction: out}", "direction is none of INBOUND, OUTBOUND"),
    ],
)
def test_a_wrong_case_is_told_with_its_line(tmp_path: Path, entry: str, problem: str) -> None:
    with pytest.raises(WrongPolicy) as caught:
        cases(tmp_path, "{text: hello, find: []}", entry)

    assert str(caught.value) == f"ours.tests.yaml:4: {problem}"


@pytest.mark.parametrize(
    ("content", "problem"),
    [("case: []", "unknown key case"), ("cases: hello", "cases must be a list of mappings")],
)
def test_a_wrong_file_is_told(tmp_path: Path, content: str, problem: str) -> None:
    file = tmp_path / "ours.tests.yaml"
    file.write_text(content)

    with pytest.raises(WrongPolicy, match=f"^ours.tests.yaml:1: {problem}$"):
        read_cases(file)


def test_every_finding_counts_one_too_many_as_well_as_one_too_few(tmp_path: Path) -> None:
    holds, misses, adds = cases(
        tmp_path,
        "{text: ssn 536-22-8714, find: [{SSN: 536-22-8714}]}",
        "{text: hello, find: [{SSN: hello}]}",
        "{text: ssn 536-22-8714, find: []}",
    )

    assert [(failure.case, failure.found) for failure in failures(engine(), [holds, misses, adds])] == [
        (misses, ()),
        (adds, (("SSN", "536-22-8714"),)),
    ]


def test_a_text_may_come_after_others(tmp_path: Path) -> None:
    split, answer, bare = cases(
        tmp_path,
        "{text: 0343 6467, earlier: [4539 1488], find: []}",
        '{text: "123", asked: "What is the security code?", find: []}',
        '{text: "123", find: []}',
    )

    assert [finding.entity for finding in judge(engine(), split).findings] == ["payment_card"]
    assert [finding.entity for finding in judge(engine(), answer).findings] == ["card_security_code"]
    assert judge(engine(), bare).is_clean


def test_what_was_asked_came_from_the_other_side(tmp_path: Path) -> None:
    (case,) = cases(tmp_path, '{text: "123", asked: "What is the security code?", direction: OUTBOUND, find: []}')

    assert [finding.entity for finding in judge(engine(), case).findings] == ["card_security_code"]
