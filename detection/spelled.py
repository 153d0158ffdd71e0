"""Digits spelled in words: ``four one one one``, ``quatro um um um``, ``double five``.

English, Portuguese, Spanish, French, German and Italian; words without accents, as folding leaves them.
"""

import re
from collections.abc import Iterator
from typing import Final

from detection.digits import MAX_DIGITS, DigitRun
from detection.fold import Folded

MIN_WORDS = 4
"""Fewer number words in a row are counting, not spelling."""

_DIGITS: Final = {
    "0": "zero oh o nought naught null nul cero",
    "1": "one um uma un una uno une ein eins eine",
    "2": "two dois duas dos deux zwei zwo due",
    "3": "three tres trois drei tre",
    "4": "four quatro cuatro quatre vier quattro",
    "5": "five cinco cinq funf fuenf cinque",
    "6": "six seis meia sechs sei",
    "7": "seven sete siete sept sieben sette",
    "8": "eight oito ocho huit acht otto",
    "9": "nine niner nove nueve neuf neun",
}
_TEENS: Final = {
    "10": "ten dez diez dix zehn dieci",
    "11": "eleven onze once elf undici",
    "12": "twelve doze doce douze zwolf zwoelf dodici",
    "13": "thirteen treze trece treize dreizehn tredici",
    "14": "fourteen quatorze catorze catorce vierzehn quattordici",
    "15": "fifteen quinze quince funfzehn quindici",
    "16": "sixteen dezesseis dieciseis seize sechzehn sedici",
    "17": "seventeen dezessete diecisiete siebzehn diciassette",
    "18": "eighteen dezoito dieciocho achtzehn diciotto",
    "19": "nineteen dezenove diecinueve neunzehn diciannove",
}
_TENS: Final = {
    "2": "twenty vinte veinte vingt zwanzig venti",
    "3": "thirty trinta treinta trente dreissig trenta",
    "4": "forty fourty quarenta cuarenta quarante vierzig quaranta",
    "5": "fifty cinquenta cincuenta cinquante funfzig cinquanta",
    "6": "sixty sessenta sesenta soixante sechzig sessanta",
    "7": "seventy setenta siebzig settanta",
    "8": "eighty oitenta ochenta achtzig ottanta",
    "9": "ninety noventa neunzig novanta",
}
_REPEATS: Final = {2: "double doble doppel doppelt duplo dobro", 3: "triple treble triplo"}

_UNITS = {word: digit for digit, words in _DIGITS.items() for word in words.split()}
_FIXED = _UNITS | {word: number for number, words in _TEENS.items() for word in words.split()}
_TENS_WORDS = {word: digit for digit, words in _TENS.items() for word in words.split()}
_TIMES = {word: times for times, words in _REPEATS.items() for word in words.split()}
_WORDS = "|".join(sorted({*_FIXED, *_TENS_WORDS, *_TIMES}, key=lambda word: (-len(word), word)))
_BETWEEN = "and|e|y|et|und|x|then|depois|luego|puis|dann|poi|dash|hyphen|space|traco|guion|tiret|ponto|dot|point"
_GAP = rf"(?:[^0-9A-Za-z]{{1,4}}|[^0-9A-Za-z]{{0,3}}\b(?:{_BETWEEN})\b[^0-9A-Za-z]{{0,3}})"

_SPACE = "[^0-9A-Za-z]{1,4}"
GATE = (
    rf"(?i)\b(?:{_WORDS}){_SPACE}(?:\w{{1,6}}{_SPACE})?(?:(?:{_WORDS}){_SPACE}(?:\w{{1,6}}{_SPACE})?)(?:{_WORDS})\b"
    rf"|\d{_SPACE}(?:(?:{_WORDS}){_SPACE}){{2}}\d"
    rf"|(?:\d{{2,8}}{_SPACE}(?:{_BETWEEN}){_SPACE}){{2}}\d"
)
"""RE2 expression that matches wherever three number words stand close together, or words between groups of digits."""

