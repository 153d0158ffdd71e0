"""Markup between the parts of a value: ``<b>4539</b> <b>1488</b>``, ``4539<br>1488``, ``**4539** **1488**``."""

import re
from typing import Final

from detection.fold import Folded
from detection.readings.rewriting import Reading, Rewriting

_NAME: Final = "(?:b|i|u|s|p|a|em|strong|span|font|div|br|hr|td|tr|th|li|ul|ol|code|pre|mark|small|su[bp]|wbr|del|ins)"
GATE: Final = rf"(?i)</?{_NAME}\b[^<>]{{0,80}}>|<!--|\*\*|~~|__\w"
"""RE2 expression that matches wherever a tag, a comment or doubled marks of emphasis stand."""

_MARK = re.compile(
    rf"<(?P<end>/)?(?P<name>{_NAME})\b[^<>]{{0,200}}>|<!--(?:(?!-->)[^<]){{0,200}}-->|\*\*|~~|__(?=\w)|(?<=\w)__",
    re.IGNORECASE,
)
_PARTING: Final = frozenset({"br", "hr", "p", "div", "td", "tr", "th", "li", "ul", "ol"})


def read(folded: Folded) -> Reading | None:
    """The text as a reader sees it: marks gone, a space where a tag begins a new line or cell."""
    writing = Rewriting(folded)
    for match in _MARK.finditer(folded.text):
        name = (match["name"] or "").lower()
        writing.put(*match.span(), " " if name in _PARTING else "")
    return writing.reading()
