"""What makes digits a telephone number: a numbering plan, the shape in which they are written, or words beside them.

Sources: ITU-T E.164, the North American numbering plan, and how people write numbers in the countries named below.
"""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from detection.finders.numbering import VALID, international, is_national, is_valid_in
from detection.long_search import LongSearch

MIN_DIGITS: Final = 7
MAX_DIGITS: Final = 15
"""Of an international number without its prefix (E.164)."""
SEPARATORS: Final = r"[ ().\-/]"
"""Between the groups of a telephone number."""


class Opening(NamedTuple):
    """What stands before the first digit of a number."""

    start: int
    """Where the number begins."""
    plus: bool
    bracket: bool


_Judgement = tuple[float, str, bool]


def judge(
    digits: str, lengths: tuple[int, ...], separators: tuple[str, ...], opening: Opening, written: str
) -> _Judgement | None:
    """Score, reason, and whether words must speak for it; None for digits that are no number.

    ``lengths`` are those of the groups, ``separators`` what stands between them, ``written`` is all of it in the text.
    """
    if opening.plus or digits.startswith("00"):
        judged = _judge_international(digits, lengths, separators, opening, written)
        if judged is not None or opening.plus or lengths[0] <= len("00") or len(set(digits)) == 1:
            return judged
        return _judge_bare(digits, lengths, separators)  # no country's number: words must say that it is one
    if len(digits) > MAX_DIGITS or len(set(digits)) == 1:
        return None
    if _YEAR.search(written):
        return _judge_bare(digits, lengths, separators)
    if _is_north_american(digits, lengths):
        area = digits[-10:]
        joined = "".join(separators)
        if "/" not in joined and (joined.strip() or opening.bracket or is_valid_in(area, "US")):
            is_split = len(lengths) > 2 or opening.bracket
            return (0.7 if area[0] > "1" and area[3] > "1" else 0.6), "North American shape", not is_split
    if digits[0] == "0" and 9 <= len(digits) <= 12 and is_national(digits):
        return (
            (0.7 if separators else 0.6),
            "national plan",
            _is_how_others_are_written(digits, lengths, separators, written),
        )
    if opening.bracket and _has_area_code(digits, lengths, separators):
        return 0.65, "area code in brackets", False
    if _has_national_shape(digits, lengths, separators):
        return 0.6, "national shape", False
    return _judge_bare(digits, lengths, separators)


def _is_how_others_are_written(
    digits: str, lengths: tuple[int, ...], separators: tuple[str, ...], written: str
) -> bool:
    """Whether digits that a national plan knows are written as other things are: then words must speak for them."""
    return (
        lengths in _AMBIGUOUS  # 3-2-4 is a social security number, threes and fours are any reference
        or lengths.count(1) > 4  # anything is dictated so
        or (not separators and (len(digits) in _REFERENCE or digits in _COUNTING))
        or (lengths[0] == 1 and separators[:1] == (".",))  # rates: 0.3688 0.7792
        or (set(separators) == {"."} and lengths != (2, 2, 2, 2, 2))  # only France writes a whole number with dots
        or (lengths == (5, 4) and separators == ("-",))  # a postal code of America
        or _DATED.search(written) is not None
    )


def _has_area_code(digits: str, lengths: tuple[int, ...], separators: tuple[str, ...]) -> bool:
    """Whether a number begins with its area code in brackets, of which the second may be missing; and is no list."""
    if not 8 <= len(digits) <= 13 or len(lengths) == 1 or lengths[0] > 5:
        return False
    if lengths.count(1) >= _COUNTED or lengths[:3] == (3, 3, 4):
        return False
    return ")" in "".join(separators) or (lengths not in _AMBIGUOUS and lengths != (4, 4))


def _judge_bare(digits: str, lengths: tuple[int, ...], separators: tuple[str, ...]) -> _Judgement | None:
    """Digits without a mark of their own: words must speak for them."""
    if digits.startswith("000") or (separators == (".",) and lengths[0] <= 3 < lengths[1] != 4):
        return None
    if len(digits) <= 11 + bool(separators) + (digits[0] == "0"):
        return 0.5, "digits", True
    quality = international(digits)
    if quality == VALID or (quality and len(digits) == _MAX_BARE):
        return 0.5, "digits", True
    return None


def _judge_international(
    digits: str, lengths: tuple[int, ...], separators: tuple[str, ...], opening: Opening, written: str
) -> _Judgement | None:
    """A plus sign or two zeros before the country's code; ``(0)`` is written but not dialled."""
    if separators and separators[-1] == "." and lengths[-1] == 1:
        return None  # ``+35236450.6``
    bare = digits if opening.plus else digits[2:]
    quality = international(bare.replace("0", "", 1) if "(0)" in written else bare)
    if quality == VALID:
        return (0.95, "numbering plan", False) if opening.plus else (0.75, "international prefix", False)
    if opening.plus and 8 <= len(digits) <= MAX_DIGITS:
        return (0.65, "international shape", False) if quality else (0.5, "international shape", True)
    if not opening.plus and 9 <= len(bare) <= MAX_DIGITS:
        return 0.6, "international shape", not quality or set(separators) <= {"."} or lengths in _AMBIGUOUS
    return None


