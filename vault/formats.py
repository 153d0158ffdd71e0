"""Minting: random surrogates that keep a value's looks and can never be taken for a real one.

Nothing of a token is computed from the value but its length, its layout and, for a card, its last four digits.
Format-preserving *encryption* is not used: NIST withdrew FF3 (SP 800-38G revision 1, second draft) and a random
token that only the vault can resolve needs no such trust.
"""

import re
import secrets
import string
from collections.abc import Callable
from enum import StrEnum
from typing import Final

from schemas.token import ALPHABET, BODY_LENGTH, checksum

CARD_KEEPS: Final = 4
"""Digits at a card's end that its token repeats."""
MIN_VARIABLE: Final = 7
"""Characters that must vary: below it the space is small enough to be tried out or to run full."""
_ATTEMPTS: Final = 200
_IBAN_SHAPE: Final = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_CPF_DIGITS: Final = 11
_CNPJ_LENGTH: Final = 14
_LUHN_MINIMUM: Final = 12


class TokenFormat(StrEnum):
    """How a token looks."""

    OPAQUE = "opaque"
    """``tok_<entity>_...``: recognisable in running text, self-checking."""
    FORMAT_PRESERVING = "format_preserving"
    """As long as the value and of the same characters, for systems that check the shape; passes no checksum."""


class UnfitValue(ValueError):
    """The value is too short or of the wrong shape for the format asked for. Does not quote it."""


def canonical(text: str) -> str:
    """A value or a format-preserving token without its layout: letters in upper case and digits only."""
    return (text if text.isalnum() else "".join(filter(str.isalnum, text))).upper()


def normalised(entity: str, value: str) -> str:
    """What makes two values equal: free text without surrounding space, everything else without its layout."""
    if entity == "email_address":
        return value.strip().lower()
    if entity in _FREE_TEXT:
        return value.strip()
    return canonical(value) or value.strip()


def mint(entity: str, value: str, token_format: TokenFormat) -> str:
    """A fresh token. Raises ``UnfitValue`` when the format cannot hold enough randomness for this value."""
    if token_format is TokenFormat.OPAQUE:
        body = _drawn(ALPHABET, BODY_LENGTH)
        return f"tok_{entity}_{body}{checksum(entity, body)}"
    if entity == "email_address":
        local = _drawn(string.ascii_lowercase + string.digits, 20)
        return f"{local}@token.invalid"  # RFC 2606 reserves the domain: it can never receive mail
    make = _MAKERS.get(entity, _scramble)
    plain = canonical(value)
    for _ in range(_ATTEMPTS):
        token = make(plain)
        if token != plain and not looks_real(entity, token):
            return lay_out(token, value)
    raise UnfitValue("this value has no format-preserving token")


def looks_real(entity: str, plain: str) -> bool:
    """Whether a candidate passes a checksum that a reader of it might apply."""
    if plain.isdigit() and len(plain) >= _LUHN_MINIMUM and luhn(plain):
        return True
    check = _CHECKS.get(entity)
    return check is not None and check(plain)


def lay_out(plain: str, like: str) -> str:
    """Put a canonical token into the layout of another text: ``123.456.789-09`` keeps its points and dash.

    Returns it plain when the layout belongs to a text of another length.
    """
    if like.isdigit() or len(canonical(like)) != len(plain) or not like.isascii():
        return plain
    characters = iter(plain)
    return "".join(_like(next(characters), shown) if shown.isalnum() else shown for shown in like.strip())


def _like(character: str, shown: str) -> str:
    return character.lower() if shown.islower() else character


