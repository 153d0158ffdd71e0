"""Misspelt words that name a value: ``pasword``, ``acount``, ``verfication``, ``contrseña``.

A word is taken for another's misspelling where one letter is missing or doubled, two have changed places, or one is
confused with another of its sound. The first letter is nearly always right.

Source: F. Damerau, "A technique for computer detection and correction of spelling errors", 1964: four errors in five
are one such slip.
"""

import re
from collections.abc import Iterator
from typing import Final

from detection.fold import Folded
from detection.readings.rewriting import Reading, Rewriting

WORDS: Final = (
    *("password", "passwords", "passcode", "passphrase", "passwort", "kennwort", "wachtwoord", "contrasena", "senha"),
    *(
        "card",
        "credit",
        "debit",
        "kreditkarte",
        "kartennummer",
        "kontonummer",
        "tarjeta",
        "cartao",
        "expiry",
        "expiration",
    ),
    *("number", "numero", "account", "routing", "security", "social", "insurance", "identification", "code", "codigo"),
    *("verification", "confirmation", "verificacion", "verificacao", "license", "licence", "driver", "drivers"),
    *("passport", "pasaporte", "passaporte", "telephone", "phone", "telefono", "telefone", "celular", "mobile"),
    *("birthday", "birthdate", "birth", "nacimiento", "nascimento", "medical", "patient", "record", "aadhaar", "iban"),
)
"""Words of which values are written beside, without accents."""
BY_HAND: Final = {
    "contrasenia": "contrasena",
    "contrasenya": "contrasena",
    "lisense": "license",
    "lisence": "license",
    "liscense": "license",
    "liscence": "license",
    "licens": "license",
    "adhar": "aadhaar",
    "adhaar": "aadhaar",
    "aadhar": "aadhaar",
    "bday": "birthday",
    "constrasena": "contrasena",
    "contraceina": "contrasena",
    "aadhhar": "aadhaar",
    "shena": "senha",
    "motdepasse": "mot de passe",
}
"""Misspellings of more than one slip."""
OTHER_WORDS: Final = frozenset(
    """
    accounts berth birch board cad care cart cellular coda codice codigos cods coed conformation cord core
    credo cuanta debate debt drive drivers girth licences mobil numer numeral paso passage passe passive passo
    passord passords passports password passwords passwort patent phones pone recorder rooting secretary sena
    sneha telefon
    """.split()  # noqa: SIM905  (a list of words reads as prose)
)
"""Words in their own right, which are no misspelling of the others."""
WITHOUT: Final = 5
"""Letters of a word from which on it is known with one missing."""
LONG: Final = 6
"""Letters of a word from which on it is known with one confused."""
_SOUNDS: Final = {**{vowel: "aeiou".replace(vowel, "") for vowel in "aeiou"}, "s": "cz", "c": "sk", "z": "s"}


def _slips(word: str) -> Iterator[str]:
    yield word[0] + word
    for place in range(1, len(word)):
        head, letter, tail = word[:place], word[place], word[place + 1 :]
        yield head + tail[:1] + letter + tail[1:]
        yield head + 2 * letter + tail
        if len(word) >= WITHOUT:
            yield head + tail
        if len(word) >= LONG:
            yield from (head + other + tail for other in _SOUNDS.get(letter, "") if tail)


MISSPELT: Final = {
    slip: word for word in WORDS for slip in _slips(word) if slip not in OTHER_WORDS and slip not in WORDS
} | BY_HAND
"""What each misspelling stands for."""

_WORST: Final = "pa?s{1,3}[wo]{1,3}[rdl]{1,3}"
"""The word that is misspelt most often, with several slips: ``paswoord``, ``pasowrd``."""
GATE: Final = rf"(?i)\b(?:{'|'.join(sorted(MISSPELT))}|{_WORST})\b"
"""RE2 expression that matches wherever one of them stands."""

_WORD = re.compile(r"[A-Za-z]{4,24}")
_SEVERAL_SLIPS = re.compile(_WORST)


def read(folded: Folded) -> Reading | None:
    """The text with such words as they are meant."""
    writing = Rewriting(folded)
    for match in _WORD.finditer(folded.text):
        if writing.is_full:
            break
        word = match[0].lower()
        meant = MISSPELT.get(word) or (_SEVERAL_SLIPS.fullmatch(word) and "password")
        if meant and meant != word:
            writing.put(*match.span(), meant)
    reading = writing.reading()
    # a word speaks for what stands beside it, which is as it was
    return None if reading is None else reading._replace(is_label=True)
