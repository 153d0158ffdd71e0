"""Pieces of values that may be cut over several messages: the digits of a message, and those at its rim."""

import re
from itertools import groupby, pairwise

import msgspec

MAX_LETTERS = 30
"""A message with more letters is prose that mentions a number, not a piece of one; its rims still may be."""
MAX_BARE = 16
"""Letters of a message that a piece needs no word of context beside: ``and goes on 0343 6467``."""
FEW_LETTERS = 10
MIN_AMID_WORDS = 3
"""Fewer digits are a piece of a number only amid so few letters: ``and 22``, but not ``the 22 of us are upgraded``."""
MAX_LENGTH = 400
"""Characters looked at: the first or the last ones."""
REMOVED = "\x1f"
"""Stands in a remembered text where a value was taken out: nothing is joined across it."""

DIGIT = re.compile(r"\d", re.ASCII)
"""A digit of a folded text."""
_DIGITS = re.compile(r"\d+")
_DIGITS_OF_ASCII = frozenset("0123456789")
_HEXADECIMAL = re.compile(r"\d[a-f]+\d", re.IGNORECASE)
"""Digits inside an id such as ``3f9a41c7`` are no piece of a number."""
_IN_WORD = re.compile(
    r"[a-z]{2}\d{1,3}[a-z]|[a-z]{3}\d{1,3}\b|[a-z]\d{1,4}[a-z]{2}|\d(?:st|nd|rd|th)\b|\d[a-f]+\d|\b(?-i:[A-Z]{2})\d{3,4}\b",
    re.IGNORECASE,
)
"""Digits of a word or an id are none either: ``Tr0ub4dor``, ``the 123th``, ``3f9a41c7``, ``TR8237``."""
_CODE = re.compile(r"(?<![^\W_])(?!(?:CARD|VISA|SSN|CPF|PAN|TEL|CALL|PHONE)$)[A-Z]{1,12}$")
"""Capitals to which digits are joined: they are a code together."""
_NO_LETTERS = bytes(code for code in range(128) if not chr(code).isalpha())
_AT_START = re.compile(r"[^\d\x1f]{0,24}?(\d(?:[^\w\x1f]{0,3}\d)*)")
_COUNT = re.compile(
    r"\d\d?(?<!\w\d\d)(?<![^\W\d]\d)(?= (?:digits?|numbers?|digitos?|numeros?|chiffres?|ziffern?|cifre|cifra)\b)",
    re.IGNORECASE,
)
"""How many digits follow, which are not among them. It begins with a digit, so that most of a text is skipped."""
_COUNT_OF = re.compile(
    r"\b(?:first|last|next|other|erste[nr]?|letzte[nr]?|nachste[nr]?|primeir[oa]s|primer[oa]s|ultim[oa]s|premiers|derniers"
    r"|primi|ultimi) \d\d?[ :,-]{1,3}(?=\d{3})",
    re.IGNORECASE,
)
"""The same without a word for digits: ``die letzten acht: 0343 6467``."""
_ROOMS = "apt bus room gate seat flat line sala voie floor table gleis zimmer quarto platform"
_BEHIND_A_ROOM = "|".join(  # what is looked for behind a place has one length
    rf"(?<=\b(?:{'|'.join(names)}) \d)" for _, names in groupby(_ROOMS.split(), key=len)
)
_NO_DIGITS = re.compile(
    # all of it begins with the first digit of a group, so that most of a text is skipped
    r"\d(?:"
    r"(?<![\d:.,/-]\d)(?:\d?+[:h]\d\d(?::\d\d)?|\d?+/\d{1,2}(?:/\d{2,4})?)(?![\d:/-]|[.,]\d)"
    r"|(?<![\d.,]\d)\d{0,2}+(?:(?:[.,]\d{3})?[.,]\d\d|\.\d{5,})(?!\d|[.,]\d)"
    r"|(?<![\d.,-]\d)\d{0,4}+(?:[.,]\d{1,2})?(?: ?(?:-|to|and|or) ?\d{1,5})?(?: ?%| ?[ap]\.?m\b"
    r"| (?:pounds?|dollars?|euros?|bucks|gbp|usd|eur|people|persons?|guests?|adults?|kids|nights?|days?|weeks?|months?"
    r"|years?|minutes?|mins?|hours?|hrs?|seats?|tickets?|stars?|times?|pairs?|items?|pieces?|rooms?|reviews?|miles?"
    r"|degrees|percent|points|personas|personen|personnes|pessoas|noches|nachte|nuits|noites|uhr)\b)"
    r"|(?:(?<=[$€£]\d)|(?<=[$€£] \d))[\d.,]*"
    rf"|(?<=[a-z] \d)(?:{_BEHIND_A_ROOM})\d{{0,4}}(?![\d-])"
    r")",
    re.IGNORECASE,
)
"""Hours, days, prices, counts, and numbers of rooms and the like."""
_NUMBERING = re.compile(
    r"\s{0,3}(?:(?:part|parte|teil|partie|block) ?\d\d? ?[:.)-]?|\(?\d\)|\d\d? ?(?:/|of) ?\d\d?[:.)]?"
    r"|\d(?:st|nd|rd|th|[ao]|e|er|eme|\.)(?: [a-z]{1,8}){0,2}(?: ?[:.)-])?)\s{1,3}(?=\d{2})",
    re.IGNORECASE,
)
"""Which of several messages this is: ``1/2 4539 1488``, ``part 2: 0343 6467``."""
_MARKS_AT_END = 3
_AT_END = re.compile(r"(?<!\d)(\d(?:[^\w\x1f]{0,3}\d)*)[^\w\x1f]{0,3}$")


