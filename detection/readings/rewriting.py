"""Writing a folded text anew, piece by piece, with the way back to the original kept for every character."""

from collections.abc import Sequence
from operator import lt
from typing import NamedTuple

from detection.fold import Folded
from detection.spans import Spans

MAX_CHANGES = 1_000
"""Places of one text that are written anew; what comes after them is read as it stands."""


class Reading(NamedTuple):
    """A further folded text."""

    view: Folded
    changed: Spans
    """Where it differs."""
    is_label: bool = False
    """Whether what differs may name a value that stands near it; otherwise only values that touch it are new."""


class Rewriting:
    """Copies a folded text from left to right, with other words in some places."""

    def __init__(self, folded: Folded) -> None:
        self._folded = folded
        self._starts, self._ends = _places(folded)
        self._done = 0
        self._size = 0
        self._pieces: list[str] = []
        self._new_starts: list[int] = []
        self._new_ends: list[int] = []
        self._changed: Spans = []

    @property
    def is_full(self) -> bool:
        """Whether so much is written anew that no more will be."""
        return len(self._changed) >= MAX_CHANGES

    def put(self, start: int, end: int, piece: str) -> None:
        """Write ``piece`` from ``start`` to ``end``: each of its characters stands for all that stood there."""
        if self.is_full:
            return
        self._copy(start)
        if piece:
            first, last = self._folded.original_span(start, end)
            self._append(piece, [first] * len(piece), [last] * len(piece))
        self._mark(len(piece))
        self._done = end

    def put_each(self, start: int, end: int, piece: str) -> None:
        """Write ``piece``, which has one character for each of those from ``start`` to ``end``."""
        if self.is_full:
            return
        self._copy(start)
        self._append(piece, self._starts[start:end], self._ends[start:end])
        self._mark(len(piece))
        self._done = end

    def put_row(self, row: Sequence[tuple[int, int, str]]) -> None:
        """Write pieces in places one after the other; what stood there already keeps its places."""
        if self.is_full:
            return
        text, original = self._folded.text, self._folded.original_span
        starts: list[int] = []
        ends: list[int] = []
        for start, end, piece in row:
            if piece == text[start:end]:
                starts += self._starts[start:end]
                ends += self._ends[start:end]
            elif piece:
                first, last = original(start, end)
                starts += [first] * len(piece)
                ends += [last] * len(piece)
        self._copy(row[0][0])
        self._append("".join([piece for _, _, piece in row]), starts, ends)
        self._mark(len(starts))
        self._done = row[-1][1]

    def put_apart(self, start: int, end: int, step: int) -> None:
        """Write every ``step``-th character from ``start`` to ``end``, each standing for those up to the next."""
        if self.is_full:
            return
        self._copy(start)
        piece = self._folded.text[start:end:step]
        original = self._folded.original_span
        spans = [original(place, min(place + step, end)) for place in range(start, end, step)]
        self._append(piece, [first for first, _ in spans], [last for _, last in spans])
        self._mark(len(piece))
        self._done = end

    def put_backwards(self, start: int, end: int) -> None:
        """Write the characters from ``start`` to ``end`` from right to left."""
        if self.is_full:
            return
        self._copy(start)
        self._append(self._folded.text[start:end][::-1], self._starts[start:end][::-1], self._ends[start:end][::-1])
        self._mark(end - start)
        self._done = end

    def reading(self) -> Reading | None:
        """The text as written, or None where nothing was."""
        if not self._changed:
            return None
        self._copy(len(self._folded.text))
        view = Folded("".join(self._pieces), self._new_starts, self._folded.length, self._new_ends)
        return Reading(view, self._changed)

    def _copy(self, until: int) -> None:
        done = self._done
        if done < until:
            self._append(self._folded.text[done:until], self._starts[done:until], self._ends[done:until])

    def _append(self, piece: str, starts: Sequence[int], ends: Sequence[int]) -> None:
        self._pieces.append(piece)
        self._new_starts.extend(starts)
        self._new_ends.extend(ends)
        self._size += len(piece)

    def _mark(self, size: int) -> None:
        """Neighbouring changes are one; a deletion counts for a value that goes across it."""
        start = self._size - size
        if self._changed and self._changed[-1][1] == start:
            self._changed[-1] = (self._changed[-1][0], self._size)
        else:
            self._changed.append((start, self._size))


def _places(folded: Folded) -> tuple[Sequence[int], Sequence[int]]:
    """For each folded character the first original one and the one after the last."""
    positions = folded.positions
    if positions is None:
        return range(folded.length), range(1, folded.length + 1)
    if folded.ends is not None:
        return positions, folded.ends
    following = (*positions[1:], folded.length)
    if all(map(lt, positions, following)):
        return positions, following
    return positions, [max(here + 1, after) for here, after in zip(positions, following, strict=False)]
