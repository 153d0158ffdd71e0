"""Tables with a head: each value beside the name of its column, ``name,ssn`` above ``Ann,531-42-6789``.

Source: RFC 4180, comma-separated values; semicolons, bars and tabs part them as well.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from detection.fold import Folded
from detection.readings.rewriting import Reading, Rewriting

_NAME: Final = r"[A-Za-z _.\"'#/-]"
GATE: Final = r"\n[^\n]*[,;|\t]"
"""RE2 expression that matches wherever a further line has something that may part a row.

That the line above is one of names would be a state of its own in every sentence.
"""
MAX_COLUMNS: Final = 64
MAX_NAME: Final = 32
"""Characters of a column's name."""

_HEAD = re.compile(rf"{_NAME}*(?:[,;|\t]{_NAME}+)+\|?\r?")
_PARTS = re.compile(r"[,;|\t]")
_RULE = re.compile(r"[\s|:+-]+")
"""The line under the head of a table in Markdown."""
_LINE = re.compile(r"[^\n]*")


def read(folded: Folded) -> Reading | None:
    """The text with the names of their columns before the values of each row."""
    writing = Rewriting(folded)
    text = folded.text
    names: list[str] = []
    mark = ""
    for line in _LINE.finditer(text):
        if writing.is_full:
            break
        row = line[0]
        if not row or (names and _RULE.fullmatch(row)):
            continue
        parts = list(_places(row, mark)) if names else []
        if names and len(parts) == len(names) - 1:
            for name, place in zip(names, (-1, *parts), strict=True):
                at = line.start() + place
                if at >= 0 and name:
                    mark_before = text[at] if place >= 0 else ".\n"  # the row before ends as a sentence does
                    writing.put(at, at + 1, f" {mark_before} {name}: ")
        else:
            names, mark = _names(row)
    reading = writing.reading()
    # a name speaks for what stands beside it, which is as it was
    return None if reading is None else reading._replace(is_label=True)


def _names(row: str) -> tuple[list[str], str]:
    """The names of the columns that a line names, and what parts them; none where it is no head."""
    first = _PARTS.search(row.strip(" |"))
    if first is None or _HEAD.fullmatch(row) is None:
        return [], ""
    borders = [-1, *_places(row, first[0]), len(row)]
    names = [re.sub(r"[_\s\"']+", " ", row[start + 1 : end]).strip() for start, end in pairwise(borders)]
    return (names, first[0]) if len(names) <= MAX_COLUMNS and all(len(n) <= MAX_NAME for n in names) else ([], "")


def _places(row: str, mark: str) -> Iterator[int]:
    """Where the mark parts a row; within quotes it is a part of the value."""
    is_quoted = False
    for place, character in enumerate(row):
        if character == '"':
            is_quoted = not is_quoted
        elif character == mark and not is_quoted:
            yield place