def luhn(digits: str) -> bool:
    """The check of ISO/IEC 7812-1, annex B."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (1 + place % 2)
        total += doubled - 9 if doubled > 9 else doubled  # noqa: PLR2004  (cross sum of a doubled digit)
    return total % 10 == 0


def _weighted(characters: str, weights: range | list[int]) -> int:
    """A Brazilian check digit: weighted sum modulo 11, where 10 and 11 count as 0 (Receita Federal)."""
    # A letter counts as its ASCII code less 48: the alphanumeric CNPJ of 2026.
    rest = 11 - sum((ord(c) - 48) * weight for c, weight in zip(characters, weights, strict=True)) % 11
    return 0 if rest > 9 else rest  # noqa: PLR2004  (one digit)


def is_cpf(plain: str) -> bool:
    """Whether both check digits of a CPF are right."""
    if len(plain) != _CPF_DIGITS or not plain.isdigit():
        return False
    first = _weighted(plain[:9], range(10, 1, -1))
    return plain[9:] == f"{first}{_weighted(plain[:9] + str(first), range(11, 1, -1))}"


def is_cnpj(plain: str) -> bool:
    """Whether both check digits of a CNPJ are right, of the numeric and the alphanumeric kind."""
    if len(plain) != _CNPJ_LENGTH or not plain[12:].isdigit():
        return False
    first = _weighted(plain[:12], [5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2])
    return plain[12:] == f"{first}{_weighted(plain[:12] + str(first), [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2])}"


def is_iban(plain: str) -> bool:
    """Whether an IBAN has the remainder 1 modulo 97 (ISO 13616)."""
    if not _IBAN_SHAPE.fullmatch(plain):
        return False
    return int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1


def _digits(count: int) -> str:
    return f"{secrets.randbelow(10**count):0{count}}"


def _drawn(alphabet: str, count: int) -> str:
    """So many random characters, by one call of the kernel: one for each of them was a quarter of the work."""
    number, characters = secrets.randbelow(len(alphabet) ** count), []
    for _ in range(count):
        number, place = divmod(number, len(alphabet))
        characters.append(alphabet[place])
    return "".join(characters)


def _card(plain: str) -> str:
    """Leading 9: no issuer's number begins with it (ISO/IEC 7812-1 leaves it to national bodies)."""
    variable = len(plain) - CARD_KEEPS - 1
    if variable < MIN_VARIABLE or not plain.isdigit():
        raise UnfitValue("a card number has 12 to 19 digits")
    return "9" + _digits(variable) + plain[-CARD_KEEPS:]


def _ssn(plain: str) -> str:
    """Areas 900 to 999 are never issued as an SSN; group 00 keeps them from being an ITIN (IRS)."""
    if len(plain) != 9 or not plain.isdigit():  # noqa: PLR2004  (an SSN's length)
        raise UnfitValue("a social security number has nine digits")
    return "9" + _digits(2) + secrets.choice(_NEVER_ITIN) + _digits(4)


_NEVER_ITIN: Final = [f"{group:02}" for group in range(50)] + ["66", "67", "68", "69", "89", "93"]


def _iban(plain: str) -> str:
    return plain[:2] + _scramble(plain[2:])


def _phone(plain: str) -> str:
    """Country code 999 is reserved (ITU-T E.164)."""
    if len(plain) < len("999") + MIN_VARIABLE - 2:
        raise UnfitValue("too short for a format-preserving token")
    return "999" + _digits(len(plain) - 3)


def _scramble(plain: str) -> str:
    """Digit for digit, letter for letter."""
    if len(plain) < MIN_VARIABLE:
        raise UnfitValue("too short for a format-preserving token")
    digits, letters = iter(_digits(len(plain))), iter(_drawn(string.ascii_uppercase, len(plain)))
    return "".join(next(digits) if c.isdigit() else next(letters) for c in plain)


_FREE_TEXT: Final = frozenset({"password", "secret", "crypto_wallet", "postal_address", "person_name"})
"""Entities whose case and punctuation are part of the value."""
_MAKERS: Final[dict[str, Callable[[str], str]]] = {
    "payment_card": _card,
    "us_ssn": _ssn,
    "iban": _iban,
    "phone_number": _phone,
}
_CHECKS: Final[dict[str, Callable[[str], bool]]] = {"br_cpf": is_cpf, "br_cnpj": is_cnpj, "iban": is_iban}
