"""RE2 leads through long texts, and the answers are those of Python's own engine."""

import random
import re

import pytest

from detection.long_search import LONG, LongSearch

EXPRESSIONS = [
    re.compile(r"\b\d{9}\b", re.ASCII),
    re.compile(r"(?:^|[^\w-])(?P<value>\d{3}-\d{3}-\d{3})(?:$|[^\w-])", re.ASCII),
    re.compile(r"(?<![\d.])\d{4}(?=-)(?!-0)"),
    re.compile(r"(?<!\S)[\w.-]{6,}\.pdf\b", re.IGNORECASE),
    re.compile(r"\d{2}(?:\s{1,2}\d{2}){3,}+(?![\w-])"),
    re.compile(r"[^\W\d_]{3}\d"),
    re.compile(r"\d++(?:-\d++)*+"),
    re.compile(r"(?:=[2-7]){3,2048}"),
]
ALPHABETS = ["0123456789", "0123 -", "abc.pdf 01", "12 \u2028\n", "\u0436\u00e9ab1_ ", "=23456 "]


@pytest.mark.parametrize("compiled", EXPRESSIONS, ids=lambda compiled: compiled.pattern)
def test_it_finds_in_long_texts_what_the_expression_matches(compiled: re.Pattern[str]) -> None:
    chosen = random.Random(7)
    for alphabet in ALPHABETS:
        for filling in ("", "x" * 90, " " * 200):
            words = ("".join(chosen.choices(alphabet, k=chosen.randint(3, 30))) for _ in range(400))
            text = f" {filling}".join([*words, "x" * LONG])
            found = [match.span() for match in LongSearch(compiled).finditer(text)]
            assert found == [match.span() for match in compiled.finditer(text)]


def test_it_tells_the_groups_of_a_match() -> None:
    search = LongSearch(EXPRESSIONS[1])
    match = search.search("a" * LONG + " 123-456-789 ")
    assert match is not None
    assert match["value"] == "123-456-789"


def test_a_text_is_searched_on_from_any_later_place() -> None:
    text = "123456789 " + "x" * LONG + " 123456789 987654321"
    search = LongSearch(EXPRESSIONS[0]).searcher(text)
    spans = [match.span() for start in (0, 1, LONG + 12, len(text) - 8) if (match := search(text, start)) is not None]
    assert spans == [(0, 9), (LONG + 11, LONG + 20), (LONG + 21, LONG + 30)]


def test_a_sign_may_begin_before_the_expression_does() -> None:
    compiled = re.compile(r"(?<![0-9a-z])(\d)-\1")
    search = LongSearch(compiled, r"(?:^|[^0-9a-z])\d-\d", lead=1)
    for text in ("1-1 2-2 a3-3 4-5 " + "x" * LONG, "x" * LONG + " 7-7", "y 1-2" * LONG + " 3-3-3-3"):
        assert [match.span() for match in search.finditer(text)] == [match.span() for match in compiled.finditer(text)]


def test_places_that_are_many_cost_no_more_than_without_it() -> None:
    text = "12 " * LONG
    assert len(list(LongSearch(re.compile(r"\d\d")).finditer(text))) == LONG
