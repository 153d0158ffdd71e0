"""Numbering plans: whether digits are a telephone number of a country.

``phonenumbers`` takes tens of microseconds for its answer. It is asked only where a look at the plan itself can't say
no: noise holds thousands of pieces that begin like a number.

Sources: ITU-T E.164 and the metadata of ``phonenumbers`` (libphonenumber).
"""

import re
from collections.abc import Iterator
from functools import cache, cached_property, lru_cache
from typing import Any, Final

import phonenumbers
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

VALID: Final = 2
TRUNK_REGIONS: Final = (
    "GB",
    "DE",
    "FR",
    "IT",
    "NL",
    "AU",
    "IN",
    "TR",
    "ZA",
    "IE",
    "CH",
    "AT",
    "BE",
    "SE",
    "JP",
    "KR",
    "BR",
    "NG",
)
"""Regions whose national numbers are written with a leading zero (Italy keeps its own)."""
_LONGEST_CODE: Final = 3
"""Digits of a country's code at most."""
_KINDS: Final = (
    *("fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost"),
    *("personal_number", "voip", "pager", "uan", "voicemail"),
)
"""Of numbers that a plan describes."""


@lru_cache(maxsize=4096)
def international(digits: str) -> int:
    """``VALID`` for a number of its country's plan, 1 for one of possible length, else 0."""
    if not _may_be_possible(digits):
        return 0
    try:
        number = phonenumbers.parse("+" + digits, None)
    except phonenumbers.NumberParseException:
        return 0
    return VALID if phonenumbers.is_valid_number(number) else int(phonenumbers.is_possible_number(number))


@lru_cache(maxsize=4096)
def is_valid_in(digits: str, region: str) -> bool:
    """Whether the digits are a number of the region, as they are dialled there."""
    try:
        return phonenumbers.is_valid_number_for_region(phonenumbers.parse(digits, region), region)
    except phonenumbers.NumberParseException:
        return False


def is_national(digits: str) -> bool:
    """Whether digits that begin with one zero are a number of any region that writes its numbers so."""
    return any(_plan(region).may_hold(digits) and is_valid_in(digits, region) for region in TRUNK_REGIONS)


def _may_be_possible(digits: str) -> bool:
    """Whether as many digits follow a country's code as any of its numbers has, with its trunk prefix or without."""
    for size in range(1, _LONGEST_CODE + 1):
        lengths = _lengths(digits[:size])
        if lengths is not None:
            plan = _plan(COUNTRY_CODE_TO_REGION_CODE[int(digits[:size])][0], digits[:size])
            return plan.is_rewritten or any(len(number) in lengths for number in plan.numbers(digits[size:]))
    return False


@cache
def _lengths(code: str) -> frozenset[int] | None:
    """How many digits the numbers behind a country's code may have; None where no country has it."""
    regions = COUNTRY_CODE_TO_REGION_CODE.get(int(code))
    if regions is None or code[0] == "0":
        return None
    plans = [_plan(region, code) for region in regions]
    return frozenset[int]().union(*(plan.lengths for plan in plans))


class _Plan:
    """The numbers of a region, looked at more coarsely than ``phonenumbers`` does, and much faster."""

    def __init__(self, metadata: Any) -> None:
        self._metadata = metadata
        self._prefix = re.compile(metadata.national_prefix_for_parsing or "(?!)", re.ASCII)
        self._abroad = re.compile(metadata.international_prefix or "(?!)", re.ASCII)
        self.is_rewritten = metadata.national_prefix_transform_rule is not None
        """Whether a prefix is not only taken off, but something else put in its place."""
        general = metadata.general_desc
        self.lengths = frozenset({*general.possible_length, *general.possible_length_local_only})

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        kinds = (getattr(self._metadata, kind) for kind in _KINDS)
        patterns = dict.fromkeys(kind.national_number_pattern for kind in kinds if kind is not None)
        return re.compile("|".join(filter(None, patterns)), re.ASCII)

    def numbers(self, digits: str) -> Iterator[str]:
        """What the number may be: all the digits, or those behind the prefix, or what the prefix itself holds."""
        yield digits
        prefix = self._prefix.match(digits)
        if prefix is not None:
            yield digits[prefix.end() :]
            yield from (digits[start:] for start, _ in prefix.regs[1:] if start >= 0)

    def may_hold(self, digits: str) -> bool:
        """Whether the digits may be one of the numbers. No is certain."""
        return self._abroad.match(digits) is not None or any(map(self._pattern.fullmatch, self.numbers(digits)))


@cache
def _plan(region: str, code: str = "0") -> _Plan:
    """The plan of a region, or of a country's code that belongs to no region."""
    return _Plan(PhoneMetadata.metadata_for_region_or_calling_code(int(code), region))
