"""Whatever sets the expressions are spread over, the answer is the same."""

import random

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from detection import WrongPolicy
from detection.prefilter import FEW, SHORT, Prefilter

COUNTING = r"\d(?:[ -]?\d){5,}"
SIGNS = ("(?i)card", "(?i)phone", r"\bid\b")
VALUES = (*(rf"\b\d{{{digits}}}\b" for digits in range(1, FEW)), "[a-c]+d{2,5}", "x{3}", COUNTING)
EXPRESSIONS = (*SIGNS, *VALUES)
PREFILTER = Prefilter(EXPRESSIONS, signs=len(SIGNS), gates=1)

texts = st.lists(st.sampled_from(["card ", "PHONE", " id ", "123 ", "4567", "abcdd", "xxx", "é", "\n"])).map("".join)


def searched_one_by_one(text: str) -> set[int]:
    return {number for number, expression in enumerate(EXPRESSIONS) if re2.search(expression, text)}


@given(texts)
def test_every_expression_that_matches_is_named_and_no_other(text: str) -> None:
    assert set(PREFILTER.match(text) or ()) == searched_one_by_one(text)


@given(texts)
def test_long_texts_have_the_same_answer(text: str) -> None:
    long = text + " " * SHORT

    assert set(PREFILTER.match(long) or ()) == searched_one_by_one(long)


@given(texts, st.sets(st.integers(0, len(EXPRESSIONS) - 1)))
def test_what_is_known_to_match_need_not_be_named(text: str, known: set[int]) -> None:
    found = PREFILTER.match_noise(text, known)

    assert known.union(found) == known | searched_one_by_one(text)


def test_what_says_the_same_again_and_again_waits_for_no_further_sets() -> None:
    prefilter = Prefilter(EXPRESSIONS, signs=len(SIGNS), gates=1)
    repeated = "card 123 " * SHORT

    found = set(prefilter.match(repeated) or ())

    assert found == searched_one_by_one(repeated)
    assert "_parts" not in vars(prefilter)


def test_what_may_be_noise_is_looked_at_by_many_small_sets() -> None:
    prefilter = Prefilter(EXPRESSIONS, signs=len(SIGNS), gates=1)
    noise = " ".join(map(str, random.Random(1).sample(range(10**6), SHORT)))

    found = set(prefilter.match(noise) or ())

    assert found == searched_one_by_one(noise)
    assert "_parts" in vars(prefilter)


def test_one_that_counts_the_digits_of_noise_is_looked_for_alone_in_long_texts() -> None:
    apart = [part.numbers for part in PREFILTER._parts if len(part.numbers) == 1]

    assert [EXPRESSIONS.index(COUNTING)] in apart


def test_few_expressions_stay_together() -> None:
    few = Prefilter(SIGNS, signs=1)

    assert set(few.match("the card id") or ()) == {0, 2}


def test_nothing_matches_without_expressions() -> None:
    assert not Prefilter(()).match("card")


def test_an_expression_that_re2_cannot_run_is_named() -> None:
    with pytest.raises(WrongPolicy, match=r"not an RE2 expression: \(\?=a\)"):
        Prefilter(["a", "(?=a)"])
