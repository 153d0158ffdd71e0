"""Which pages may use the chat, by the ``Origin`` that browsers send."""

from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from streams.settings.webmessaging import ANY

_METHODS: Final = "GET, PUT, POST, DELETE, OPTIONS"
_HEADERS: Final = "authorization, content-type"
_MAX_AGE: Final = "600"


class Origins:
    """The allowed origins, and the gateway's own."""

    def __init__(self, allowed: Iterable[str], public_url: str | None) -> None:
        self._allowed = frozenset(allowed)
        self._public_url = public_url

    @property
    def takes_any(self) -> bool:
        """Whether every page may use the chat."""
        return ANY in self._allowed

    @property
    def frame_ancestors(self) -> str:
        """Which pages may frame the chat's own, as CSP says it."""
        return ANY if self.takes_any else " ".join(["'self'", *sorted(self._allowed)])

    def base_url(self, connection: HTTPConnection) -> str:
        """Where the caller reaches the gateway."""
        if self._public_url is not None:
            return self._public_url
        scheme = {"ws": "http", "wss": "https"}.get(connection.url.scheme, connection.url.scheme)
        return f"{scheme}://{connection.url.netloc}"

    def allows(self, connection: HTTPConnection) -> bool:
        """Whether the page that calls may. Programs that are no browser send no origin, or their own host's name.

        No cookie stands behind a guest's socket: the check keeps strangers' pages out, and is no sign-in.
        """
        origin = connection.headers.get("origin")
        if origin is None or self.takes_any:
            return True
        origin = origin.lower().rstrip("/")
        if origin in self._allowed or origin == self.base_url(connection).lower():
            return True
        return "://" not in origin and origin in {urlsplit(one).hostname for one in self._allowed}

    def headers(self, connection: HTTPConnection) -> dict[str, str]:
        """What lets a page of another origin read the answer; nothing where it may not."""
        origin = connection.headers.get("origin")
        if origin is None or not self.allows(connection):
            return {"Vary": "Origin"}
        return {
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Allow-Methods": _METHODS,
            "Access-Control-Allow-Headers": _HEADERS,
            "Access-Control-Max-Age": _MAX_AGE,
            "Vary": "Origin",
        }
