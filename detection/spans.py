"""Pieces of a text by their offsets."""

from bisect import bisect_left

Spans = list[tuple[int, int]]
"""Pieces in order that do not overlap."""


def touches(changed: Spans, start: int, end: int) -> bool:
    """Whether a piece of a text lies on a place that was changed; a deletion is a place between two characters."""
    place = bisect_left(changed, (end,))
    return place > 0 and start < max(changed[place - 1][1], changed[place - 1][0] + 1)


def near(spans: Spans, margin: int, length: int) -> Spans:
    """Pieces, sorted, with so many characters around each, joined where they meet, in a text of this length."""
    wider: Spans = []
    for start, end in spans:
        first, last = max(0, start - margin), min(length, end + margin)
        if wider and first <= wider[-1][1]:
            wider[-1] = (wider[-1][0], max(wider[-1][1], last))
        else:
            wider.append((first, last))
    return wider
