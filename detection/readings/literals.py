"""A value cut over string literals that a program joins: ``"45391488" + "03436467"``."""

import re
from typing import Final

from detection.fold import Folded
from detection.readings.rewriting import Reading, Rewriting

_JOINT: Final = r"[\"'`]\s{0,4}(?:\+|\.\.?|&|\|\|)\s{0,4}[\"'`]"
GATE: Final = rf"[0-9A-Za-z@.\-]{_JOINT}[0-9A-Za-z@.\-]"
"""RE2 expression that matches wherever two literals with text at their rims are joined."""

_JOINED = re.compile(rf"(?<=[0-9A-Za-z@.\-]){_JOINT}(?=[0-9A-Za-z@.\-])")


def read(folded: Folded) -> Reading | None:
    """The text with such literals as one."""
    writing = Rewriting(folded)
    for match in _JOINED.finditer(folded.text):
        writing.put(*match.span(), "")
    return writing.reading()
