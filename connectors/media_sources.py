"""Where files are fetched from: WhatsApp, by id, and addresses that Genesys names. Bounded, and never redirected."""

import hashlib
from collections.abc import Mapping
from typing import Final

import httpx

from connectors.answers import AnswerTooLong, answer_to
from connectors.calls import make_client, object_of
from connectors.failures import DestinationAway, RefusedForGood

MAX_FILENAME: Final = 120
_GONE: Final = frozenset({400, 401, 403, 404, 410})


class FileTooLarge(Exception):
    """It has more bytes than are taken."""


class MediaSources:
    """Fetches files. Every call raises ``DestinationAway``, ``RefusedForGood`` or ``FileTooLarge``.

    ``graph_url`` and ``access_token`` are WhatsApp's; without them it has no file for us. ``url_hosts`` are the hosts
    that addresses of files may name.
    """

    def __init__(
        self,
        *,
        graph_url: str | None,
        access_token: str | None,
        max_bytes: int,
        url_hosts: tuple[str, ...] = (),
        timeout_seconds: float = 20.0,
        http: httpx.AsyncClient | None = None,
    ) -> None:
        self._http = http or make_client(timeout_seconds, connections=8)
        self._graph = graph_url
        self._headers = {"Authorization": f"Bearer {access_token}"} if access_token else {}
        self._max_bytes = max_bytes
        self._hosts = url_hosts

    async def fetch(self, source: str, name: str) -> tuple[bytes, str]:
        """A file and the type that its keeper gives it."""
        if source == "whatsapp":
            return await self._from_whatsapp(name)
        return await self._download(self._checked(name), {})

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def _from_whatsapp(self, media_id: str) -> tuple[bytes, str]:
        if self._graph is None or not media_id.isalnum():
            raise RefusedForGood("no_such_media", status=404)
        try:
            answer = await answer_to(self._http, "GET", f"{self._graph}/{media_id}", headers=self._headers)
        except (httpx.HTTPError, OSError) as error:
            raise DestinationAway(type(error).__name__) from None
        _raise_for(answer.status_code)
        described = object_of(answer)
        url, size, digest = described.get("url"), described.get("file_size"), described.get("sha256")
        if not isinstance(url, str) or not url.startswith(("https://", _loopback_of(self._graph))):
            raise RefusedForGood("no_url", status=answer.status_code)
        if isinstance(size, int) and size > self._max_bytes:
            raise FileTooLarge
        content, mime = await self._download(url, self._headers)
        if isinstance(digest, str) and hashlib.sha256(content).hexdigest() != digest:
            raise DestinationAway("another file than was described")
        given = described.get("mime_type")
        return content, given if isinstance(given, str) else mime

    async def _download(self, url: str, headers: Mapping[str, str]) -> tuple[bytes, str]:
        try:
            answer = await answer_to(self._http, "GET", url, limit=self._max_bytes, headers=headers)
        except AnswerTooLong:
            raise FileTooLarge from None
        except (httpx.HTTPError, OSError) as error:
            raise DestinationAway(type(error).__name__) from None
        _raise_for(answer.status_code)
        return answer.content, answer.headers.get("content-type", "")

    def _checked(self, url: str) -> str:
        """An address of a host that is known to keep such files: no other is called, ours least of all."""
        try:
            parts = httpx.URL(url)
        except (httpx.InvalidURL, ValueError):
            raise RefusedForGood("no_address", status=0) from None
        is_known = any(parts.host == host or parts.host.endswith(f".{host}") for host in self._hosts)
        is_ours = parts.scheme == "http" and parts.host == "127.0.0.1" and "127.0.0.1" in self._hosts
        if not is_known or not (parts.scheme == "https" or is_ours):
            raise RefusedForGood("foreign_host", status=0)
        return url


def _loopback_of(graph: str) -> str:
    """Files of a double on this machine come unencrypted, as it does itself."""
    return "http://127.0.0.1:" if graph.startswith("http://127.0.0.1:") else "https://"


def _raise_for(status: int) -> None:
    if status in _GONE:
        raise RefusedForGood(f"http_{status}", status=status)
    if status != httpx.codes.OK:
        raise DestinationAway(str(status))
