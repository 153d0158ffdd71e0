"""Structured content put together again: as it was, of what was scanned and nothing else."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from connectors.structure import content_of
from gateway.leaves import Unreadable, parts_of
from schemas import MessagePart

WORD = some.text("abc ", min_size=1, max_size=6).filter(str.strip)
KEY = some.text("abcdef", min_size=1, max_size=5)
TREES = some.recursive(WORD, lambda below: some.dictionaries(KEY, below, min_size=1, max_size=3), max_leaves=8)


@given(some.lists(some.dictionaries(KEY, TREES, min_size=1, max_size=3), min_size=1, max_size=4))
def test_what_was_taken_apart_comes_back_whole(content: list[dict[str, Any]]) -> None:
    assert content_of(parts_of(content, "content")) == content


def test_lists_come_back_in_their_order_also_beyond_ten() -> None:
    buttons = [{"text": f"b{number}"} for number in range(12)]

    assert content_of(parts_of([{"card": {"actions": buttons}}], "content")) == [{"card": {"actions": buttons}}]


def test_strings_are_the_cleaned_ones() -> None:
    part = MessagePart(kind="text", text="[CREDIT CARD REDACTED]", ref="content.0.quickReply.text")

    assert content_of([part]) == [{"quickReply": {"text": "[CREDIT CARD REDACTED]"}}]


@pytest.mark.parametrize(
    "part",
    ["loose", MessagePart(text="x"), MessagePart(text="x", ref="contents.0.text"), MessagePart(text="x", ref="a")],
)
def test_other_parts_are_no_content(part: MessagePart | str) -> None:
    assert content_of([part]) == []


def test_of_two_parts_that_claim_one_place_the_first_stays() -> None:
    parts = [MessagePart(text="first", ref="content.0.a"), MessagePart(text="second", ref="content.0.a.b")]

    assert content_of(parts) == [{"a": "first"}]
    assert content_of(reversed(parts)) == [{"a": {"b": "second"}}]


@pytest.mark.parametrize("content", [[{"a": "x"}] * 501, {"a": {"b": {}}}])
def test_what_no_person_writes_is_not_taken_apart(content: Any) -> None:
    deep = content
    if isinstance(content, dict):
        for _ in range(20):
            deep = {"a": deep}
    with pytest.raises(Unreadable):
        list(parts_of(deep, "content"))
