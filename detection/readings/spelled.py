"""Digits spelled in words: ``four one one one``, ``quatro um um um``, ``double five``, ``4539 then 1488``.

English, Portuguese, Spanish, French, German and Italian, and the digits alone in Dutch, Polish, Swedish and Romanian;
words without accents, as folding leaves them.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from detection.digits import MAX_DIGITS, DigitRun
from detection.fold import Folded
from detection.prefilter import Prefilter
from detection.readings.rewriting import Reading, Rewriting

MIN_WORDS: Final = 4
"""Fewer number words in a row are counting, not spelling, where any window of digits may be the value."""
MIN_READ: Final = 3
"""Number words in a row that are read as digits: a security code has no more."""
LONG_RUN: Final = 9
"""Digits from which on two words, or words between groups of digits, are enough."""
MIN_PARTED: Final = 3
"""Groups of digits with a word between each two."""

_DIGITS: Final = {
    "0": "zero oh o nought naught null nul cero noll",
    "1": "one um uma un una uno une ein eins eine wun een ett jeden unu",
    "2": "two dois duas dos deux zwei zwo due twee tva dwa doi doua",
    "3": "three tres trois drei tre tree drie trzy trei",
    "4": "four quatro cuatro quatre vier quattro fower fyra cztery patru",
    "5": "five cinco cinq funf fuenf cinque fife vijf fem piec cinci",
    "6": "six seis meia sechs sei zes sex szesc sase",
    "7": "seven sete siete sept sieben sette zeven sju siedem sapte",
    "8": "eight oito ocho huit acht otto ait atta osiem opt",
    "9": "nine niner nove nueve neuf neun negen nio dziewiec noua",
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
    "7": "seventy setenta siebzig settanta septante",
    "8": "eighty oitenta ochenta achtzig ottanta huitante",
    "9": "ninety noventa neunzig novanta nonante",
}
_SCALES: Final = {"hundred": 100, "thousand": 1000}
"""Words of cardinals, in English: ``four thousand five hundred thirty nine``."""
_HOMOPHONES: Final = {"won": "one", "too": "two", "to": "two", "for": "four", "fore": "four", "ate": "eight"}
"""English words that sound like digits: they are some only amid many real ones."""
AMID: Final = 6
"""Real number words of a run in which they count."""
_REPEATS: Final = {2: "double doble doppel doppelt duplo dobro doppio", 3: "triple treble triplo", 4: "quadruple"}
_BETWEEN: Final = frozenset(
    """
    and e y et und x then depois luego despues puis dann poi dash hyphen space traco guion tiret ponto dot point plus
    next followed by comma virgula coma pause the rest is
    """.split()  # noqa: SIM905  (a list of words reads better so)
)
"""Words between the digits of one value."""
MAX_BETWEEN: Final = 5
MAX_GAP: Final = 4
"""Characters between two words of a run."""

_UNITS = {word: digit for digit, words in _DIGITS.items() for word in words.split()}
_TEENS_WORDS = {word: number for number, words in _TEENS.items() for word in words.split()}
_TENS_WORDS = {word: digit for digit, words in _TENS.items() for word in words.split()}
_COMPOUNDS = (
    {
        f"{unit}und{ten}": f"{digit}{number}"  # German: the unit first
        for number, unit in enumerate(("ein", "zwei", "drei", "vier", "funf", "sechs", "sieben", "acht", "neun"), 1)
        for ten, digit in _TENS_WORDS.items()
        if ten.endswith("ig")
    }
    | {
        f"{ten[: -(unit in {'uno', 'otto'}) or None]}{unit}": f"{digit}{number}"  # Italian: a vowel less before a vowel
        for number, unit in enumerate(("uno", "due", "tre", "quattro", "cinque", "sei", "sette", "otto", "nove"), 1)
        for ten, digit in _TENS_WORDS.items()
        if ten in {"venti", "trenta", "quaranta", "cinquanta", "sessanta", "settanta", "ottanta", "novanta"}
    }
)
_FIXED = _UNITS | _TEENS_WORDS | _COMPOUNDS
_TIMES = {word: times for times, words in _REPEATS.items() for word in words.split()}
_NUMBERS = frozenset({*_FIXED, *_TENS_WORDS, *_TIMES, *_SCALES, "vingts"})
_WORDS = "|".join(sorted(_NUMBERS, key=lambda word: (-len(word), word)))
_ENGLISH = "zero|oh|one|two|three|four|five|six|seven|eight|nine"
_LEAST_GLUED: Final = 4

_SPACE = "[^0-9A-Za-z]{1,4}"
_PARTING = f"(?:(?:{'|'.join(sorted(_BETWEEN))}){_SPACE})"
GATE: Final = (
    rf"(?i)(?:\b|_)(?:{_WORDS}){_SPACE}(?:\w{{1,6}}{_SPACE})?(?:(?:{_WORDS}){_SPACE}(?:\w{{1,6}}{_SPACE})?)(?:{_WORDS})(?:\b|_)"
    rf"|\d{_SPACE}(?:(?:{_WORDS}){_SPACE}){{2}}\d|\d{_SPACE}(?:{_ENGLISH}){_SPACE}\d"
    rf"|(?:\d{{2,8}}{_SPACE}{_PARTING}{{1,2}}){{2}}\d|\d{{4}}{_SPACE}{_PARTING}{{1,5}}\d{{4}}"
    rf"|(?:(?:{_ENGLISH})\d?){{4}}|\d(?:{_ENGLISH})+\d|(?:{_ENGLISH})\d+(?:{_ENGLISH})"
    rf"|\d(?:{_ENGLISH}){{2}}|(?:{_ENGLISH}){{2}}\d"
)
"""RE2 expression that matches wherever three number words stand close together, or words between groups of digits."""

_WORD = re.compile(r"[0-9A-Za-z]+")
_GLUED = re.compile(rf"(?:{_ENGLISH}|\d){{{_LEAST_GLUED},}}")
_BEGINS_GLUED: Final = frozenset({*"0123456789", *(word[0] for word in _ENGLISH.split("|"))})
_GLUED_SIGN = "|".join(
    rf"\d{{{digits}}}(?:{_ENGLISH})(?:{_ENGLISH}|\d){{{_LEAST_GLUED - 1 - digits}}}" for digits in range(_LEAST_GLUED)
)
"""So many words and digits run together, one word at least among them: a long number is none."""
SIGN: Final = rf"(?i)\b(?:{_WORDS})\b|{_GLUED_SIGN}"
"""RE2 expression of a number word, or of letters that may be several: without either only written digits are read."""
_SIGNS = Prefilter([SIGN])
_WRITTEN = re.compile(r"\d", re.ASCII)
_HESITATION = re.compile(r"(?:(?<=\d{4} )|(?<=\d{4}, ))um\W{1,3}\d{4}", re.IGNORECASE)
"""``4005 um 0715``: no Portuguese one."""
_PUBLICATION = re.compile(r"doi\W{1,4}10\.", re.IGNORECASE)
"""``doi: 10.1016/...``: no Romanian two."""
_GLUED_PART = re.compile(rf"{_ENGLISH}|\d+")
_PLUS = re.compile(rf"(?<![0-9A-Za-z])(?:plus|mais|mas|piu){_SPACE}$", re.IGNORECASE)
_DASH = re.compile(r"-|\b(?:dash|hyphen|traco|guion|tiret)\b", re.IGNORECASE)
_DOT = re.compile(r"\b(?:dot|ponto|punto|point|punkt)\b", re.IGNORECASE)

_Word = tuple[str, int, int]
"""A word in lower case with its place."""


class _Number(NamedTuple):
    """Digits, the first character of their spelling, the one after it, and whether they were spelled."""

    digits: str
    start: int
    end: int
    is_word: bool


def read(folded: Folded) -> Reading | None:
    """The text with ``one two three`` as ``123``."""
    text = folded.text
    if not _SIGNS.match(text) and len(_WRITTEN.findall(text)) < LONG_RUN:  # most messages: looked at word by word below
        return None
    writing = Rewriting(folded)
    for words in _runs(text):
        numbers = list(_numbers(words))
        if not _is_spelling(numbers):
            continue
        plus = _PLUS.search(text, max(0, numbers[0].start - 2 * MAX_GAP), numbers[0].start)
        if plus is not None:
            writing.put(plus.start(), numbers[0].start, "+")
        writing.put_row(list(_written_anew(text, numbers)))
    return writing.reading()


def _written_anew(text: str, numbers: list[_Number]) -> Iterator[tuple[int, int, str]]:
    """The digits of the numbers and what stands between them, with the places that they take."""
    before: _Number | None = None
    for number in numbers:
        if before is not None:
            yield before.end, number.start, _mark(text[before.end : number.start], before, number)
        yield number.start, number.end, number.digits
        before = number


def written(folded: Folded) -> str:
    """The folded text with spelled digits as digits."""
    reading = read(folded)
    return folded.text if reading is None else reading.view.text


def spelled_runs(text: str) -> list[DigitRun]:
    """Find the runs of spelled digits in a folded text; any window of them may be a value."""
    if "_" not in text and not _SIGNS.match(text):  # the reading before has made digits of all words
        return []
    return [run for words in _runs(text) for run in _run(words)]


@lru_cache(maxsize=1)
def _runs(text: str) -> tuple[list[_Word], ...]:
    """Number words and written digits, two or more, with little between them; a reading and the rules ask for them."""
    return tuple(_found(text))


def _found(text: str) -> Iterator[list[_Word]]:
    run: list[_Word] = []
    parting = last = 0
    for match in _WORD.finditer(text):
        start, end = match.span()
        word = match[0].lower()
        if run and (start - last > MAX_GAP or parting > MAX_BETWEEN):
            yield from _worth(run)
            run, parting = [], 0
        if word.isdigit():
            run.append((word, start, end))
            parting = 0
        elif word == "um" and run and _HESITATION.match(text, start):
            parting += 1
        elif word in _NUMBERS and not (word == "doi" and _PUBLICATION.match(text, start)):
            run.append((word, start, end))
            parting = 0
        elif word[0] in _BEGINS_GLUED and len(word) >= _LEAST_GLUED and _GLUED.fullmatch(word):
            run += [(part[0], start + part.start(), start + part.end()) for part in _GLUED_PART.finditer(word)]
            parting = 0
        elif not run:
            continue
        elif word in _HOMOPHONES and not parting:
            run.append((word, start, end))
        elif word in _BETWEEN:
            parting += 1
        else:
            yield from _worth(run)
            run, parting = [], 0
        last = end
    yield from _worth(run)


def _worth(run: list[_Word]) -> Iterator[list[_Word]]:
    if any(word[0] in _HOMOPHONES for word in run):
        for part in _without_talk(run):
            yield from _worth(part)
    elif 1 < len(run) <= MAX_DIGITS:
        yield run


def _without_talk(run: list[_Word]) -> list[list[_Word]]:
    """The run with its homophones as digits where it is dictation, else the parts between them: ``two for one``."""
    while run[-1][0] in _HOMOPHONES:
        run = run[:-1]
    real = sum(word not in _HOMOPHONES and not word.isdigit() for word, _, _ in run)
    if real >= AMID and 2 * real >= len(run):
        return [[(_HOMOPHONES.get(word, word), start, end) for word, start, end in run]]
    parts: list[list[_Word]] = [[]]
    for entry in run:
        if entry[0] in _HOMOPHONES:
            parts.append([])
        else:
            parts[-1].append(entry)
    return parts


def _is_spelling(numbers: list[_Number]) -> bool:
    """Enough number words, or written groups that words part."""
    spelled = sum(number.is_word for number in numbers)
    size = sum(len(number.digits) for number in numbers)
    if spelled:
        return spelled >= MIN_READ or size >= LONG_RUN
    return len(numbers) >= MIN_PARTED and size >= LONG_RUN


def _mark(gap: str, before: _Number, after: _Number) -> str:
    """What stands between the digits of a reading: dashes and dots stay, a comma parts, spaces and ``and`` go."""
    if gap.strip(" ,"):
        if _DASH.search(gap):
            return "-"
        if _DOT.search(gap):
            return "."
    is_plain = not gap.strip(" ") or gap.strip(" ").isalpha()
    is_written = not before.is_word and not after.is_word and len(before.digits) + len(after.digits) > 2  # noqa: PLR2004  (two single digits)
    return "" if is_plain and not is_written else " "


def _run(words: list[_Word]) -> Iterator[DigitRun]:
    """Every digit is a group of its own: any window may be the value."""
    if sum(not word.isdigit() for word, _, _ in words) < MIN_WORDS:
        return
    digits: list[str] = []
    spans: list[tuple[int, int]] = []
    stretches: list[tuple[int, int]] = []
    spelled_words = 0
    for number in _numbers(words):
        spelled_words += number.is_word
        if number.is_word:
            begins = stretches.pop()[0] if stretches and stretches[-1][1] == len(digits) else len(digits)
            stretches.append((begins, len(digits) + len(number.digits)))
        for offset, digit in enumerate(number.digits):
            digits.append(digit)
            place = number.start + offset
            spans.append((number.start, number.end) if number.is_word else (place, place + 1))
    if spelled_words >= MIN_WORDS and len(digits) <= MAX_DIGITS:
        yield DigitRun("".join(digits), lambda: spans, range(len(digits) + 1), tuple(stretches))


def _numbers(words: list[_Word]) -> Iterator[_Number]:
    index = 0
    while index < len(words):
        taken, digits = _number(words, index)
        if digits:
            first, last = words[index], words[index + taken - 1]
            yield _Number(digits, first[1], last[2], is_word=digits != first[0])
        index += taken


def _number(words: list[_Word], index: int) -> tuple[int, str]:  # noqa: PLR0911  (a table of cases)
    """How many words make the number at a place, and its digits; none for a word between."""
    word = words[index][0]
    if word.isdigit():
        return 1, word
    following = [entry[0] for entry in words[index + 1 : index + 3]] + ["", ""]
    if word == "quatre" and following[0] in {"vingt", "vingts"}:
        return _french(2, 8, following[1])
    if word == "soixante" and following[0] in _TEENS_WORDS:
        return 2, str(60 + int(_TEENS_WORDS[following[0]]))
    if not _SCALES.keys().isdisjoint(following) and (cardinal := _cardinal(words, index)) is not None:
        return cardinal
    if word in _FIXED:
        return 1, _FIXED[word]
    if word in _TIMES and (following[0] in _UNITS or (len(following[0]) == 1 and following[0].isdigit())):
        return 2, _UNITS.get(following[0], following[0]) * _TIMES[word]
    if word in _TENS_WORDS:
        unit = _UNITS.get(following[0], "0")
        return (2, _TENS_WORDS[word] + unit) if unit != "0" else (1, _TENS_WORDS[word] + "0")
    return 1, ""


def _cardinal(words: list[_Word], index: int) -> tuple[int, str] | None:
    """How many words make an English cardinal with hundreds or thousands at a place, and its digits."""
    value, place = 0, index
    for scale in ("thousand", "hundred"):
        taken, number = _below_hundred(words, place)
        if taken and place + taken < len(words) and words[place + taken][0] == scale:
            value += number * _SCALES[scale]
            place += taken + 1
    if place == index:
        return None
    taken, number = _below_hundred(words, place)
    return place + taken - index, str(value + number)


def _below_hundred(words: list[_Word], index: int) -> tuple[int, int]:
    """How many words make a number from 1 to 99 at a place, and the number."""
    word = words[index][0] if index < len(words) else ""
    if word in _TENS_WORDS:
        unit = int(_UNITS.get(words[index + 1][0], "0")) if index + 1 < len(words) else 0
        return 1 + (unit > 0), 10 * int(_TENS_WORDS[word]) + unit
    return (1, int(_FIXED[word])) if word in _FIXED else (0, 0)


def _french(taken: int, tens: int, word: str) -> tuple[int, str]:
    """``quatre-vingt`` with what may follow it."""
    if word in _TEENS_WORDS:
        return taken + 1, str(10 * tens + int(_TEENS_WORDS[word]))
    unit = _UNITS.get(word, "0")
    return (taken + 1, f"{tens}{unit}") if unit != "0" else (taken, f"{tens}0")
