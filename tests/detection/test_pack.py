"""A pack of rules: what it may say, and how every mistake in it is told with file, line and reason."""

from pathlib import Path
from textwrap import indent

import pytest

from detection import Engine, Policy, WrongPolicy
from detection.pack import read_pack
from detection.rule import Rule
from schemas import Action, Severity

BADGE = r"""
name: Badge
entity: staff_badge
severity: HIGH
replacement: "[BADGE REDACTED]"
"""
CARD = "4539148803436467"


def pack(folder: Path, *fields: str, badge: str = BADGE) -> Path:
    file = folder / "ours.yaml"
    rule = indent("\n".join((badge.strip(), *fields)), "    ").replace("    ", "  - ", 1)
    file.write_text(f"pack: ours\nrules:\n{rule}\n", encoding="utf-8")
    return file


def rule(folder: Path, *fields: str) -> Rule:
    (read,) = read_pack(pack(folder, *fields), is_custom=True)
    return read


def found(folder: Path, text: str, *fields: str) -> list[str]:
    findings = Engine(Policy((rule(folder, *fields),))).scan(text).findings
    return [text[finding.start : finding.end] for finding in findings]


def reason(file: Path) -> str:
    with pytest.raises(WrongPolicy) as caught:
        read_pack(file, is_custom=True)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_rule_says_what_it_is_and_the_rest_has_a_default(tmp_path: Path) -> None:
    badge = rule(tmp_path, r"patterns: ['\bB-\d{4}\b']")

    assert (badge.name, badge.entity, badge.pack, badge.severity) == ("Badge", "staff_badge", "ours", Severity.HIGH)
    assert (badge.action, badge.replacement) == (Action.REDACT, "[BADGE REDACTED]")
    assert badge.is_custom
    assert not badge.spelled
    assert not badge.split
    assert badge.joined is None


def test_a_pattern_ignores_case_unless_the_rule_says_exact(tmp_path: Path) -> None:
    assert found(tmp_path, "badge b-4829 ok", r"patterns: ['\bB-\d{4}\b']") == ["b-4829"]
    assert found(tmp_path, "badge b-4829 ok", r"patterns: ['\bB-\d{4}\b']", "case: exact") == []
    assert found(tmp_path, "badge B-4829 ok", r"patterns: ['\bB-\d{4}\b']", "case: exact") == ["B-4829"]


def test_the_group_value_is_the_value_and_else_the_whole_match(tmp_path: Path) -> None:
    assert found(tmp_path, "badge no 4829 ok", r"patterns: ['\bno (?P<value>\d{4})\b']") == ["4829"]
    assert found(tmp_path, "badge no 4829 ok", r"patterns: ['\bno \d{4}\b']") == ["no 4829"]


@pytest.mark.parametrize(
    "patterns",
    [
        r"patterns: [{regex: ['\b(?:badge', '|staff)', ' (?P<value>\d{4})\b']}]",
        r"patterns: [['\b(?:badge', '|staff)', ' (?P<value>\d{4})\b']]",
    ],
)
def test_a_long_expression_stands_in_pieces(tmp_path: Path, patterns: str) -> None:
    assert found(tmp_path, "my badge 4829 ok", patterns) == ["4829"]
    assert found(tmp_path, "our staff 4829 ok", patterns) == ["4829"]


def test_a_patterns_own_validator_stands_before_the_rules(tmp_path: Path) -> None:
    luhn = ("validator: luhn", r"patterns: ['\b\d{16}\b']")
    none = ("validator: luhn", r"patterns: [{regex: '\b\d{16}\b', validator: none}]")
    wrong = CARD[:-1] + "8"

    assert found(tmp_path, CARD, *luhn) == [CARD]
    assert found(tmp_path, wrong, *luhn) == []
    assert found(tmp_path, wrong, *none) == [wrong]


def test_a_pattern_may_wait_for_a_word_of_the_context(tmp_path: Path) -> None:
    waiting = (r"patterns: [{regex: '\b\d{4}\b', needs_context: true}]", "context: {words: {en: [badge]}}")

    assert found(tmp_path, "badge 4829", *waiting) == ["4829"]
    assert found(tmp_path, "table 4829", *waiting) == []


