"""Verifiers: they answer whether a value is right, never what it is."""

import importlib
import importlib.util
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from vault.formats import canonical, is_cnpj, is_cpf, is_iban, luhn

_BRANDS: Final = (
    ("visa", re.compile(r"4\d{12}(\d{3}){0,2}")),
    ("mastercard", re.compile(r"(5[1-5]\d{14}|2(22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12})")),
    ("amex", re.compile(r"3[47]\d{13}")),
    ("discover", re.compile(r"6(011|5\d\d|4[4-9]\d)\d{12}")),
    ("diners", re.compile(r"3(0[0-5]|[689]\d)\d{11,16}")),
    ("jcb", re.compile(r"35(2[89]|[3-8]\d)\d{12}")),
    ("unionpay", re.compile(r"62\d{14,17}")),
)
"""The schemes' published ranges (ISO/IEC 7812 issuer identification numbers), narrowest first."""
_CARD: Final = re.compile(r"\d{12,19}")
_EXPIRY: Final = re.compile(r"(\d{1,2})\s*[/.\- ]\s*(\d{2}|\d{4})")
_SECURITY_CODE: Final = re.compile(r"[0-9]{3,4}")
_EMAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
_FURTHEST_YEARS: Final = 25


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of a check."""

    is_valid: bool
    brand: str | None = None
    """Of a card."""


def answer_for(entity: str, value: str) -> Answer | None:
    """Check a value; None for an entity that nothing here can check."""
    if entity == "payment_card":
        return _card(value)
    check = _CHECKS.get(entity) or _from_detection(entity)
    return None if check is None else Answer(is_valid=check(value))


def is_right(entity: str, value: str) -> bool:
    """Whether a value passes its check; what nothing can check counts as right."""
    answer = answer_for(entity, value)
    return answer is None or answer.is_valid


def _card(value: str) -> Answer:
    digits = canonical(value)
    if not _CARD.fullmatch(digits):
        return Answer(is_valid=False)
    brand = next((name for name, pattern in _BRANDS if pattern.fullmatch(digits)), None)
    return Answer(is_valid=luhn(digits), brand=brand)


def _expiry(value: str) -> bool:
    match = _EXPIRY.fullmatch(value.strip())
    if match is None:
        return False
    month, year = int(match[1]), int(match[2]) + (2000 if len(match[2]) == 2 else 0)  # noqa: PLR2004  (two digits)
    now = datetime.now(UTC)
    is_ahead = (year, month) >= (now.year, now.month)
    return 1 <= month <= 12 and is_ahead and year <= now.year + _FURTHEST_YEARS  # noqa: PLR2004  (months)


@lru_cache(maxsize=256)  # callers may ask about any name
def _from_detection(entity: str) -> Callable[[str], bool] | None:
    """The checksum that the rule packs use for the entity, where there is one."""
    if not re.fullmatch("[a-z][a-z0-9_]+", entity):
        return None
    name = f"detection.checksums.{entity}"
    if importlib.util.find_spec(name) is None:
        return None
    check: Callable[[str], bool] = importlib.import_module(name).is_valid
    return check


_CHECKS: Final[dict[str, Callable[[str], bool]]] = {
    "br_cpf": lambda value: is_cpf(canonical(value)) and len(set(canonical(value))) > 1,
    "br_cnpj": lambda value: is_cnpj(canonical(value)) and len(set(canonical(value))) > 1,
    "iban": lambda value: is_iban(canonical(value)),
    "card_expiry": _expiry,
    "card_security_code": lambda value: _SECURITY_CODE.fullmatch(value.strip()) is not None,
    "email_address": lambda value: _EMAIL.fullmatch(value.strip()) is not None,
}
