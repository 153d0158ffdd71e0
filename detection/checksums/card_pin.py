"""Personal identification numbers of cards: four to six digits. Source: ISO 9564-1.

A year of our time counts: people choose the year of their birth more often than any other number.
"""

_LENGTHS = frozenset({4, 5, 6})


def is_valid(value: str) -> bool:
    """Whether there are four to six digits."""
    return value.isdigit() and len(value) in _LENGTHS
