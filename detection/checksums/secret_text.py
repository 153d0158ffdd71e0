"""Secrets without a format of their own: what is random enough to be one, and no placeholder.

Source: Shannon's entropy over the characters; thresholds measured on public lists of keys and of look-alikes.
"""

import math
import re
from collections import Counter
from typing import Final

MIN_LENGTH: Final = 10
_PLACEHOLDER = re.compile(
    r"your|example|placeholder|change_?me|replace|insert|dummy|sample|todo|redacted|hidden|enter|fake|foobar|lorem"
    r"|xxxx|\*{3}|\.{2}|_here\b|<|>|\$\{|\{\{|%\(|process\.env|environ|getenv|secrets?\.|vault:|null|none|undefined|false"
    r"|true|1234567890?$|required\||abcdefgh|01234567|a-zA-Z|A-Za-z|(?-i:\$[A-Z_]{3})",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"[A-Za-z]+\d{0,4}(?:[._/-](?:[A-Za-z]+\d{0,3}|\d{1,3}[a-z]{1,2}))*(?:-v?\d{1,4})?|[A-Z_]+(?:_[A-Z0-9]+)*|\d+"
    r"|[A-Za-z_][\w.]*(?:Key|KEY|Token|TOKEN|Secret|SECRET|Credentials?)"
)
"""Words of a program or a sentence: ``config.secret-name``, ``API_KEY_2``, ``testEd25519PrivateKey``."""
_CAPITALISED = re.compile(r"[A-Z](?=[a-z]*[aeiouy])[a-z]{3,}")
"""Words of names as programs write them, with a vowel: where they are half of it, it is one, ``PKCS7PrivateKey``."""
_PATH = re.compile(
    r"(?:https?:/|\.{1,2}/|/[a-z0-9_.-]+(?:/|$)|~/|[A-Za-z]:\\|arn:|file:|\d{4}-\d\d-\d\d(?:T|$)|[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,8}$|[a-z0-9.-]+(?:/[a-z0-9.-]+){2,}$)"
)
_SEALED = re.compile(
    r"LS0tLS1CRUdJTiB(?:DRVJU|QVUJM)|Ag[AB][A-Za-z0-9+/]{80}|AQICA[HI]|CfDJ8|vault:v\d|\$(?:2[abxy]|[1256y]|apr1|argon2\w{0,2}|scrypt)\$|pbkdf2"
)
"""Public, in cipher, or a hash: certificates, ``kubeseal``, cloud key services, ``$2b$12$...``."""
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_HEX: Final = re.compile(r"(?:[0-9a-f-]|%[0-9A-F]{2})+|(?:[0-9A-F-]|%[0-9A-F]{2})+")
_HEX_DIGITS: Final = 16
_CHARACTERS: Final = 64
"""Of which longer texts are made."""
_CALL = re.compile(
    r"[\w.]{1,60}\(|[a-z_]{1,40}=\w*$|[a-z][a-z0-9-]*-\d+(?:\.\d+)+$|[a-z-]+:\d+(?:\.\d+)+$|[A-Za-z_]+\d{0,5}[A-Za-z_]*(?:\.[A-Za-z_]+\d{0,5}[A-Za-z_]*)+$"
)
"""An expression of a program: ``key(1)``, ``timeout=86400``, ``ed25519.PrivateKey``."""
_BITS: Final = 3.0
_LETTERS: Final = 20
"""From so many on, a random text may have no digit by chance."""
_LEAST: Final = 0.3
"""Of them are capitals, and small letters; ``getUserToken`` has fewer."""
_SHARE: Final = 0.72
"""Entropy as a share of what so many characters can have."""


def entropy(value: str) -> float:
    """Bits a character."""
    counts = Counter(value).values()
    return -sum(n / len(value) * math.log2(n / len(value)) for n in counts)


def _is_of_any_case(value: str) -> bool:
    """Whether letters alone look random: as many capitals as small letters, which no name of a program has."""
    capitals = sum(c.isupper() for c in value)
    return value.isalpha() and len(value) >= _LETTERS and _LEAST < capitals / len(value) < 1 - _LEAST


def is_valid(value: str) -> bool:
    """Whether the value has letters and digits in no order that a person would write."""
    plain = value.strip("\"'`.,;:)]}")
    if (
        len(plain) < MIN_LENGTH
        or _PLACEHOLDER.search(plain)
        or (_NAME.fullmatch(plain) and not _is_of_any_case(plain))
        or _PATH.match(plain)
    ):
        return False
    if (
        sum(map(len, _CAPITALISED.findall(plain))) >= len(plain) / 2
        or _SEALED.match(plain)
        or _UUID.fullmatch(plain)
        or _CALL.match(plain)
    ):
        return False
    has_digit, has_letter = any(c.isdigit() for c in plain), any(c.isalpha() for c in plain)
    has_digit = has_digit or _is_of_any_case(plain)
    bits = entropy(plain)
    most = math.log2(min(len(plain), _HEX_DIGITS if _HEX.fullmatch(plain) else _CHARACTERS))
    return has_digit and has_letter and bits >= _BITS and bits >= _SHARE * most