class Piece(msgspec.Struct, frozen=True, gc=False):
    """Digits and where they stand in the folded text, everything between them included."""

    digits: str
    start: int
    end: int

    def __repr__(self) -> str:
        return f"<Piece of {len(self.digits)} digits>"


def begun_digits(text: str) -> int:
    """How many digits a message has with which it may begin a value."""
    if DIGIT.search(text) is None:
        return 0
    piece = whole(text) or trailing(text)
    return 0 if piece is None else len(piece.digits)


def is_crossed(text: str) -> bool:
    """Whether what was said before a message may be joined across it: it says no number, or little else."""
    first = DIGIT.search(text)
    if first is None or whole(text) is not None:
        return True
    return _NO_DIGITS.match(text, first.start()) is not None and DIGIT.search(_NO_DIGITS.sub("", text)) is None


def whole(text: str) -> Piece | None:
    """All the digits of a message that is little more than digits."""
    letters = _letters(text)
    if len(text) > MAX_LENGTH or REMOVED in text or letters > MAX_LETTERS:
        return None
    text = _uncounted(text)
    if _IN_WORD.search(text):
        return None
    groups = list(_DIGITS.finditer(text))
    if any(_letters(text[left.end() : right.start()]) > FEW_LETTERS for left, right in pairwise(groups)):
        return None
    if not groups or (sum(len(group[0]) for group in groups) < MIN_AMID_WORDS and letters > FEW_LETTERS):
        return None
    return Piece("".join(group[0] for group in groups), groups[0].start(), groups[-1].end())


def is_bare(text: str) -> bool:
    """Whether a message has few words beside its digits."""
    return DIGIT.search(text) is None or _letters(text) <= MAX_BARE


def leading(text: str) -> Piece | None:
    """The run of digits with which a message begins: ``0343 6467, exp 12/29``."""
    if _AT_START.match(text) is None:  # less is left of it without what is only counted
        return None
    piece = _piece(_AT_START.match(_uncounted(text)))
    if piece is None or _HEXADECIMAL.match(text, piece.end - 1) or _CODE.search(text, 0, piece.start):
        return None
    return piece


def trailing(text: str) -> Piece | None:
    """The run of digits with which a message ends: ``and my card is 4539 1488``."""
    if _DIGITS_OF_ASCII.isdisjoint(text[-_MARKS_AT_END - 1 :]):
        return None
    return _piece(_AT_END.search(_without_hours(text), max(0, len(text) - MAX_LENGTH)))


def _letters(text: str) -> int:
    if text.isascii():
        return len(text.encode().translate(None, _NO_LETTERS))
    return sum(map(str.isalpha, text))


def _uncounted(text: str) -> str:
    numbering = _NUMBERING.match(text)
    if numbering is not None:
        text = "#" * numbering.end() + text[numbering.end() :]
    return _without_hours(_COUNT.sub(_blank, _COUNT_OF.sub(_blank, text)))


def _without_hours(text: str) -> str:
    return _NO_DIGITS.sub(_blank, text)


def _blank(match: re.Match[str]) -> str:
    return "#" * len(match[0])


def _piece(match: re.Match[str] | None) -> Piece | None:
    return None if match is None else Piece("".join(_DIGITS.findall(match[1])), *match.span(1))
