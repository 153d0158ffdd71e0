"""Values in base64, hexadecimal or decimal codes. What is found in an encoded word cuts the whole word.

Sources: RFC 4648, RFC 2045 section 6.7.
"""

import base64
import binascii
import re
from typing import Final

from detection.fold import Folded
from detection.long_search import LongSearch
from detection.readings.rewriting import Reading, Rewriting

MIN_LENGTH: Final = 12
MAX_LENGTH: Final = 4096
MAX_WORDS: Final = 64
"""Encoded words of one text that are looked into."""

GATE: Final = (
    r"(?:^|[^0-9A-Za-z+/_-])(?:[A-Za-z0-9+/_-]{4}){3,}(?:[A-Za-z0-9+/_-]{2}==|[A-Za-z0-9+/_-]{3}=)"
    r"|(?:^|[^0-9A-Za-z+/_-])[A-Za-z0-9+/_-]{20,}(?:[^0-9A-Za-z+/_-]|$)|(?:3[0-9][ ]?){8}|(?:=3[0-9]){8}"
    r"|(?:(?:4[89]|5[0-7]), ?){8}"
)
"""RE2 expression that matches wherever such a word may stand."""

_WORD = re.compile(r"(?<![0-9A-Za-z+/_=-])[A-Za-z0-9+/_-]{12,4096}(?:={1,2}|(?![0-9A-Za-z+/_=-]))")
_HEX = LongSearch(re.compile(r"(?<![0-9A-Fa-f])(?:0x)?(?:[2-7][0-9A-Fa-f]){8,2048}(?![0-9A-Fa-f])"))
_HEX_SPACED = LongSearch(re.compile(r"(?<![0-9A-Fa-f])(?:3[0-9] ){8,40}3[0-9](?![0-9A-Fa-f])"))
_QUOTED = LongSearch(re.compile(r"(?:=[2-7][0-9A-F]){8,2048}"))
"""Quoted-printable of plain characters, which no mail program writes."""
_DECIMAL = LongSearch(re.compile(r"(?<!\d)(?<!\d[ ,])(?:(?:4[89]|5[0-7])(?:, ?)){8,40}(?:4[89]|5[0-7])(?![ ,]{0,2}\d)"))
"""Codes of digits alone, as programs make a text of: ``String.fromCharCode(52,53,...)``."""
_CODE = re.compile(r"\d\d")
_COUNTING: Final = b"0123456789"
_ALPHABET = str.maketrans("-_", "+/")
_SENSIBLE = re.compile(r"[\t\n\r -~]{6,}")


def read(folded: Folded) -> Reading | None:
    """The text with such words decoded."""
    writing = Rewriting(folded)
    text = folded.text
    done = 0
    for start, end, plain in sorted(_decoded(text)):
        if start >= done:
            writing.put(start, end, f" {plain} ")
            done = end
    return writing.reading()


def _decoded(text: str) -> list[tuple[int, int, str]]:
    found = [(*match.span(), bytes.fromhex(match[0])) for match in _HEX_SPACED.finditer(text)]
    found += [(*match.span(), bytes.fromhex(match[0].removeprefix("0x"))) for match in _HEX.finditer(text)]
    found += [(*match.span(), bytes.fromhex(match[0].replace("=", ""))) for match in _QUOTED.finditer(text)]
    for match in _DECIMAL.finditer(text):
        digits = bytes(map(int, _CODE.findall(match[0])))
        if digits not in _COUNTING:  # ``sizes 48,49,50,51,52,53,54,55,56``
            found.append((*match.span(), digits))
    for match in _WORD.finditer(text):
        data = _from_base64(match[0])
        if data is not None:
            found.append((*match.span(), data))
        if len(found) >= MAX_WORDS:
            break
    return [(start, end, plain) for start, end, data in found if (plain := _sensible(data))]


def _from_base64(word: str) -> bytes | None:
    bare = word.rstrip("=").translate(_ALPHABET)
    if len(bare) % 4 == 1:
        return None
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except binascii.Error:
        return None


def _sensible(data: bytes) -> str | None:
    """The text, if it is one that a person or a program wrote."""
    if not data.isascii():
        return None
    plain = data.decode("ascii")
    return plain if _SENSIBLE.fullmatch(plain) and any(c.isdigit() or c == "@" for c in plain) else None
