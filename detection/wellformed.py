"""A replacement that leaves what stands around it well-formed: links stay links, and every mark its partner."""

import re
from typing import Final

from detection.readings.markup import ELEMENT

_LINK: Final = re.compile(r"(?:[a-z][a-z0-9+.-]{1,15}://|(?<![a-z0-9])(?:mailto|tel):)[^\s<>\"']*$", re.IGNORECASE)
_LINK_REACH: Final = 512
_TAG: Final = re.compile(rf"<(/?)({ELEMENT})(?:\s[^<>]{{0,200}})?(?<!/)>", re.IGNORECASE)
_VOID: Final = frozenset({"br", "hr", "img", "wbr", "input"})
_PAIRED: Final = ("```", "**", "~~", "__", "`")


def fitted(text: str, start: int, end: int, replacement: str) -> str:
    """The replacement for a span of a text, as it has to be written at this place."""
    before = text[max(0, start - _LINK_REACH) : start]
    if ("://" in before or before[-12:].lower().rfind(":") >= 0) and _LINK.search(before):
        replacement = replacement.strip("[]").replace(" ", "-")
    value = text[start:end]
    if "<" in value:
        closing, opening = _unmatched(value)
        replacement = f"{closing}{replacement}{opening}"
    for mark in _PAIRED:
        if mark in value:
            replacement += mark * (value.count(mark) % 2)
            value = value.replace(mark, "")
    return replacement


def _unmatched(value: str) -> tuple[str, str]:
    """Tags within a value whose partner stands outside: those that close, and those that open.

    They are written anew, without attributes, which may hold a part of the value.
    """
    closing: list[str] = []
    opening: list[str] = []
    for tag in _TAG.finditer(value):
        name = tag[2].lower()
        if name in _VOID:
            continue
        if not tag[1]:
            opening.append(name)
        elif opening and opening[-1] == name:
            opening.pop()
        else:
            closing.append(name)
    if closing == opening[::-1]:  # one element goes on in the next
        return "", ""
    return "".join(f"</{name}>" for name in closing), "".join(f"<{name}>" for name in opening)
