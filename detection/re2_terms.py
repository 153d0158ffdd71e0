"""Expressions and texts of Python's own engine in RE2's terms: each matches at least where it does there.

Source: RE2's syntax, which has no lookarounds, no possessive repetition and no count above 1,000.
"""

import re
from functools import lru_cache
from typing import Final

_BEYOND_ASCII = re.compile(r"[^\x00-\x7e]")
_OTHER: Final = "\x7f"
"""Takes the place of a character beyond ASCII, so that each has one byte; it stands in no folded text itself."""
_TERM = re.compile(r"\(\?<?[=!]|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[+*?}]\+|\{\d+,\d{4,}\}|.", re.DOTALL)
"""A lookaround, an escape, a class, a possessive repetition, one of more times than RE2 counts, or a character."""
_MEANS_MORE = re.compile(r"\\[ws]|^\[\^.*\\W|[^\x00-\x7f]", re.DOTALL)
"""In a class of characters that has some beyond ASCII, unless its expression is of ASCII alone."""
_BORDERS: Final = frozenset({r"\b", r"\B"})


@lru_cache(maxsize=2)
def text_of(text: str) -> bytes:
    """A text with one byte for each character."""
    return (text if text.isascii() else _BEYOND_ASCII.sub(_OTHER, text)).encode()


def expression_of(compiled: re.Pattern[str]) -> str:
    """The expression for such texts, without what RE2 does not know: it then matches in more places."""
    is_ascii = bool(compiled.flags & re.ASCII)
    pieces = ["(?i)"] if compiled.flags & re.IGNORECASE else []
    depth = 0  # of the groups of a lookaround, which is left out
    for term in _TERM.findall(compiled.pattern):
        if depth or (term[0] == "(" and len(term) > 1):
            depth += (term[0] == "(") - (term == ")")
        else:
            pieces.append(_widened(term, is_ascii=is_ascii))
    return "".join(pieces)


def _widened(term: str, *, is_ascii: bool) -> str:
    if len(term) > 1 and term[0] in "+*?}":
        return term[0]
    if not is_ascii and term in _BORDERS:  # letters beyond ASCII are none there
        return ""
    if len(term) > 1 and term[0] == "{":
        return f"{term[: term.index(',')]},}}"
    return term if is_ascii or not _MEANS_MORE.search(term) else _BEYOND_ASCII.sub(_OTHER, f"(?:{term}|{_OTHER})")
