"""The surrogate that stands in a text where a value stood, recognisable without any key.

An opaque token reads ``tok_<entity>_<26 characters of 130 random bits><4 characters of checksum>`` in Crockford's
base 32. It delimits itself in running text, and its checksum tells it from a look-alike, so that a token in a
message is never taken for a secret and redacted a second time.
"""

import hashlib
import re
from typing import Final

ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32, in lower case."""
BODY_LENGTH: Final = 26
CHECK_LENGTH: Final = 4
_TOKEN: Final = re.compile(rf"\btok_([a-z][a-z0-9_]{{0,63}})_([{ALPHABET}]{{{BODY_LENGTH + CHECK_LENGTH}}})\b")


def checksum(entity: str, body: str) -> str:
    """The four characters that end an opaque token: 20 bits of SHA-256 over entity and body."""
    number = int.from_bytes(hashlib.sha256(f"{entity}_{body}".encode()).digest()[:3], "big") >> 4
    return "".join(ALPHABET[number >> shift & 31] for shift in (15, 10, 5, 0))


def find_tokens(text: str) -> list[tuple[int, int]]:
    """Spans of the opaque tokens in a text, in code points; look-alikes with a wrong checksum are left out."""
    if "tok_" not in text:
        return []
    return [
        match.span()
        for match in _TOKEN.finditer(text)
        if checksum(match[1], match[2][:BODY_LENGTH]) == match[2][BODY_LENGTH:]
    ]


def is_token(text: str) -> bool:
    """Whether the whole text is one opaque token with a right checksum."""
    return find_tokens(text) == [(0, len(text))]
