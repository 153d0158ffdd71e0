# ruff: noqa: RUF001  (look-alike characters are the subject)
"""Folding: one plain spelling for the many ways to write a character, with a map back to the original.

Digits of every script become ASCII digits, dashes ``-``, spaces a space, accents and invisible characters go.
Rules see the folded text only; spans are mapped back, so that the cut is made in the original.
Sources: Unicode Standard Annex 15 (normalisation), Annex 44 (character database), Technical Standard 39 (confusables).
"""

import re
import sys
import unicodedata
from collections.abc import Sequence
from typing import Final

import msgspec

from detection.confusables import to_latin

_REPLACEMENT = "�"
_FILLERS = frozenset(map(chr, (0x115F, 0x1160, 0x3164, 0xFFA0, 0x2800)))
_DOTS = frozenset(map(chr, (0x00B7, 0x2027, 0x2024, 0x2219, 0x22C5, 0x30FB, 0x3002, 0xFF0E, 0xFF61)))
_MINUS = frozenset(map(chr, (0x2212, 0x2043, 0x02D7, 0x30FC, 0x2500, 0x2501)))
_DROPPED_CATEGORIES = frozenset({"Cf", "Mn", "Me"})
_TAGS = range(0xE0020, 0xE007F)
_CONTROLS: Final = {"\t": "\t", "\n": "\n", "\r": "\r", "\v": "\n", "\f": "\n", "\x85": "\n"}
"""Control characters that part words; the others are invisible."""


class Folded(msgspec.Struct, gc=False):
    """A folded text and the way back."""

    text: str
    positions: Sequence[int] | None
    """For each folded character the index of its original; None when they are the same."""
    length: int
    """Of the original text, in code points."""
    ends: Sequence[int] | None = None
    """For each folded character the index after its original, where several characters or words make one."""

    def __repr__(self) -> str:
        return f"<Folded of {len(self.text)} characters>"

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Map a non-empty folded span back; invisible characters that cling to its end belong to it."""
        positions = self.positions
        if positions is None:
            return start, end
        first, last = positions[start], positions[end - 1]
        if self.ends is not None:
            return min(first, last), max(self.ends[start], self.ends[end - 1])
        if first > last:  # read from right to left
            first, last = last, first
            return first, last + 1
        following = positions[end] if end < len(positions) else self.length
        return first, max(last + 1, following)


def fold(text: str) -> Folded:
    """Fold a text. Plain ASCII is its own folding; any string is accepted, lone surrogates included."""
    if text.isascii():
        if _is_plain(text):
            return Folded(text, None, len(text))
        return _fold_slowly(text)
    if _has_escapes(text):
        return _fold_slowly(text)
    folded = text.translate(_TABLE)
    uneven = _UNEVEN.intersection(text)
    return Folded(to_latin(folded), _positions(text, 0, uneven) if uneven else None, len(text))


def fold_reordered(text: str, order: Sequence[int]) -> Folded:
    """Fold a text whose characters stand at other places in the original: ``order`` gives each one's index there."""
    folded = fold(text)
    positions = order if folded.positions is None else [order[place] for place in folded.positions]
    return Folded(folded.text, positions, len(text))


_NAMED: Final = {
    "nbsp": " ",
    "ensp": " ",
    "emsp": " ",
    "thinsp": " ",
    "hyphen": "-",
    "dash": "-",
    "ndash": "-",
    "mdash": "-",
    "minus": "-",
    "shy": "\u00ad",
    "zwj": "\u200d",
    "zwnj": "\u200c",
    "period": ".",
    "middot": ".",
    "commat": "@",
    "lowbar": "_",
    "sol": "/",
    "comma": ",",
}
_ESCAPE = re.compile(
    rf"(?P<percent>%(?:25){{0,4}}[2-7][0-9A-Fa-f]|(?:%[89A-Fa-f][0-9A-Fa-f]){{2,4}})"
    rf"|&(?:#(?P<decimal>\d{{2,7}})|#[xX](?P<hex>[0-9A-Fa-f]{{2,6}})|(?P<name>{'|'.join(_NAMED)}));?"
    r"|\\(?:x(?P<byte>[2-7][0-9A-Fa-f])|u(?P<unit>[0-9A-Fa-f]{4})|u\{(?P<point>[0-9A-Fa-f]{2,6})\})"
)
"""Percent-encoding (RFC 3986), character references of HTML, escapes of JSON and of programs."""
GATE: Final = (
    rf"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|%[2-9A-Fa-f][0-9A-Fa-f]|&(?:#|{'|'.join(_NAMED)})|\\(?:x[2-7]|u[0-9A-Fa-f{{])"
)
"""RE2 expression that matches in every ASCII text that is not its own folding."""
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def _is_plain(text: str) -> bool:
    """Whether ASCII is its own folding: no escapes, no control characters."""
    if _has_escapes(text):
        return False
    return text.isprintable() or _CONTROL.search(text) is None


