"""What an HTTP answer means for a batch, for receivers that follow the standard (RFC 9110)."""

from typing import Any, Final

import httpx

from connectors.answers import answer_to
from connectors.calls import pause_of
from connectors.failures import DestinationAway, DestinationBusy
from connectors.siem import BatchRefused, BatchTooBig, Misconfigured

RETRY: Final = frozenset({408, 425})
SET_UP: Final = frozenset({401, 402, 403, 404, 405, 407, 410, 415})
"""Who we are, where we write, or how: no record is to blame."""


async def post(client: httpx.AsyncClient, url: str, body: bytes, headers: dict[str, str]) -> httpx.Response:
    """Post a batch. Returns a success, and raises what any other answer means."""
    try:
        answer = await answer_to(client, "POST", url, content=body, headers=headers)
    except (httpx.HTTPError, OSError) as error:
        raise away(error) from None
    judge(answer)
    return answer


def away(error: Exception) -> DestinationAway:
    """What a failed request means: a certificate that does not fit is the set-up's, everything else passes."""
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return Misconfigured("certificate_not_trusted")
    return DestinationAway(type(error).__name__)


def judge(answer: httpx.Response) -> None:
    """Raise what the answer means, unless it is a success."""
    status = answer.status_code
    more: dict[str, Any] = {"retry_after": pause_of(answer.headers)}
    if answer.is_success:
        return
    if status in SET_UP or answer.is_redirect:
        raise Misconfigured(f"http_{status}", **more)
    if status == httpx.codes.TOO_MANY_REQUESTS:
        raise DestinationBusy("http_429", **more)
    if status == httpx.codes.REQUEST_ENTITY_TOO_LARGE:
        raise BatchTooBig
    if status in RETRY or status >= httpx.codes.INTERNAL_SERVER_ERROR:
        raise DestinationAway(f"http_{status}", **more)
    raise BatchRefused(f"http_{status}", status=status)