_RUN = re.compile(
    rf"(?<![0-9A-Za-z])(?:{_WORDS}|\d{{1,8}})(?:{_GAP}(?:{_WORDS}|\d{{1,8}})(?![0-9A-Za-z]))+", re.ASCII | re.IGNORECASE
)
_WORD = re.compile(r"[0-9A-Za-z]+")


def spelled_runs(text: str) -> list[DigitRun]:
    """Find the runs of spelled digits in a folded text; digits written as such may stand among them."""
    return [run for match in _RUN.finditer(text) for run in _run(text, *match.span())]


MIN_READ = 3
"""Number words in a row that are read as digits: a security code has no more."""
LONG_RUN = 9
"""Digits from which on two words, or words between groups of digits, are enough."""
_MARKS = re.compile(r"-|\b(?:dash|hyphen|traco|guion)\b", re.IGNORECASE)


def with_words_as_digits(folded: Folded) -> tuple[Folded, list[tuple[int, int]]] | None:
    """``one two three`` as ``123``: the reading and the runs that it changed, or None where there is none."""
    text = folded.text
    pieces: list[str] = []
    positions: list[int] = []
    changed: list[tuple[int, int]] = []
    size = done = 0
    origin = folded.positions if folded.positions is not None else range(len(text))
    for match in _RUN.finditer(text):
        words = list(_pieces(text, *match.span()))
        spelled = sum(is_word for _, _, _, is_word in words)
        if spelled < MIN_READ and sum(len(digits) for digits, _, _, _ in words) < LONG_RUN:
            continue
        pieces.append(text[done : match.start()])
        positions.extend(origin[done : match.start()])
        begin = size + match.start() - done
        end = match.start()
        written: list[str] = []
        for digits, first, last, _ in words:
            mark = _mark(text[end:first])
            written.append(mark + digits)
            positions.extend([origin[end]] * len(mark))
            positions.extend([origin[first]] * len(digits))
            end = last
        pieces.append("".join(written))
        size = begin + len(pieces[-1])
        done = match.end()
        changed.append((begin, size))
    if not changed:
        return None
    pieces.append(text[done:])
    positions.extend(origin[done:])
    return Folded("".join(pieces), positions, folded.length), changed


def _mark(gap: str) -> str:
    """What stands between the digits of a reading: dashes stay, a comma parts, spaces and ``and`` go."""
    if _MARKS.search(gap):
        return "-"
    return " " if gap.strip(" ") and not gap.strip(" ").isalpha() else ""


def _run(text: str, start: int, end: int) -> Iterator[DigitRun]:
    digits: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    spelled_words = 0
    for piece, first, last, is_word in _pieces(text, start, end):
        spelled_words += is_word
        for offset, digit in enumerate(piece):
            digits.append(digit)
            starts.append(first if is_word else first + offset)
            ends.append(last if is_word else first + offset + 1)
    if spelled_words < MIN_WORDS or len(digits) > MAX_DIGITS:
        return
    everywhere = tuple(range(len(digits)))
    yield DigitRun("".join(digits), tuple(starts), tuple(ends), everywhere, tuple(place + 1 for place in everywhere))


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[str, int, int, bool]]:
    """Digits, first character, character after, and whether they were spelled."""
    words = [(match[0].lower(), *match.span()) for match in _WORD.finditer(text, start, end)]
    index = 0
    while index < len(words):
        word, first, last = words[index]
        following = words[index + 1] if index + 1 < len(words) else ("", last, last)
        index += 1
        if word.isdigit():
            yield word, first, last, False
        elif word in _FIXED:
            yield _FIXED[word], first, last, True
        elif word in _TIMES and (following[0] in _UNITS or (len(following[0]) == 1 and following[0].isdigit())):
            index += 1
            yield _UNITS.get(following[0], following[0]) * _TIMES[word], first, following[2], True
        elif word in _TENS_WORDS:
            unit = _UNITS.get(following[0], "0")
            if unit != "0":
                index += 1
                yield _TENS_WORDS[word] + unit, first, following[2], True
            else:
                yield _TENS_WORDS[word] + "0", first, last, True
