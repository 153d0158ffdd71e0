"""Expiry dates of payment cards: a month, and a year near the present century's first half."""

import re

_SHAPE = re.compile(r"(\d{1,2})\D{0,3}(\d{4}|\d{2})")


def is_valid(value: str) -> bool:
    """Whether the month exists and the year is between 2010 and 2059."""
    match = _SHAPE.fullmatch(value.strip())
    return match is not None and 1 <= int(match[1]) <= 12 and 10 <= int(match[2][-2:]) <= 59
