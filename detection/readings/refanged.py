"""Signs in brackets, words or spaces: ``192[.]168[.]10[.]25``, ``jane (at) example (dot) com``, ``10 dot 0 dot 0``."""

import re
from typing import Final

from detection.fold import Folded
from detection.readings.rewriting import Reading, Rewriting

_DOT: Final = r"\.|dot|ponto|punto|point|punkt"
_AT: Final = r"@|at|arroba|arobase|chiocciola|klammeraffe|malpa|apenstaartje"
_BRACKETED: Final = r"\s?[(\[{<]\s?(?:%s)\s?[)\]}>]\s?"
_DOT_WORD: Final = r"\s(?:dot|ponto|punto|point|punkt)\s"
_DOT_APART: Final = r"\d \. \d{1,3} \. \d{1,3} \. \d"
_AT_WORDS: Final = r"\sat[ -](?:sign|symbol)\s"
GATE: Final = rf"(?i)[(\[{{<]\s?(?:{_DOT}|{_AT})\s?[)\]}}>]|\d{_DOT_WORD}\d|{_DOT_APART}|\w{_AT_WORDS}"
"""RE2 expression that matches wherever a sign stands in brackets, or a dot in words or spaces between digits."""

_SIGN = re.compile(
    rf"(?P<dot>{_BRACKETED % _DOT}|(?<=\d)(?:{_DOT_WORD}| \. )(?=\d))"
    rf"|(?P<at>{_BRACKETED % _AT}|(?<=\w){_AT_WORDS}(?=\w))",
    re.IGNORECASE,
)


def read(folded: Folded) -> Reading | None:
    """The text with the signs as themselves."""
    writing = Rewriting(folded)
    for match in _SIGN.finditer(folded.text):
        writing.put(*match.span(), "." if match["dot"] else "@")
    return writing.reading()