def _has_national_shape(digits: str, lengths: tuple[int, ...], separators: tuple[str, ...]) -> bool:
    """As numbers are written in Brazil, Turkey, Russia, Australia and Spain.

    ``11 98456-5666``, ``532 123 45 67``, ``8 (928) 775-74-47``, ``1300 650 410``, ``93 467 78 27``.
    """
    if lengths in {(2, 5, 4), (2, 4, 4)}:
        is_usual = separators == (" ", "-") and _BRAZILIAN.match(digits) is not None
        return is_usual or (separators[-1] == "-" and is_valid_in(digits, "BR"))
    if lengths == (4, 3, 3):
        return digits.startswith(_FREEPHONE) and is_valid_in(digits, "AU")
    if lengths in {(1, 3, 3, 2, 2), (1, 3, 3, 4)} and digits[0] in "78":
        return "(" in separators[0]
    if lengths == (2, 3, 2, 2):
        return len(set(separators)) == 1 and any(is_valid_in(digits, region) for region in ("ES", "PL"))
    return lengths == (3, 3, 2, 2) and len(set(separators[1:])) == 1


def _is_north_american(digits: str, lengths: tuple[int, ...]) -> bool:
    return lengths in _NANP or (len(digits) == 11 and digits[0] == "1" and lengths[0] == 1 and lengths[1:] in _NANP)


_NANP: Final = frozenset({(3, 3, 4), (3, 7), (6, 4)})
"""Lengths of the groups of a North American number."""
_AMERICAN: Final = frozenset({*_NANP, *((1, *lengths) for lengths in _NANP)})
"""The same with the country's code."""
_NATIONAL: Final = frozenset(
    {(2, 5, 4), (2, 4, 4), (1, 3, 3, 2, 2), (1, 3, 3, 4), (3, 3, 2, 2), (2, 3, 2, 2), (4, 3, 3)}
)
"""Lengths of the groups of other numbers that are known by them."""
_FREEPHONE: Final = ("1300", "1800")
"""Numbers of Australia that are called at a local rate, or for nothing."""


def _shapes(all_lengths: Iterable[tuple[int, ...]], seen: int = 0) -> str:
    """An expression for groups of such lengths, of which so many digits are behind."""
    by_first: dict[int, list[tuple[int, ...]]] = {}
    for first, *others in sorted(all_lengths):
        by_first.setdefault(first, []).append(tuple(others))
    return "|".join(
        rf"\d{{{first - seen}}}" + (rf"{SEPARATORS}{{1,3}}(?:{_shapes(others)})" if all(others) else "")
        for first, others in by_first.items()
    )


SHAPED = re.compile(rf"\d(?<!\d\d)(?=(?:(?P<sure>{_shapes(_AMERICAN, seen=1)})|{_shapes(_NATIONAL, seen=1)})(?!\d))")
"""First digit of what may be known for a number by its shape."""
LONG_SHAPED = LongSearch(SHAPED, rf"(?:^|\D)(?:{_shapes(_AMERICAN)}|{_shapes(_NATIONAL)})(?:\D|$)", lead=1)
"""The same in long texts."""
_BRAZILIAN = re.compile(
    r"(?:1[1-9]|2[12478]|3[1-578]|4[1-9]|5[1345]|6[1-9]|7[134579]|8[1-9]|9[1-9])(?:9\d{8}|(?!19|20)\d{8})$"
)
"""An area code of Brazil and a number: plans change, and people invent them."""
_AMBIGUOUS: Final = frozenset({(3, 2, 4), (3, 3, 3), (3, 3, 3, 3), (4, 4, 4), (4, 4, 4, 4)})
_COUNTED: Final = 2
"""Groups of one digit that tell of a list: ``(1) 5211 (2) 3525``."""
_COUNTING: Final = "0123456789"
_REFERENCE: Final = frozenset({9, 12})
_YEAR = re.compile(r"\((?:19|20)\d\d(?!\d)")
"""Pages and their year: ``318-334 (1973)``, ``(1979) 1361-1372``."""
_DATED = re.compile(r"\((?:19|20)\d{2}-\d{1,2}-\d{2}")
"""``0.4.3 (2010-10-29)``."""
_MAX_BARE: Final = 12
"""Digits of a number that its country's plan does not know, without any mark: longer ones are other things."""
