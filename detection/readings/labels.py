"""Labels in disguise: figures for letters (``p4ssw0rd``), or read from the end (``drowssap``)."""

import re
from typing import Final

from detection.fold import Folded
from detection.readings.rewriting import Reading, Rewriting

LABELS: Final = frozenset(
    {
        *("password", "passwort", "passwd", "passcode", "senha", "contrasena", "parola", "pass", "login", "secret"),
        *("card", "cartao", "tarjeta", "carte", "karte", "credit", "debit", "credito", "debito", "visa", "mastercard"),
        *(
            "ssn",
            "social",
            "security",
            "pin",
            "cvv",
            "cvc",
            "iban",
            "account",
            "passport",
            "passaporte",
            "code",
            "codigo",
        ),
        *("number", "routing", "mrn", "otp", "phone", "email", "expiry"),
        *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    }
)
"""Words that name a value, and those that spell one; written so they still do."""
BACKWARDS: Final = {word[::-1]: word for word in ("password", "passcode", "senha", "card", "credit", "ssn", "iban")}

GATE: Final = (
    r"[A-Za-z$][013457@$!]{1,2}[A-Za-z]|[013457@$!][A-Za-z][013457@$!]|(?i)\b(?:" + "|".join(BACKWARDS) + r")\b"
)
"""RE2 expression that matches wherever figures may stand for letters."""

_WORD = re.compile(r"(?<![0-9A-Za-z])[A-Za-z013457@$!]{3,12}(?![0-9A-Za-z])")
_LETTERS: Final = str.maketrans("4@30$57", "aaeosst")
"""Figures for letters; 1 and ! stand for either of two."""


def read(folded: Folded) -> Reading | None:
    """The text with such labels in plain letters."""
    text = folded.text
    labels = {word: label for word in set(_WORD.findall(text)) if (label := _label(word.lower())) is not None}
    if not labels:
        return None
    writing = Rewriting(folded)
    for match in _WORD.finditer(text):
        if match[0] in labels:
            writing.put_each(*match.span(), labels[match[0]])
    reading = writing.reading()
    # a label speaks for what stands beside it, which is as it was
    return None if reading is None else reading._replace(is_label=True)


def _label(word: str) -> str | None:
    if word.isalpha():
        return BACKWARDS.get(word)
    plain = word.translate(_LETTERS)
    if "1" not in plain and "!" not in plain:
        return plain if plain in LABELS else None
    for letter in "il":
        read_so = plain.replace("1", letter).replace("!", letter)
        if read_so in LABELS:
            return read_so
    return None
