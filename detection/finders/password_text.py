"""What may be a password by itself: no word of a sentence, no placeholder, no expression, name or hash of a program."""

import re
from typing import Final

from detection.finders import program_text

_TRAILING = ".,;?)]}'\"`"
"""Marks of a sentence or a program that may follow a value."""
_OPENED: Final = {")": "(", "]": "[", "}": "{"}
_NEVER_VALUES: Final = frozenset(
    """
    password passwords passwd pwd passphrase secret secrets senha contrasena passwort kennwort wachtwoord haslo parola
    string str text varchar boolean bool integer any object dummy sample todo
    fixme
    reset wrong right correct incorrect invalid working not expired forgotten lost locked blocked changed change
    required protected strong weak same different the a an my to for on in it link page field box manager policy
    hint issue issues problem problems error errors help is was please thanks thank you your yours and or but if
    when what that this there here still already never always also again safe secure secret private none null
    undefined true false changeme example placeholder
    yourpassword empty blank hidden unknown redacted removed xxxx n/a tbd case-sensitive sensitive
    letters numbers characters digits errada errado incorreta incorreto invalida invalido nao esqueci bloqueada
    bloqueado expirou certa certo correta minha sua meu seu uma um incorrecta incorrecto olvide no una mi tu su
    1password keepass2 bytes bytearray self credentials encrypted hashed masked optional mandatory foo bar
    undef fails failed passed works foobar foobared focus hover visited test testing demo pass fake chpasswd shift
    correcta expirada oublie invalide bloque falsch vergessen gesperrt abgelaufen nicht
    """.split()  # noqa: SIM905  (a list of words reads as prose)
)
_PLACEHOLDER = re.compile(
    r"(?i:(?:insert|enter|your|change|replace)[_-]|.*_here$|.*change_?me$)|.*EXAMPLE(?:KEY)?$|[A-Z-]+-REDACTED\b"
)
"""What somebody is to fill in, and our own replacement as it stands in a link."""
_FILLED = re.compile(r"\{[a-z_]\w*\}")
"""Where a program puts a part of a text: ``f"prefix_{name}"``."""
_RUN = re.compile(r"(.)\1{7,}|(.{2,4})\2{3,}|(.{5,12})\3{2,}")
"""What stands for a value that is not shown."""
_SENTENCE = re.compile(
    r"(?:your|the|new|old|enter|please|confirm|forgot|must|passwords?)\s[a-z]"
    r"|(?=.* ).*\b(?:passwords?|contrasena|senha|mot de passe|passwor[td]|kennwort|wachtwoord|haslo|parola)\b",
    re.IGNORECASE,
)
"""What a form says of a password: ``"password": "Password must match"``."""
_TERM = re.compile(r"(?:base|sha|utf|aes|rsa|md|ipv|oauth|http|win|python|php|x)-?\d{1,4}", re.IGNORECASE)
"""Names of procedures and versions that passwords are spoken of with."""
_AMOUNT = re.compile(r"[$€£¥]\d[\d.,]*|\d[\d.,]*%")
_MAILBOX = re.compile(r"\w@[\w-]+\.\w")


def stripped(value: str) -> str:
    """Without the sentence's own punctuation: one closing mark, and the bracket or quote that it closes before it."""
    value = _without_last(value, _TRAILING)
    value = _without_last(value, ".,)]}")
    if len(value) > 1 and value[-1] in "\"'" and value.count(value[-1]) == 1:  # of a text that holds the noun too
        value = value[:-1]
    return value


def _without_last(value: str, marks: str) -> str:
    """Without its last character, if that is one of the marks; a bracket that was opened in the value stays."""
    last = value[-1:]
    is_pair = last in _OPENED and _OPENED[last] in value
    return value[:-1] if len(value) > 1 and last in marks and not is_pair else value


def is_refused(value: str) -> bool:
    """Whether it is plainly something else than a password."""
    plain = value.lower().strip(_TRAILING + ":*([{!#").partition("|")[0]
    return (
        plain in _NEVER_VALUES
        or value.startswith(("[", "([", "<", "{", "!vault", "tok_", "http://", "https://", "www.", "--", ":"))
        or len(value.strip("*x•#._- X█|:+=…")) == 0
        or plain.startswith(("reset", "forgot", "expire", "mot de passe"))
        or program_text.is_expression(value)
        or program_text.is_reference(value)
        or program_text.is_hash(value)
        or _AMOUNT.fullmatch(value) is not None
        or _PLACEHOLDER.match(value) is not None
        or _RUN.search(value) is not None
        or _FILLED.search(value) is not None
        or _SENTENCE.match(value) is not None
        or program_text.is_own_name(value.strip(_TRAILING))
    )


def is_valuelike(value: str) -> bool:
    """With a digit, a symbol or an inner capital: no plain word."""
    core = value.rstrip(_TRAILING) or value
    if is_refused(value) or re.fullmatch(
        r"\d{1,3}|\d{1,2}:\d{2}\w{0,2}|\d+(?:st|nd|rd|th|x|k|min|h|hrs?)", core, re.IGNORECASE
    ):
        return False
    has_digit = any(c.isdigit() for c in core)
    has_symbol = any(not c.isalnum() and c not in "'-/.,():" for c in core)
    inner_capital = core[1:] != core[1:].lower() and core != core.upper()
    return has_digit or has_symbol or inner_capital


def looks_random(value: str) -> bool:
    """Letters with digits or symbols inside, as no word and no plain number has."""
    has_digit, has_letter = any(c.isdigit() for c in value), any(c.isalpha() for c in value)
    has_symbol = any(c in "!@#$%^&*+=?" for c in value.rstrip(_TRAILING + "*"))
    return (
        len(value) >= 6
        and has_letter
        and (has_digit or has_symbol)
        and not is_refused(value)
        and _TERM.fullmatch(value.rstrip(_TRAILING)) is None
        and _MAILBOX.search(value) is None
    )
