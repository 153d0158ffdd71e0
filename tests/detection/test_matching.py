"""Candidates: where a rule might have found its value, and how much of a hostile text is looked into."""

from pathlib import Path

import pytest

from detection import Engine, Finding, Policy
from detection.finding import WITHHELD
from detection.matching import MAX_PLACES, MAX_RETRIED, RETRIES
from detection.pack import read_pack

CARD = "4539148803436467"
HEAD = "name: Number\nentity: number\nseverity: HIGH\nreplacement: '[NUMBER]'\n"


class Rule:
    """An engine with one rule of the given fields."""

    def __init__(self, folder: Path, *fields: str) -> None:
        file = folder / "ours.yaml"
        lines = "\n    ".join((HEAD + "\n".join(fields)).splitlines())
        file.write_text(f"pack: ours\nrules:\n  - {lines}\n")
        self._engine = Engine(Policy(read_pack(file)))

    def findings(self, text: str) -> tuple[Finding, ...]:
        return self._engine.scan(text).findings

    def values(self, text: str) -> list[str]:
        return [text[finding.start : finding.end] for finding in self.findings(text)]


class TestAPattern:
    def test_finds_every_match(self, tmp_path: Path) -> None:
        assert Rule(tmp_path, r"patterns: ['\bN\d{3}\b']").values("N123, N456 and n789") == ["N123", "N456", "n789"]

    def test_says_what_spoke_for_the_value(self, tmp_path: Path) -> None:
        (plain,) = Rule(tmp_path, r"patterns: ['\b\d{16}\b']").findings(CARD)
        (checked,) = Rule(tmp_path, "validator: luhn", r"patterns: ['\b\d{16}\b']").findings(CARD)

        assert plain.reasons == ("pattern",)
        assert checked.reasons == ("pattern", "checksum luhn")
        assert checked.score > plain.score

    def test_finds_a_value_only_where_its_optional_group_matched(self, tmp_path: Path) -> None:
        rule = Rule(tmp_path, r"patterns: ['\bno(?: (?P<value>\d{3}))?\b']")

        assert rule.values("no, no 123") == ["123"]

    def test_looks_for_the_values_own_beginning_in_a_match_that_failed(self, tmp_path: Path) -> None:
        rule = Rule(tmp_path, "validator: luhn", r"patterns: ['\b(?:\d{4}[ ]?){4}\b']")

        assert rule.values(f"1234 {CARD[:4]} {CARD[4:8]} {CARD[8:12]} {CARD[12:]}") == ["4539 1488 0343 6467"]

    def test_finds_values_that_stand_close_to_each_other(self, tmp_path: Path) -> None:
        rule = Rule(tmp_path, "validator: luhn", r"patterns: ['\b\d{16}\b']")

        assert rule.values(f"{CARD} 4539148803436468 {CARD}") == [CARD, CARD]

    def test_is_looked_into_again_only_so_often_in_one_text(self, tmp_path: Path) -> None:
        rule = Rule(tmp_path, "validator: luhn", r"patterns: ['\b(?:\d{4}[ ]?){4}\b']")
        failing, value = "1111 1111 1111 1112, ", "4539 1488 0343 6467"

        assert rule.values(failing * (RETRIES - 1) + f"1234 {value}") == [value]
        assert rule.values(failing * RETRIES + f"1234 {value}") == []
        assert rule.values(failing * RETRIES + value) == [value]

    def test_takes_only_as_much_of_a_match_as_the_checksum_knows_for_the_value(self, tmp_path: Path) -> None:
        rule = Rule(tmp_path, "validator: iban", r"patterns: ['\b[A-Z]{2}\d{2}[ ]?(?:[A-Z0-9]{1,4}[ ]?){2,8}']")

        assert rule.values("DE89 3704 0044 0532 0130 00 now") == ["DE89 3704 0044 0532 0130 00"]

    def test_is_not_tried_again_in_a_match_of_great_length(self, tmp_path: Path) -> None:
        rule = Rule(tmp_path, "validator: luhn", r"patterns: ['\b\d+(?:-\d+)*\b']")
        long_one = "-".join(["1"] * MAX_RETRIED)

        assert rule.values(f"{long_one}-{CARD}") == []
        assert rule.values(f"1-{CARD}") == [CARD]

    def test_waits_for_a_word_wherever_one_is_needed(self, tmp_path: Path) -> None:
        waiting = r"patterns: [{regex: '\b\d{6}\b', needs_context: true}]"
        rule = Rule(tmp_path, waiting, "context: {words: [badge]}")

        assert rule.values("badge 123456") == ["123456"]
        assert rule.values("123456") == []


