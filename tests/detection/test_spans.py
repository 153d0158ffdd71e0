"""Pieces of a text: which of them a place touches, and what lies around them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detection.spans import near, touches

CHANGED = [(2, 5), (8, 8), (12, 14)]


@pytest.mark.parametrize(("start", "end"), [(0, 3), (4, 6), (2, 5), (3, 4), (0, 20), (7, 9), (8, 9), (13, 20)])
def test_a_piece_that_lies_on_a_changed_place_touches_it(start: int, end: int) -> None:
    assert touches(CHANGED, start, end)


@pytest.mark.parametrize(("start", "end"), [(0, 2), (5, 8), (9, 12), (14, 20)])
def test_a_piece_beside_it_does_not(start: int, end: int) -> None:
    assert not touches(CHANGED, start, end)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 9)), max_size=6), st.integers(0, 9))
def test_what_is_near_are_all_characters_within_the_margin_in_pieces_that_do_not_meet(
    places: list[tuple[int, int]], margin: int
) -> None:
    spans = sorted((start, start + length) for start, length in places)

    pieces = near(spans, margin, 60)

    assert all(last < first for (_, last), (first, _) in pairwise(pieces))
    expected = {at for start, end in spans for at in range(max(0, start - margin), min(60, end + margin))}
    assert {at for start, end in pieces for at in range(start, end)} == expected
