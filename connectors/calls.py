"""One HTTP request to an outside system, with every way to fail told apart."""

import re
import ssl
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any, Final

import httpx

from connectors.answers import answer_to
from connectors.failures import DestinationAway, DestinationBusy

LONGEST_PAUSE: Final = 300.0
"""Seconds. A longer Retry-After is not believed."""
KEPT_OPEN: Final = 16
"""Idle connections. Each is looked at before every request, so a crowd of them left by a burst costs."""
_CODE: Final = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_AWAY: Final = frozenset({401, 403, 408, 425, 500, 502, 503, 504})
"""401 and 403 too: a withdrawn credential is a fault of the setup, and no message is lost by it."""


def make_client(
    timeout_seconds: float, *, connections: int = 64, trust: ssl.SSLContext | None = None
) -> httpx.AsyncClient:
    """A client that keeps connections, follows no redirect, and takes no proxy or credentials from the environment.

    ``trust`` says who may vouch for the other side; without it the public authorities do.
    """
    return httpx.AsyncClient(
        verify=trust or _public_trust(),
        timeout=httpx.Timeout(timeout_seconds, connect=min(timeout_seconds, 5.0)),
        limits=httpx.Limits(
            max_connections=connections, max_keepalive_connections=min(connections, KEPT_OPEN), keepalive_expiry=20.0
        ),
        follow_redirects=False,
        trust_env=False,
    )


@cache
def _public_trust() -> ssl.SSLContext:
    """Shared by all clients: to read the authorities takes 20 ms, in which the process does nothing else."""
    return httpx.create_ssl_context(trust_env=False)


async def send(client: httpx.AsyncClient, method: str, url: str, **request: Any) -> httpx.Response:
    """The answer, if it is the outside system's last word on this request.

    Raises ``DestinationBusy`` for 429 and ``DestinationAway`` for no answer and for 401, 403, 408 and 5xx.
    """
    try:
        answer = await answer_to(client, method, url, **request)
    except (httpx.HTTPError, OSError) as error:
        raise DestinationAway(type(error).__name__) from None
    if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
        raise DestinationBusy("429", retry_after=pause_of(answer.headers))
    if answer.status_code in _AWAY or answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
        raise DestinationAway(str(answer.status_code), retry_after=pause_of(answer.headers))
    return answer


def pause_of(headers: Mapping[str, str]) -> float | None:
    """Seconds that ``Retry-After`` asks for (RFC 9110, 10.2.3): a number or a date. None for neither."""
    value = headers.get("retry-after", "").strip()
    try:
        seconds = float(value) if value[:1].isdigit() else parsedate_to_datetime(value).timestamp() - time.time()
    except ValueError:
        return None
    return min(max(seconds, 0.0), LONGEST_PAUSE)


def object_of(answer: httpx.Response) -> dict[str, Any]:
    """The JSON object of an answer; empty for anything else."""
    try:
        document = answer.json()
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def code_of(value: object, fallback: int) -> str:
    """An error code that is safe to keep: short, of a few characters. Anything else could quote the message."""
    text = str(value)
    return text if _CODE.fullmatch(text) else f"http_{fallback}"
