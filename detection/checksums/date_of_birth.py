"""Dates of birth: a day on which a person now alive may have been born.

Source: Gregorian calendar, ISO 8601; the order of day and month is not known, so one of both must do.
"""

import re
from datetime import UTC, datetime
from typing import Final

from detection.checksums import is_date

MAX_AGE: Final = 120
_NUMBERS: Final = re.compile(r"\d+")
_MONTHS: Final = (
    "jan gen ene sty ian",
    "feb fev lut",
    "mar mrz maer maa",
    "apr abr avr kwi",
    "may mai maj mei mag",
    "jun giu cze iun juin",
    "jul lug lip iul juil",
    "aug ago aou sie",
    "sep set wrz",
    "oct okt out ott paz",
    "nov lis noi",
    "dec dez dic gru",
)
_MONTH: Final = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_WORD: Final = re.compile(r"[A-Za-z]{3,}")


def is_valid(value: str) -> bool:
    """Whether the value is such a day, in figures or with the month's name."""
    numbers = [(int(match[0]), len(match[0])) for match in _NUMBERS.finditer(value)]
    if len(numbers) == 1 and numbers[0][1] == 8:
        digits = str(numbers[0][0]).zfill(8)
        first, second, year = int(digits[:2]), int(digits[2:4]), int(digits[4:])
        return (
            _is_birth(year, second, first)
            or _is_birth(year, first, second)
            or _is_birth(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
        )
    month = next((month for word in _WORD.finditer(value) if (month := _month(word[0].lower()))), None)
    if month is not None:
        return len(numbers) == 2 and _is_birth(numbers[-1][0], month, numbers[0][0])
    if len(numbers) != 3:
        return False
    (first, width), (second, _), (third, _) = numbers
    if width == 4:
        return _is_birth(first, second, third)
    return _is_birth(third, second, first) or _is_birth(third, first, second)


def _month(word: str) -> int | None:
    """The number of a month: June and July of French are told apart by the fourth letter only."""
    return _MONTH.get(word[:4]) or _MONTH.get(word[:3])


def _is_birth(year: int, month: int, day: int) -> bool:
    now = datetime.now(UTC).year
    if year < 100:
        year += 1900 if year > now % 100 else 2000
    return now - MAX_AGE <= year <= now and is_date(year, month, day)