class TestAFinder:
    def test_that_is_called_at_too_many_places_withholds_the_rest(self, tmp_path: Path) -> None:
        rule = Rule(tmp_path, "finder: email", "patterns: ['@']")
        text = "a@b.example " * (MAX_PLACES + 1)

        last = rule.findings(text)[-1]

        assert WITHHELD in last.reasons
        assert last.end == len(text)

    def test_is_called_at_as_many_as_a_message_may_have(self, tmp_path: Path) -> None:
        rule = Rule(tmp_path, "finder: email", "patterns: ['@']")

        assert all(WITHHELD not in finding.reasons for finding in rule.findings("a@b.example " * MAX_PLACES))


class TestDigits:
    LUHN = ("validator: luhn", "digits: {lengths: [16]}")

    @pytest.mark.parametrize("text", ["4539/1488/0343/6467", "45 39 14 88 03 43 64 67", "4539 14880343 6467"])
    def test_are_seen_whatever_stands_between_them(self, tmp_path: Path, text: str) -> None:
        assert Rule(tmp_path, *self.LUHN).values(f"it is {text} ok") == [text]

    def test_say_in_which_view_they_were_seen(self, tmp_path: Path) -> None:
        (finding,) = Rule(tmp_path, *self.LUHN).findings("4539/1488/0343/6467")

        assert finding.reasons == ("digits", "checksum luhn")

    def test_may_be_spelled_in_words(self, tmp_path: Path) -> None:
        words = "four five three nine one four eight eight zero three four three six four six seven"

        spelled = Rule(tmp_path, *self.LUHN, "spelled: true")
        assert spelled.values(f"it is {words} ok") == [words]

    @pytest.mark.parametrize("text", ["45 391 4880 3436467", "4539148803436467 12"])
    def test_of_uneven_groups_or_in_a_longer_run_need_a_word(self, tmp_path: Path, text: str) -> None:
        rule = Rule(tmp_path, *self.LUHN, "context: {words: [card]}")

        expected = [] if text.startswith("45 ") else ["4539148803436467"]
        assert rule.values(f"it is {text}") == expected
        assert rule.values(f"card {text}") == [text.removesuffix(" 12")]

    def test_of_other_things_may_stand_beside_them_as_the_rule_says(self, tmp_path: Path) -> None:
        text = "1230 4539 1488 0343 6467 123"
        alone = Rule(tmp_path, *self.LUHN, "context: {words: [card]}")
        beside = Rule(
            tmp_path, "validator: luhn", "digits: {lengths: [16], beside: [4, 8]}", "context: {words: [card]}"
        )

        assert alone.values(text) == []
        assert beside.values(text) == ["4539 1488 0343 6467"]

    def test_two_values_in_one_run_are_two(self, tmp_path: Path) -> None:
        rule = Rule(tmp_path, "validator: luhn", "digits: {lengths: [16], beside: [16, 16]}")

        assert rule.values(f"{CARD} {CARD}") == [CARD, CARD]

    def test_without_a_checksum_wait_for_a_word(self, tmp_path: Path) -> None:
        rule = Rule(tmp_path, "digits: {lengths: [10], needs_context: true}", "context: {words: [account]}")

        assert rule.values("account 1234 567 890") == ["1234 567 890"]
        assert rule.values("it is 1234 567 890") == []
