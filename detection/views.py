"""Further readings of a text, each made only where its sign stands in it: letters for digits, reversed writing.

A reading is a folded text of its own; every rule runs on it, and spans are mapped back like those of the first.
"""

import re
from typing import Final

from detection.fold import Folded

LETTERS_GATE: Final = r"\d[ .\-()/]{0,2}[OoQIl|SBZ][ .\-()/]{0,2}[\dOoQIl|SBZ]|[OoQIl|SBZ]{1,3}[ .\-()/]{0,2}\d"
"""RE2 expression that matches wherever letters may stand for digits."""

_LETTERS = str.maketrans("OoQIl|SBZ", "000111582")
_RUN = re.compile(r"(?<![0-9A-Za-z])[\dOoQIl|SBZ](?:[ .\-()/]{0,2}[\dOoQIl|SBZ]){6,}(?![0-9A-Za-z])")
_GROUP = re.compile(r"[^ .\-()/]+")
LONG_RUN: Final = 12
"""From this length on a single real digit is enough: no sentence is made of these letters alone."""

LABELS: Final = [
    "password",
    "passwort",
    "passwd",
    "passcode",
    "senha",
    "contrasena",
    "parola",
    "card",
    "cartao",
    "tarjeta",
    "credit",
    "debit",
    "credito",
    "debito",
    "ssn",
    "social",
    "security",
    "pin",
    "iban",
    "account",
    "passport",
    "passaporte",
    "code",
    "codigo",
    "login",
    "secret",
    "number",
    "visa",
    "mastercard",
]
"""Words that name a value; written with figures for letters they still do."""
SUBSTITUTED_GATE: Final = r"[A-Za-z$][013457@$!]{1,2}[A-Za-z]|[13457@$!][A-Za-z][013457@$!]"
"""RE2 expression that matches wherever figures may stand for letters."""

_SUBSTITUTES: Final = {"a": "a4@", "e": "e3", "i": "i1!", "l": "l1", "o": "o0", "s": "s5$", "t": "t7"}
_LABEL = re.compile(
    r"(?<![0-9A-Za-z])(?:"
    + "|".join(
        f"(?P<{word}>" + "".join(f"[{re.escape(_SUBSTITUTES.get(c, c))}]" for c in word) + ")" for word in LABELS
    )
    + r")(?![0-9A-Za-z])",
    re.IGNORECASE,
)

_OVERRIDE: Final = "\u202e"
_REVERSED = re.compile("\u202e([^\u202c\n]*)[\u202c\n]?")


def with_letters_as_digits(folded: Folded) -> tuple[Folded, list[tuple[int, int]]] | None:
    """``4lll llll`` as ``4111 1111``: the reading and the runs that it changed, or None where there is none."""
    pieces: list[str] = []
    changed: list[tuple[int, int]] = []
    done = 0
    for match in _RUN.finditer(folded.text):
        plain = _digits_of(match[0])
        if plain is not None:
            pieces += (folded.text[done : match.start()], plain)
            done = match.end()
            changed.append(match.span())
    if not changed:
        return None
    pieces.append(folded.text[done:])
    return Folded("".join(pieces), folded.positions, folded.length), changed


def _digits_of(run: str) -> str | None:
    """The run in digits, unless it is digits already, mostly letters, or begins or ends with a word."""
    letters = sum(run.count(letter) for letter in "OoQIl|SBZ")
    digits = sum(c.isdigit() for c in run)
    if not letters or not digits:
        return None
    groups = _GROUP.findall(run)
    is_mostly_digits = digits >= letters and _has_digit(groups[0]) and _has_digit(groups[-1])
    return run.translate(_LETTERS) if is_mostly_digits or digits + letters >= LONG_RUN else None


def _has_digit(group: str) -> bool:
    return any(c.isdigit() for c in group)


def with_plain_labels(folded: Folded) -> Folded | None:
    """``p4ssw0rd: x`` as ``password: x``, or None where no label is written so."""
    text = _LABEL.sub(lambda match: match.lastgroup or match[0], folded.text)
    return None if text.lower() == folded.text.lower() else Folded(text, folded.positions, folded.length)


def is_reversed(text: str) -> bool:
    """Whether any of the text is written behind a right-to-left override."""
    return not text.isascii() and _OVERRIDE in text


def reversed_writing(text: str) -> tuple[str, list[int]]:
    """What a reader sees of text behind a right-to-left override: each piece turned round, with its offsets."""
    order = list(range(len(text)))
    for match in _REVERSED.finditer(text):
        start, end = match.span(1)
        order[start:end] = order[start:end][::-1]
    return "".join(text[i] for i in order), order
