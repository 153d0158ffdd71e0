"""Tables with a head: each value beside the name of its column, ``name,ssn`` above ``Ann,531-42-6789``.

Source: RFC 4180, comma-separated values; semicolons, bars and tabs part them as well. ISO/IEC 9075, rows that are
inserted into a database: ``INSERT INTO t (name, ssn) VALUES ('Ann', '531-42-6789')``.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from detection.fold import Folded
from detection.readings.rewriting import Reading, Rewriting

_NAME: Final = r"[A-Za-z _.\"'#/-]"
GATE: Final = r"\n[^\n]*[,;|\t]|(?i:\)\s{0,3}values\s{0,3}\()"
"""RE2 expression that matches wherever a further line has something that may part a row, or rows are inserted.

That the line above is one of names would be a state of its own in every sentence.
"""
MAX_COLUMNS: Final = 64
MAX_NAME: Final = 32
"""Characters of a column's name."""

_HEAD = re.compile(rf"{_NAME}*(?:[,;|\t]{_NAME}+)+\|?\r?")
_PARTS = re.compile(r"[,;|\t]")
_RULE = re.compile(r"[\s|:+-]+")
"""The line under the head of a table in Markdown."""
_INSERT = re.compile(
    r"\binsert\s{1,3}into\s{1,3}[^\s(]{1,64}\s{0,3}\((?P<names>[^()]{1,600})\)\s{0,3}values\s{0,3}(?=\()", re.IGNORECASE
)
_TUPLE = re.compile(r"[\s,]{0,4}\(((?:[^()']++|'[^']*+')*+)\)")
"""The values of one row, with brackets in quotes only."""
_LINE = re.compile(r"[^\n]*")


def read(folded: Folded) -> Reading | None:
    """The text with the names of their columns before the values of each row."""
    writing = Rewriting(folded)
    if (insert := _INSERT.search(folded.text)) is None:
        _write_rows(writing, folded.text)
    while insert is not None:
        insert = _INSERT.search(folded.text, _write_tuples(writing, insert))
    reading = writing.reading()
    # a name speaks for what stands beside it, which is as it was
    return None if reading is None else reading._replace(is_label=True)


def _write_tuples(writing: Rewriting, insert: re.Match[str]) -> int:
    """Name the values of every row that is inserted; answers where the last one ends."""
    text, end = insert.string, insert.end()
    names = [re.sub(r"[_\s`\"\[\]]+", " ", name).strip() for name in insert["names"].split(",")]
    while (row := _TUPLE.match(text, end)) is not None and not writing.is_full:
        end = row.end()
        places = [row.start(1) + place for place in _places(row[1], ",", "'")]
        if len(places) == len(names) - 1 and len(names) <= MAX_COLUMNS:
            for name, at in zip(names, (row.start(1) - 1, *places), strict=True):
                writing.put(at, at + 1, f" {text[at]} {name}: ")
    return end


def _write_rows(writing: Rewriting, text: str) -> None:
    """Name the values of every line under one of names."""
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


def _names(row: str) -> tuple[list[str], str]:
    """The names of the columns that a line names, and what parts them; none where it is no head."""
    first = _PARTS.search(row.strip(" |"))
    if first is None or _HEAD.fullmatch(row) is None:
        return [], ""
    borders = [-1, *_places(row, first[0]), len(row)]
    names = [re.sub(r"[_\s\"']+", " ", row[start + 1 : end]).strip() for start, end in pairwise(borders)]
    return (names, first[0]) if len(names) <= MAX_COLUMNS and all(len(n) <= MAX_NAME for n in names) else ([], "")


def _places(row: str, mark: str, quote: str = '"') -> Iterator[int]:
    """Where the mark parts a row; within quotes it is a part of the value."""
    is_quoted = False
    for place, character in enumerate(row):
        if character == quote:
            is_quoted = not is_quoted
        elif character == mark and not is_quoted:
            yield place
