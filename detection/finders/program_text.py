"""What a program writes where a password could stand: expressions, names and types instead of a value.

``password = settings.PASSWORD``, ``def verify(password: bytes)``, ``"secret": id_token``.
"""

import re
from typing import Final

_EXPRESSION = re.compile(
    r"[A-Za-z_]+(?:\.[A-Za-z_]+)*[(\[]|[A-Za-z_]\w*(?:\.\w+)+[(\[]|@[\w.-]+@$|\w+(?:::\w+)+[!(]|#\{|\$\w+->|\$\w+\[|&(?:[A-Za-z_]\w*$|'\w+\b)|@[a-z_]+\W*$|(?:\\x[0-9a-f]{2}|\\[nrt0])+$|[A-Z][a-z]+[A-Z]\w*\.[A-Z][a-z]+$|\(\(\w|@@\w+@@|%%\w"
    r"|(?:var|local|data|module|self|this|config|settings|env|secrets|params|options|args|request|req|form)\.[A-Za-z_][\w.]*\W*$"
    r"|[a-z]+(?:_[a-z]+)+(?:\.[a-z_]+)+\W*$|[A-Za-z_]+\.[A-Z]+_[A-Z_]+[,;)]*$|\$\{|%\(|process\.env|os\.environ"
    r"|\$[a-z_]+\W*$|\$[A-Z_]+$|\$\(|%\w+%$|arn:aws|[a-z]+_(?:password|passwd|pwd)\W*$|\.{0,2}/[\w.-]+/|//\w"
    r"|file=|\S{0,40}'@'|\w+(?::\w+)?:`|[a-z_-]+\|[a-z_|-]*\|?$|(?:\S{0,20}[^A-Za-z0-9\s])?%s(?![A-Za-z0-9])|\(\w+[._]\w|__\w+__$|(?:Read|Get|New|Set|ConvertTo|ConvertFrom|Import)-[A-Z][A-Za-z]+$"
)
_OWN_NAME = re.compile(
    r"(?i:(?:(?:new|old|my|your|our|the|this|user|confirm\w{0,6}|current|plain|raw|hash\w{0,2}|encr\w{0,6}|db|admin|root|test"
    r"|default|stored|temp|client|app|api|auth|access|smtp|mail|ftp|login|some|super|fake|dummy|sample|example)[_-]?){1,3}"
    r"(?:passw(?:or)?d|pass|pwd|secret|passphrase|token|credential|senha|contrasena)s?)"
    r"|[A-Za-z_.-]{1,48}(?:[_.-](?i:passw(?:or)?d|pass|pwd|secret|passphrase|token|credentials?)"
    r"|(?:Passw(?:or)?d|Pass|Pwd|Secret|Passphrase|Token|Credentials?))"
    r"|[A-Z]{3,}(?:_[A-Z]{3,})+"
)
_REFERENCE = re.compile(
    r"\([a-z ]+\)$|[a-z]+(?:\.[a-z]+_[a-z_]+)+$|\d+:\d+\.\d|\d+(?:\.\d+)+(?:\\[rn])+"
    r"|[\w:-]+=[\"']|@[\w./-]+\.\w{1,5}$|[a-z][\w./-]*:v?\d+(?:\.\d+)+$"
    r"|!(?:Ref|GetAtt|Sub|ImportValue|Join|Split|FindInMap|secret|env_var|reference|include)\b|%env\(|@[A-Z]\w*\.[A-Z]|\(\.|\(\?"
    r"|(?:op|sm|ssm|vault|keyring|secret|secrets|secretsmanager|kms|gcp|gsm|akv|azurekeyvault|env|file|bws|pass|ref\+\w+):/{0,2}[\w/.-]+$"
    r"|ENC[(\[]|projects/[\w-]+/secrets/|(?:secret|kv|cubbyhole)/[\w/-]+$"
)
"""``!Ref DbSecret``, ``op://infra/db/password``: where the value is kept."""
_HASH = re.compile(
    r"\$(?:[1256]|2[abxy]?|apr1|argon2\w{0,2}|pbkdf2[\w-]*|scrypt|y|7)\$|(?:pbkdf2|argon2|bcrypt|scrypt|md5|sha\d{1,3})\w{0,8}[$:]|\{S?(?:SHA|MD5)"
)
_KEYWORD = re.compile(r"[A-Za-z_]\w*=|\*{1,2}[A-Za-z]")
"""A further argument of a call: ``password, scope=None, **options``."""
_NAME = re.compile(r"\*{0,2}[A-Za-z_][A-Za-z_.]*[)\]},;:|]*")
_PARTED: Final = re.compile(r"[_.]")
_CLOSING: Final = frozenset(")]}")
_TYPE = re.compile(r"(?:[A-Z][a-z]+){2,}(?:\s(?:=|\||->)|\)|,\s(?:\*|\w+:))")
_UNPACKED = re.compile(r"\w,\s(?:\w+\.)?$")
"""Before a noun: ``user, password = account``."""


def is_expression(value: str) -> bool:
    """Whether a value is one that a program works out: ``get_token(user)``, ``$PASSWORD``."""
    return _EXPRESSION.match(value) is not None


def is_reference(value: str) -> bool:
    """Whether it says where the value is kept, or is the value in cipher: ``op://infra/db/password``, ``ENC(...)``."""
    return _REFERENCE.match(value) is not None


def is_hash(value: str) -> bool:
    """Whether it is what a program keeps instead of a password: ``$2b$12$...``."""
    return _HASH.match(value) is not None


def is_own_name(value: str) -> bool:
    """Whether it is what a program or its manual calls a password: ``newPassword``, ``client-secret``."""
    return _OWN_NAME.fullmatch(value) is not None


def is_argument(value: str) -> bool:
    """Whether it is another argument than the one before it."""
    return _KEYWORD.match(value) is not None


def is_name(text: str, start: int, link: str, at: int, written: str) -> bool:
    """Whether what is written without quotes is a name or a type that is given to a noun, which begins at ``start``."""
    if _TYPE.match(text, at) is not None and ":" in link:
        return True
    if "==" in link and written.rstrip(")]},;:").isidentifier():
        return True
    if _NAME.fullmatch(written) is None:
        return False
    if _UNPACKED.search(text, max(0, start - 24), start) and "=" in link:
        return True
    is_quoted_key = link[0] in "\"'" and ":" in link
    is_parted = _PARTED.search(written.rstrip(")]},;:|.")) is not None
    return is_parted and (
        is_quoted_key or " = " in link or written[-1] in _CLOSING or written.endswith(("),", "},", "):"))
    )
