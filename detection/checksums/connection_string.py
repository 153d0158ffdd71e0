"""Passwords in addresses of services: only a placeholder and the user's own name, as makers ship it, are refused.

Source: RFC 3986 section 3.2.1, user information; a bare ``scheme://user@host`` has none.
"""

import re
from typing import Final

_USER = re.compile(r"(?:[a-z][a-z0-9+.-]*://)?([^:/]*):([^@/]*)(?:@|$)", re.IGNORECASE)
_WEB: Final = ("http://", "https://", "HTTP://", "HTTPS://")
"""What is before the host of such an address is a header of the request: a value of its own."""
_PLACEHOLDER = re.compile(
    r"[<\[{$*].*|%[A-Za-z_(][\w.()-]*%?|(.)\1{2,}|.*\*{3}.*|(?:your|my)[_-]?(?:pass(?:word)?|pwd|secret|token).*"
    r"|(?:pass(?:w(?:or)?d)?|pwd|secret|token)[\]>})]?|changeme|foobared|redacted|placeholder|.*\.{3}.*|\d{1,5}",
    re.IGNORECASE,
)


def is_valid(value: str) -> bool:
    """Whether the value holds a password that could be one."""
    if value.startswith(_WEB):
        return False
    match = _USER.match(value)
    user, password = match.groups() if match else value.rpartition(":")[::2]
    return bool(password) and password != user and _PLACEHOLDER.fullmatch(password) is None
