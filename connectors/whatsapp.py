"""WhatsApp Cloud API: sending, and what its error codes mean for an agent in Genesys.

Source: the Cloud API reference of Meta (messages, error codes).
"""

from collections.abc import Mapping
from typing import Any, Final

import httpx

from connectors.answers import answer_to
from connectors.calls import make_client, object_of, pause_of
from connectors.destination import Refusal
from connectors.failures import DestinationAway, DestinationBusy, RefusedForGood

BUSY_ALL: Final = frozenset({4, 80007, 130429})
"""Throughput of the application, the business account or the number."""
BUSY_RECIPIENT: Final = frozenset({131056})
"""Too many messages to one recipient."""
AWAY: Final = frozenset({0, 1, 2, 10, 190, 131000, 131016, 133004})
"""Faults of the service, and a token that has ended or lacks a permission: no message is lost by them."""


REFUSALS: Final[Mapping[int, Refusal]] = {
    131047: Refusal(
        "MessageExpired", "More than 24 hours have passed since the customer last wrote on WhatsApp.", is_explained=True
    ),
    131026: Refusal("InvalidDestination", "WhatsApp cannot deliver to this customer.", is_explained=True),
    131030: Refusal("InvalidDestination", "This recipient is not allowed for the WhatsApp number."),
    131050: Refusal("RecipientOptedOut", "The customer does not want such messages.", is_explained=True),
    131051: Refusal("UnsupportedMessage", "WhatsApp does not support this kind of message.", is_explained=True),
    131052: Refusal("ServerError", "WhatsApp could not fetch the attachment."),
    131053: Refusal("ServerError", "WhatsApp could not take the attachment."),
    130429: Refusal("RateLimited", "WhatsApp takes no more messages at the moment."),
    80007: Refusal("RateLimited", "WhatsApp takes no more messages at the moment."),
    131056: Refusal("RateLimited", "WhatsApp takes no more messages for this customer at the moment."),
}
"""``is_explained`` where the refusal concerns this conversation alone and no operator can mend it."""
OTHER_REFUSAL: Final = Refusal("GeneralError", "WhatsApp did not take the message.")


def refusal_of(code: int | str) -> Refusal:
    """What an error code means."""
    return REFUSALS.get(int(code), OTHER_REFUSAL) if str(code).isdigit() else OTHER_REFUSAL


class WhatsAppClient:
    """Sends from one business number.

    Every call raises ``DestinationAway`` for what may be tried again and ``RefusedForGood`` for what may not.
    """

    def __init__(
        self,
        *,
        api_url: str,
        phone_number_id: str,
        access_token: str,
        timeout_seconds: float = 10.0,
        http: httpx.AsyncClient | None = None,
    ) -> None:
        self._http = http or make_client(timeout_seconds)
        self._url = f"{api_url}/{phone_number_id}/messages"
        self._headers = {"Authorization": f"Bearer {access_token}"}

    async def send_message(self, body: Mapping[str, Any]) -> str | None:
        """Send; the message's id at WhatsApp."""
        answer = object_of(await self._post(body))
        messages = answer.get("messages")
        first = messages[0] if isinstance(messages, list) and messages else {}
        return str(first["id"]) if isinstance(first, dict) and "id" in first else None

    async def mark_read(self, message_id: str, *, is_typing: bool = False) -> None:
        """Show the customer that the message was read and, if wanted, that the agent is typing."""
        body: dict[str, Any] = {"messaging_product": "whatsapp", "status": "read", "message_id": message_id}
        if is_typing:
            body["typing_indicator"] = {"type": "text"}
        await self._post(body)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def _post(self, body: Mapping[str, Any]) -> httpx.Response:
        try:
            answer = await answer_to(self._http, "POST", self._url, json=body, headers=self._headers)
        except (httpx.HTTPError, OSError) as error:
            raise DestinationAway(type(error).__name__) from None
        if answer.is_success:
            return answer
        raise _failure_of(answer)


def _failure_of(answer: httpx.Response) -> DestinationAway | RefusedForGood:
    """Graph answers many faults with 400: its own code says more than the status."""
    error = object_of(answer).get("error")
    code = error.get("code") if isinstance(error, dict) else None
    pause = pause_of(answer.headers)
    if code in BUSY_ALL | BUSY_RECIPIENT:
        return DestinationBusy(str(code), retry_after=pause, concerns_all=code in BUSY_ALL)
    if code in AWAY or (isinstance(error, dict) and error.get("is_transient") is True):
        return DestinationAway(str(code))
    if code in REFUSALS:
        return RefusedForGood(str(code), status=answer.status_code)
    if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
        return DestinationBusy("429", retry_after=pause)
    if answer.status_code in {401, 403, 404, 408} or answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
        return DestinationAway(str(answer.status_code), retry_after=pause)
    known = str(code) if isinstance(code, int) else f"http_{answer.status_code}"
    return RefusedForGood(known, status=answer.status_code)
