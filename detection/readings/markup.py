"""Markup between the parts of a value: ``<b>4539</b> <b>1488</b>``, ``4539<br>1488``, ``**4539** **1488**``."""

import re
from typing import Final

from detection.fold import Folded
from detection.readings.rewriting import Reading, Rewriting

ELEMENT: Final = (
    "(?:b|i|u|s|p|a|em|strong|span|font|div|br|hr|td|tr|th|li|ul|ol|code|pre|mark|small|su[bp]|wbr|del|ins)"
)
"""Elements that chats and mails are written with."""
GATE: Final = rf"(?i)</?{ELEMENT}\b[^<>]{{0,80}}>|<!--|\*\*|~~|__\w"
"""RE2 expression that matches wherever a tag, a comment or doubled marks of emphasis stand."""

_MARK: Final = rf"</?{ELEMENT}\b[^<>]{{0,200}}>|<!--(?:(?!-->)[^<]){{0,200}}-->|\*\*|~~|__(?=\w)|(?<=\w)__"
_MARKS = re.compile(rf"(?:{_MARK})(?:{_MARK}){{0,8}}", re.IGNORECASE)
_PARTING = re.compile(r"</?(?:br|hr|p|div|td|tr|th|li|ul|ol)\b", re.IGNORECASE)
_GROUP: Final = 3
"""Digits from which on they are a group, which stays apart from other groups and from words."""


def read(folded: Folded) -> Reading | None:
    """The text as a reader sees it: marks gone, a space where a tag begins a new line or cell.

    They may stand around a label as well: ``<b>medical record number</b> 08633264``.
    """
    writing = Rewriting(folded)
    text = folded.text
    for marks in _MARKS.finditer(text):
        if writing.is_full:
            break
        start, end = marks.span()
        is_parting = _PARTING.search(marks[0]) or _part_groups(
            text[max(0, start - _GROUP) : start], text[end : end + _GROUP]
        )
        writing.put(start, end, " " if is_parting else "")
    reading = writing.reading()
    return None if reading is None else reading._replace(is_label=True)


def _part_groups(before: str, after: str) -> bool:
    """Whether the marks between these characters part a group of digits from another group or a word."""
    if not (before[-1:].isalnum() and after[:1].isalnum()):
        return False
    ends, begins = _is_group(before), _is_group(after)
    return (ends and begins) or (ends and after[:1].isalpha()) or (begins and before[-1:].isalpha())


def _is_group(characters: str) -> bool:
    return len(characters) == _GROUP and characters.isdigit()
