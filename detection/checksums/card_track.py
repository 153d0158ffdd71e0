"""Magnetic stripes of payment cards: the number in front must be one. Source: ISO/IEC 7813."""

import re

from detection.checksums import maestro_card

_NUMBER = re.compile(r"[;%]?B?([\d ]+)", re.IGNORECASE)


def is_valid(value: str) -> bool:
    """Whether the stripe begins with a card's number."""
    match = _NUMBER.match(value)
    return match is not None and maestro_card.is_valid(match[1])
