"""What Python's own engine knows and RE2 does not is left out: what is left matches wherever the whole does."""

import re

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from detection.re2_terms import expression_of, text_of


@pytest.mark.parametrize(
    ("expression", "in_re2"),
    [
        (r"(?<![0-9])\d{4}(?=-)(?!-(?:0|1))", r"\d{4}"),
        (r"\d++(?:-\d+)*+", r"\d+(?:-\d+)*"),
        (r"(?:ab){3,2048}c", r"(?:ab){3,}c"),
        (r"[]\])(]+(?=x)\(", r"[]\])(]+\("),
    ],
)
def test_lookarounds_possessive_repetition_and_large_counts_are_left_out(expression: str, in_re2: str) -> None:
    assert expression_of(re.compile(expression, re.ASCII)) == in_re2
    re2.compile(in_re2)


def test_case_counts_as_it_does_there() -> None:
    assert expression_of(re.compile("ab", re.IGNORECASE | re.ASCII)) == "(?i)ab"


@given(st.text(max_size=60))
def test_a_character_has_one_byte_whatever_it_is(text: str) -> None:
    assert len(text_of(text)) == len(text)


@given(st.text(st.sampled_from("ab1 -\u00e9\u0436\u2028"), max_size=40))
@pytest.mark.parametrize("expression", [r"\w+-", r"[^\W\d_]{2}\d", r"\s1", r"(?<!a)[\w.]{2,}\b"])
def test_what_matches_there_matches_here(expression: str, text: str) -> None:
    compiled = re.compile(expression)
    if compiled.search(text) is not None:
        assert re2.search(expression_of(compiled).encode(), text_of(text)) is not None
