"""Security codes of payment cards: any three or four digits but a year, of which prose is full.

Source: the card schemes' rules for the code; no standard gives it a check digit.
"""

_YEARS = range(1990, 2040)


def is_valid(value: str) -> bool:
    """Whether three or four digits are no year of our time."""
    digits = value.replace(" ", "").replace("-", "")
    return digits.isdecimal() and int(digits) not in _YEARS