def _has_escapes(text: str) -> bool:
    return ("%" in text or "&" in text or "\\" in text) and _ESCAPE.search(text) is not None


def _fold_slowly(text: str) -> Folded:
    pieces: list[str] = []
    positions: list[int] = []
    done = 0
    known: dict[str, str] = {}
    for match in _ESCAPE.finditer(text):
        start, end = match.span()
        if done < start:
            _fold_plain(text, done, start, pieces, positions)
        escape = match[0]
        piece = known.get(escape)
        if piece is None:
            piece = known[escape] = _escaped(match).translate(_TABLE)
        pieces.append(piece)
        positions.extend((start,) * len(piece))
        done = end
    _fold_plain(text, done, len(text), pieces, positions)
    return Folded(to_latin("".join(pieces)), positions, len(text))


def _fold_plain(text: str, start: int, end: int, pieces: list[str], positions: list[int]) -> None:
    plain = text[start:end]
    folded = plain.translate(_TABLE)
    pieces.append(folded)
    uneven = _UNEVEN.intersection(plain)
    positions += _positions(plain, start, uneven) if uneven else range(start, end)


def _positions(text: str, start: int, uneven: set[str]) -> list[int]:
    """For each folded character the place of its original, where some fold to none or to several."""
    if any(_TABLE[ord(character)] for character in uneven):
        return [place for place, character in enumerate(text, start) for _ in _TABLE[ord(character)]]
    return [place for place, character in enumerate(text, start) if character not in uneven]


def _escaped(match: re.Match[str]) -> str:
    """What an escape stands for; one that stands for nothing becomes the mark of an unknown character."""
    if match["percent"]:
        return bytes.fromhex(_ENCODED_PERCENT.sub("", match[0])).decode("utf-8", "replace")
    if match["name"]:
        return _NAMED[match["name"]]
    code = int(match["decimal"]) if match["decimal"] else int(next(filter(None, match.group(*_HEX_GROUPS))), 16)
    return chr(code) if code <= sys.maxunicode else _REPLACEMENT


_ENCODED_PERCENT = re.compile("%(?:25)*")
_HEX_GROUPS: Final = ("hex", "byte", "unit", "point")


def fold_words(words: str) -> str:
    """Fold the words of a rule as the text will be folded, in lower case."""
    return fold(words).text.lower()


def fold_literals(expression: str) -> str:
    """Fold the letters that stand in an expression as the text will be folded; what is ASCII stays."""
    return expression if expression.isascii() else _LETTERS.sub(lambda match: fold(match[0]).text, expression)


_LETTERS = re.compile(r"[^\W\d_a-zA-Z]+")
"""Letters beyond ASCII."""


def _digit(character: str, category: str) -> int | None:
    """What a digit of any script and shape is worth; a circled zero in negative is a number and no digit to Unicode."""
    digit = unicodedata.digit(character, None)
    if digit is None and category == "No":
        number = unicodedata.numeric(character)
        return int(number) if number in range(10) else None
    return digit


def _fold_character(character: str) -> str:  # noqa: PLR0911  (a table of cases)
    """The plain spelling of one character: usually one, sometimes none or several."""
    code = ord(character)
    category = unicodedata.category(character)
    if category == "Cc":
        return _CONTROLS.get(character, "")
    if code < 128:  # noqa: PLR2004  (ASCII)
        return character
    if category == "Cs":
        return _REPLACEMENT
    if code in _TAGS:
        return chr(code - 0xE0000)
    if category in _DROPPED_CATEGORIES or character in _FILLERS or 0xFE00 <= code <= 0xFE0F:  # noqa: PLR2004  (variation selectors)
        return ""
    digit = _digit(character, category)
    if digit is not None:
        return str(digit)
    if category == "Pd" or character in _MINUS:
        return "-"
    if category == "Zs":
        return " "
    if character in _DOTS:
        return "."
    plain = unicodedata.normalize("NFKD", character)
    # what a character is made of may have a plain spelling of its own
    return "".join(map(_fold_character, plain)) if plain != character else _BY_HAND.get(character, character)


_BY_HAND: Final = {
    "⁄": "/",
    "→": "->",
    "⇒": "=>",
    "ß": "ss",
    "æ": "ae",
    "Æ": "AE",
    "œ": "oe",
    "Œ": "OE",
    "ø": "o",
    "Ø": "O",
    "ł": "l",
    "Ł": "L",
    "đ": "d",
    "Đ": "D",
    "ı": "i",
    "´": "'",
    "ʼ": "'",
    **dict.fromkeys("‘’‚", "'"),
    **dict.fromkeys("“”„«»", '"'),
}
"""Letters and quotes that Unicode does not decompose."""


class _Table(dict[int, str]):
    """Fills itself: a character is folded once in the life of the process."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        piece = _fold_character(character)
        if len(piece) != 1:
            _UNEVEN.add(character)
        self[code] = piece
        return piece


_UNEVEN: set[str] = set()
"""Characters seen so far that fold to none or to several: a text without them keeps its offsets."""
_TABLE = _Table()
