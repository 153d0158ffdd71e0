"""Checksums and number plans, one a module, each with its source.

A module offers ``is_valid(value)``, which gets a value as it stands in the folded text, separators included. It may
offer ``trim(value)``: how many of the leading characters are the value (0: none), asked before ``is_valid``; and
``lengths(digits, starts)``: at which of these places among digits a value may begin, and how many it may have there,
the most first, so that noise is not tried in vain.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import import_module
from operator import mul
from typing import Final

from detection.errors import WrongPolicy

_OTHERS: Final = bytes(set(range(128)) - set(b"0123456789"))
_VALUES: Final = bytes.maketrans(b"0123456789", bytes(range(10)))


@dataclass(frozen=True, slots=True)
class Checksum:
    """The functions of one module."""

    name: str
    is_valid: Callable[[str], bool]
    trim: Callable[[str], int] | None
    lengths: Callable[[str, Iterable[int]], Iterable[tuple[int, Sequence[int]]]] | None


@cache
def checksum(name: str) -> Checksum:
    """Load a checksum by the name of its module. Raises ``WrongPolicy`` when there is none."""
    try:
        module = import_module(f"detection.checksums.{name}")
    except ModuleNotFoundError:
        raise WrongPolicy(f"no checksum is named {name!r}") from None
    return Checksum(name, module.is_valid, getattr(module, "trim", None), getattr(module, "lengths", None))


def written_digits(value: str) -> str:
    """The ASCII digits of a value, whatever stands between them."""
    if value.isdigit() and value.isascii():
        return value
    return value.encode("ascii", "ignore").translate(None, _OTHERS).decode()


def digits_of(value: str) -> Sequence[int]:
    """The ASCII digits of a value as numbers, whatever stands between them."""
    return value.encode("ascii", "ignore").translate(_VALUES, _OTHERS)


def weighted(digits: Iterable[int], weights: Iterable[int]) -> int:
    """The sum of digits by their weights; the shorter of both ends it."""
    return sum(map(mul, digits, weights))


def is_date(year: int, month: int, day: int) -> bool:
    """Whether the calendar has the day."""
    try:
        date(year, month, day)
    except (ValueError, OverflowError):  # no such day, or no year that fits a machine word
        return False
    return True
