"""Wide gaps between words: ``patient   number  4915142`` with one space each."""

import re
from typing import Final

from detection.fold import Folded
from detection.readings.rewriting import Reading, Rewriting

GATE: Final = r"[0-9A-Za-z:#=,.] {2,8}[0-9A-Za-z(+#]"
"""RE2 expression that matches wherever a few spaces stand where one would do."""
MAX_LENGTH: Final = 2_048
"""Characters of a message. In longer texts such gaps draw tables and code."""

_GAP = re.compile(r"(?<=[0-9A-Za-z:#=,.]) {2,8}(?=[0-9A-Za-z(+#])")


def read(folded: Folded) -> Reading | None:
    """The text with single spaces. A label stands anywhere before its value, so every rule looks at all of it."""
    if len(folded.text) > MAX_LENGTH:
        return None
    writing = Rewriting(folded)
    for match in _GAP.finditer(folded.text):
        writing.put(match.start(), match.end(), " ")
    reading = writing.reading()
    return None if reading is None else reading._replace(is_label=True)