def test_words_may_stand_by_language_or_in_one_list(tmp_path: Path) -> None:
    patterns = r"patterns: ['\bB-\d{4}\b']"
    by_language = rule(tmp_path, patterns, "context: {words: {en: [badge], de: [ausweis]}}")
    in_one = rule(tmp_path, patterns, "context: {words: [badge, ausweis]}")

    assert by_language.context == in_one.context


def test_lengths_of_digits_are_a_list_or_a_span(tmp_path: Path) -> None:
    listed = rule(tmp_path, "digits: {lengths: [14, 12, 13], validator: luhn}").digits
    spanned = rule(tmp_path, "digits: {lengths: 12-14, validator: luhn}").digits

    assert listed == spanned
    assert listed is not None
    assert listed.lengths == (12, 13, 14)


def test_a_value_may_lie_in_what_the_rule_does_not_take_for_a_look_alike(tmp_path: Path) -> None:
    luhn = ("validator: luhn", r"patterns: ['\b\d{16}\b']")
    text = f"https://example.com/{CARD}"

    assert found(tmp_path, text, *luhn) == []
    assert found(tmp_path, text, *luhn, "lookalikes: []") == [CARD]


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        # the rule itself
        ([r"pattern: ['\d']"], "unknown key pattern"),
        ([], "neither patterns nor digits"),
        (["patterns: []"], "neither patterns nor digits"),
        (["action: explode", "patterns: [x]"], "action is none of redact, mask, tokenize, block, alert, allow"),
        (["case: loud", "patterns: [x]"], "case is none of ignore, exact"),
        (["validator: nothing", "patterns: [x]"], "no checksum is named 'nothing'"),
        (["validator: luhn.x", "patterns: [x]"], "no checksum is named 'luhn.x'"),
        (["validator: __init__", "patterns: [x]"], "no checksum is named '__init__'"),
        (["finder: nothing", "patterns: [x]"], "no finder is named 'nothing'"),
        (["lookalikes: [moon]", "patterns: [x]"], "no look-alike is named 'moon'"),
        (["lookalikes: token", "patterns: [x]"], "lookalikes must be a list of words"),
        (["asked: x", "patterns: [x]"], "asked needs an answer"),
        (["follows: payment_card", "patterns: [x]"], "follows must be a list of words"),
        (['spelled: "no"', "digits: {lengths: [12], validator: luhn}"], "spelled must be true or false"),
        (["spelled: true", "patterns: [x]"], "spelled needs digits"),
        (["split: true", "patterns: [x]"], "split needs digits, a validator or a finder"),
        (["answer: x", "patterns: [x]"], "needs context words, and has none"),
        (["source: [a]", "patterns: [x]"], "source must be text"),
        # its patterns
        (["patterns: abc"], "patterns must be a list"),
        (["patterns: [7]"], "a pattern must be an expression, or a mapping with one"),
        (["patterns: [{needs_context: true}]"], "missing regex"),
        (["patterns: [{regex: []}]"], "regex must be text, or a list of its pieces"),
        (["patterns: [{regex: [x, 7]}]"], "regex must be text, or a list of its pieces"),
        (["patterns: [[]]"], "regex must be text, or a list of its pieces"),
        (["patterns: [{regex: x, neds_context: true}]"], "unknown key neds_context"),
        (["patterns: [{regex: x, needs_context: true}]"], "needs context words, and has none"),
        (["patterns: [{regex: x, score: 7}]"], "score must be a number above 0 and up to 1"),
        (["patterns: [{regex: x, score: high}]"], "score must be a number above 0 and up to 1"),
        # its digits
        (["digits: [12]"], "digits must be a mapping"),
        (["digits: {}"], "lengths must be a list of numbers, or the least and the most as in 12-19"),
        (["digits: {lengths: 12}"], "lengths must be a list of numbers, or the least and the most as in 12-19"),
        (["digits: {lengths: many}"], "lengths must be a list of numbers, or the least and the most as in 12-19"),
        (["digits: {lengths: 19-12}"], "lengths must be a list of numbers, or the least and the most as in 12-19"),
        (["digits: {lengths: [7], validator: luhn}"], "lengths begin at 8: shorter values need patterns"),
        (["digits: {lengths: [12], validator: luhn, beside: 4}"], "beside must be two numbers"),
        (["digits: {lengths: [12]}"], "digits need a validator or context"),
        (["digits: {lengths: [12], needs_context: true}"], "needs context words, and has none"),
        # its words
        (["patterns: [x]", "context: [card]"], "context must be a mapping"),
        (["patterns: [x]", "context: {words: card}"], "words must be a list of words"),
        (["patterns: [x]", "context: {words: {en: card}}"], "en must be a list of words"),
        (["patterns: [x]", "against: {words: {en: [order, no]}}"], "en must be a list of words"),
        (["patterns: [x]", "context: {words: {}}"], "words are missing"),
        (["patterns: [x]", "context: {words: [card], befor: 4}"], "unknown key befor"),
        (["patterns: [x]", "context: {words: [card], before: far}"], "before must be a whole number"),
        (["patterns: [x]", "context: {words: [card], after: -1}"], "after must be a whole number"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_rule_is_told_with_file_line_and_name(
    tmp_path: Path, fields: list[str], problem: str
) -> None:
    assert reason(pack(tmp_path, *fields)) == f"ours.yaml:3: Badge: {problem}"


@pytest.mark.parametrize("field", ["entity", "severity", "replacement"])
def test_what_every_rule_has_to_say_is_missed(tmp_path: Path, field: str) -> None:
    badge = "\n".join(line for line in BADGE.splitlines() if not line.startswith(field))

    assert reason(pack(tmp_path, "patterns: [x]", badge=badge)) == f"ours.yaml:3: Badge: missing {field}"


def test_a_rule_without_a_name_is_told_by_its_line(tmp_path: Path) -> None:
    assert reason(pack(tmp_path, badge="entity: staff_badge")) == "ours.yaml:3: a rule: missing name"


def test_the_line_is_that_of_the_rule_which_is_wrong(tmp_path: Path) -> None:
    file = pack(tmp_path, "patterns: [x]")
    file.write_text(file.read_text() + "  - name: Second\n    entity: thing\n")

    assert reason(file) == "ours.yaml:8: Second: missing severity"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("pack: other\nrules: []", "ours.yaml:1: pack must be the name of the file"),
        ("rules: []", "ours.yaml:1: pack must be the name of the file"),
        ("pack: ours", "ours.yaml:1: missing rules"),
        ("pack: ours\nrulez: []", "ours.yaml:1: unknown key rulez"),
        ("pack: ours\nrules: x", "ours.yaml:1: rules must be a list of mappings"),
        ("pack: ours\nrules: [x]", "ours.yaml:1: rules must be a list of mappings"),
        ("pack: ours\nrules:", "ours.yaml:1: rules must be a list of mappings"),
    ],
)
def test_what_is_wrong_with_a_pack_is_told_with_its_file(tmp_path: Path, content: str, problem: str) -> None:
    file = tmp_path / "ours.yaml"
    file.write_text(content)

    assert reason(file) == problem


@pytest.mark.parametrize("regex", ["(?=B)B", r"(B)-\\1", "(?<!x)B", "B{5000}", "(B", "[z-a]"])
def test_a_customers_rule_holds_only_what_re2_can_run(tmp_path: Path, regex: str) -> None:
    assert reason(pack(tmp_path, f'patterns: ["{regex}"]')).startswith("ours.yaml:3: Badge: not an RE2 expression (")


def test_a_customers_expression_that_hangs_pythons_engine_is_answered_at_once(tmp_path: Path) -> None:
    text = "a" * 2_000 + "!"

    assert found(tmp_path, text, r"patterns: ['\b(?:a+)+\$']") == []


def test_an_expression_that_matches_where_nothing_is_is_refused(tmp_path: Path) -> None:
    assert reason(pack(tmp_path, "patterns: ['x*']")) == (
        "ours.yaml:3: Badge: the expression matches where nothing is: x*"
    )


def test_a_match_of_nothing_is_no_finding(tmp_path: Path) -> None:
    nothing_at_a_border = r"patterns: ['\bx*']"

    assert found(tmp_path, "axx b", nothing_at_a_border) == []
    assert found(tmp_path, "a xx b", nothing_at_a_border) == ["xx"]
