"""Runs of digits, whatever stands between them, and the windows of them that may be one value."""

import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from detection.digits import GATE, MAX_DIGITS, MIN_DIGITS, DigitRun, digit_runs

CARD = "4539148803436467"


def runs(text: str) -> list[str]:
    return [run.digits for run in digit_runs(text)]


def run(text: str) -> DigitRun:
    (only,) = digit_runs(text)
    return only


def windows(text: str, *lengths: int) -> list[str]:
    found = run(text)
    return [text[slice(*found.span(start, end))] for start, end in found.windows(sorted(lengths))]


class TestRuns:
    @pytest.mark.parametrize(
        "between", ["", " ", "-", ".", " - ", "/", "*", ", ", "\n", "_", ":", "    ", "\n\n\n\n", "........."]
    )
    def test_digits_belong_together_with_signs_between_them(self, between: str) -> None:
        assert runs(between.join((CARD[:4], CARD[4:8], CARD[8:12], CARD[12:]))) == [CARD]

    @pytest.mark.parametrize("between", ["x", " or ", "é", "||||", " " * 10])
    def test_letters_and_wide_gaps_part_them(self, between: str) -> None:
        assert runs(f"45391488{between}03436467") == ["45391488", "03436467"]

    @pytest.mark.parametrize("mask", ["**", "####", "•••"])
    def test_so_does_the_mask_of_a_value_already_hidden(self, mask: str) -> None:
        assert runs(f"45391488 {mask} 03436467") == ["45391488", "03436467"]
        assert runs(f"4539 {mask} 1488") == []

    def test_short_ones_are_left_to_patterns(self) -> None:
        assert runs("1" * (MIN_DIGITS - 1)) == []
        assert runs("1" * MIN_DIGITS) == ["1" * MIN_DIGITS]

    def test_only_those_are_asked_for_that_may_be_long_enough(self) -> None:
        assert [one.digits for one in digit_runs(f"45391488, then {CARD}", 12)] == [CARD]

    def test_only_those_that_a_reading_changed(self) -> None:
        text = f"45391488, then {CARD}"

        assert [one.digits for one in digit_runs(text, changed=[(0, 3)])] == ["45391488"]

    def test_of_endless_digits_only_whole_groups_are_values(self) -> None:
        noise = "12 " * MAX_DIGITS
        text = f"{noise}{CARD} {noise}"

        assert runs(text) == [CARD]
        assert text[slice(*run(text).span(0, 16))] == CARD

    @given(st.text("0123456789 .-_a\n*", max_size=60))
    @settings(deadline=None)
    def test_none_is_missed_by_the_gate(self, text: str) -> None:
        if runs(text):
            assert re2.search(GATE, text)


class TestWindows:
    def test_are_whole_groups_the_longest_first(self) -> None:
        text = "4539 1488 0343 6467"

        assert windows(text, 8, 12, 16) == [text, text[:14], text[:9], text[5:], text[5:14], text[10:]]

    def test_never_cut_a_group(self) -> None:
        assert windows("453914 88034364", 8, 12) == ["88034364"]
        assert windows(CARD, 12) == []

    def test_say_where_they_stand_to_the_last_sign(self) -> None:
        text = "no 12. 4539-1488.0343-6467, ok"

        assert "4539-1488.0343-6467" in windows(text, 16)

    def test_have_only_the_lengths_that_their_beginning_allows(self) -> None:
        found = run("3714 4963 5398 431 1")
        amex_only = found.windows((15, 16), lambda digits, starts: [(at, (15,)) for at in starts if digits[at] == "3"])

        assert amex_only == [(0, 15)]
        assert run(CARD).windows((16,), lambda digits, starts: [(at, (15,)) for at in starts]) == []


class TestShape:
    @pytest.mark.parametrize(
        ("text", "is_group"), [(CARD, True), ("4539 1488 0343 6467", False), ("453914880343 6467", False)]
    )
    def test_a_group_has_nothing_between_its_digits(self, text: str, *, is_group: bool) -> None:
        assert run(text).is_group(0, 16) is is_group

    @pytest.mark.parametrize(
        "text",
        [
            "4539 1488 0343 6467",
            "45 39 14 88 03 43 64 67",
            "4539 14880343 6467",
            "45391488 03436467",
            "453 914 880 343 646 7",
            "3714 496353 98431",
            CARD,
        ],
    )
    def test_a_value_is_parted_evenly(self, text: str) -> None:
        found = run(text)

        assert found.is_even(0, len(found.digits))

    @pytest.mark.parametrize("text", ["45 391 4880 3436467", "12 4539148803436 4", "4539 148 80343 6467"])
    def test_a_date_and_a_number_beside_each_other_are_not(self, text: str) -> None:
        found = run(text)

        assert not found.is_even(0, len(found.digits))
