"""Weak points of rules are found out, each by its kind, and sound rules are left alone."""

from pathlib import Path

import pytest

from detection import Engine, Policy, WrongPolicy, load_policy
from detection.lint import Weakness, new_cases, new_rule, weaknesses
from detection.pack import read_pack
from detection.pack_tests import read_cases

RULE = """
  - name: {name}
    entity: staff_badge
    severity: HIGH
    replacement: "[BADGE REDACTED]"
    patterns: ['{pattern}']
"""
CASES = """
pack: ours
cases:
  - text: "it is B-4829 now"
    find: [{Badge: "B-4829"}]
  - text: "it is B4829 now"
    find: []
"""
SSN_CASES = CASES.replace("B-4829 now", "536-22-8714").replace('"B-4829"', '"536-22-8714"')
ONE_BADGE = r"\bB-\d{4}\b"


def found(folder: Path, pattern: str, cases: str = CASES, *, is_custom: bool = False) -> list[Weakness]:
    file = folder / "ours.yaml"
    file.write_text("pack: ours\nrules:" + RULE.format(name="Badge", pattern=pattern))
    tests = folder / "ours.tests.yaml"
    tests.write_text(cases)
    rules = read_pack(file, is_custom=is_custom)
    return list(weaknesses(Policy((*load_policy().rules, *rules)), rules, read_cases(tests)))


def kinds(weak: list[Weakness]) -> set[str]:
    return {weakness.kind for weakness in weak}


def test_a_sound_rule_has_no_weakness(tmp_path: Path) -> None:
    assert found(tmp_path, ONE_BADGE) == []


@pytest.mark.parametrize(
    ("pattern", "cases", "kind"),
    [
        (ONE_BADGE, "pack: ours\ncases: [{text: hello, find: []}]", "untested"),
        (ONE_BADGE, CASES.replace("find: []", 'find: [{Badge: "x"}]'), "no look-alike"),
        (r"B-\d{4}", CASES, "unanchored"),
        (r"\bB-.*", CASES, "boundless"),
        (r"\b(?:B-|\d{3}-)\d{2}-?\d{2,4}\b", SSN_CASES, "overlapping"),
        (r"\b(?:[A-Z0-9]+-?)+\$", CASES, "slow"),
    ],
    ids=["untested", "no look-alike", "unanchored", "boundless", "overlapping", "slow"],
)
def test_a_weak_rule_is_found_out(tmp_path: Path, pattern: str, cases: str, kind: str) -> None:
    weak = found(tmp_path, pattern, cases)

    assert kind in kinds(weak)
    assert all(weakness.pack == "ours" for weakness in weak)


def test_only_an_overlap_may_be_meant(tmp_path: Path) -> None:
    (overlapping,) = found(tmp_path, r"\b(?:B-|\d{3}-)\d{2}-?\d{2,4}\b", SSN_CASES)
    (unanchored,) = found(tmp_path, r"B-\d{4}", CASES)

    assert not overlapping.is_error
    assert "SSN" in overlapping.detail
    assert unanchored.is_error
    assert r"B-\d{4}" in unanchored.detail


@pytest.mark.parametrize("pattern", [r"\bB-.*", r"(?s)\bB-.+$", r"\bB(?P<value>-.*)", r".*\bB-\d{4}\b", r"\bB-[^|]*"])
def test_an_expression_that_takes_the_rest_of_the_message_is_boundless(tmp_path: Path, pattern: str) -> None:
    cases = CASES.replace('"B-4829"', '"-4829"') if "value" in pattern else CASES

    assert "boundless" in kinds(found(tmp_path, pattern, cases, is_custom=True))


@pytest.mark.parametrize("pattern", [r"\b\w+(?:-\w+)?\b", r"\bB-\S+", r"\bB-\d{4}(?: \w+)?", r"\bB-\w*\b"])
def test_one_that_ends_with_the_word_is_not(tmp_path: Path, pattern: str) -> None:
    assert "boundless" not in kinds(found(tmp_path, pattern, is_custom=True))


@pytest.mark.parametrize("pattern", [r"B-\d{4}", r"B-\d+", r"B-.*", r"B-\w*\b"])
def test_an_expression_that_begins_within_a_word_is_unanchored_wherever_it_ends(tmp_path: Path, pattern: str) -> None:
    assert "unanchored" in kinds(found(tmp_path, pattern, is_custom=True))


def test_an_expression_with_a_value_in_it_is_anchored_by_what_stands_around_the_value(tmp_path: Path) -> None:
    around = CASES.replace('"B-4829"', '"4829"')

    assert found(tmp_path, r"\bB-(?P<value>\d{4})\b", around) == []


@pytest.mark.parametrize("pattern", [r"(?:a+)+\$", r"(?:[A-Z0-9]+-?)+\$", r"(?:\d+ ?)+x"])
def test_an_expression_that_backtracks_without_end_is_slow(tmp_path: Path, pattern: str) -> None:
    assert "slow" in kinds(found(tmp_path, pattern))


def test_a_customers_rule_is_never_slow_for_re2_runs_it(tmp_path: Path) -> None:
    assert "slow" not in kinds(found(tmp_path, r"(?:[A-Z0-9]+-?)+\$", is_custom=True))


def test_a_rule_that_is_begun_holds_what_its_tests_say(tmp_path: Path) -> None:
    file, tests = tmp_path / "ours.yaml", tmp_path / "ours.tests.yaml"
    file.write_text(f"pack: ours\nrules:\n{new_rule('StaffBadge')}")
    tests.write_text(f"pack: ours\ncases:\n{new_cases('StaffBadge')}")

    rules = read_pack(file, is_custom=True)

    assert [(rule.name, rule.entity) for rule in rules] == [("StaffBadge", "staff_badge")]
    assert list(weaknesses(Policy(rules), rules, read_cases(tests))) == []


@pytest.mark.parametrize("word", ["order", "invoice", "tracking"])
def test_a_rule_that_is_begun_finds_its_value_beside_whatever_word(tmp_path: Path, word: str) -> None:
    file = tmp_path / "ours.yaml"
    file.write_text(f"pack: ours\nrules:\n{new_rule('StaffBadge')}")

    engine = Engine(Policy(read_pack(file, is_custom=True)))

    assert [finding.rule for finding in engine.scan(f"please {word} it, SB-482913").findings] == ["StaffBadge"]


@pytest.mark.parametrize("name", ["staffBadge", "Staff_Badge", "Staff Badge", "SB", "Badge!", "B" * 42])
def test_a_name_that_is_not_written_like_a_rules_is_refused(name: str) -> None:
    with pytest.raises(WrongPolicy, match="a rule's name is written LikeThis"):
        new_rule(name)
