"""Genesys Cloud's Open Messaging: the calls that a bridge makes.

Source: the public Genesys Cloud Platform API, version 2 (conversations; messages, inbound open).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

import httpx

from connectors import genesys_messages as bodies
from connectors.calls import code_of, make_client, object_of, send
from connectors.destination import Refusal, Taken
from connectors.failures import DestinationAway, DestinationBusy, RefusedForGood
from connectors.genesys_access import Access, OAuthClient
from connectors.genesys_participants import Serving, serving_of
from schemas import Direction, ForwardMessage, Receipt

NOT_THE_MESSAGE: Final = frozenset({404, 405})
"""A wrong integration or address is a fault of the setup: no message is lost by it."""
PREFETCH: Final = {"prefetchConversationId": "true"}
"""Asks Genesys to name the conversation at once."""
UNKNOWN: Final = "404"
NO_QUERY: Final[Mapping[str, str]] = {}
NAMES: Final = ("id", "conversationId")


class GenesysClient:
    """One Open Messaging integration: takes the customers' messages, and receipts for the agents'.

    Every call raises ``DestinationAway`` for what may be tried again and ``RefusedForGood`` for what may not.
    """

    name = "genesys"
    direction = Direction.INBOUND

    def __init__(
        self,
        *,
        api_url: str,
        login_url: str,
        clients: Sequence[tuple[str, str]],
        integration_id: str,
        requests_per_minute: int = 0,
        timeout_seconds: float = 10.0,
        http: httpx.AsyncClient | None = None,
    ) -> None:
        self._http = http or make_client(timeout_seconds)
        self._access = Access(self._http, login_url, clients, requests_per_minute=requests_per_minute)
        self._conversations = f"{api_url}/api/v2/conversations"
        self._url = f"{self._conversations}/messages/{integration_id}/inbound/open"

    def takes(self, message: ForwardMessage) -> bool:
        """Customers' messages go to Genesys."""
        return message.direction is self.direction

    def wants(self, receipt: Receipt) -> bool:
        """Receipts of agents' messages go to Genesys, where Open Messaging knows the state."""
        return receipt.direction is Direction.OUTBOUND and bodies.receipt(receipt) is not None

    async def send_message(self, message: ForwardMessage) -> Taken:
        """Hand over a customer's message or answer; the ids that Genesys gave message and conversation."""
        named = await self._answered(message) or await self._post("message", bodies.inbound_message(message), PREFETCH)
        message_id, conversation_id = (found if isinstance(found, str) else None for found in map(named.get, NAMES))
        return Taken(message_id, conversation_id)

    async def send_receipt(self, receipt: Receipt) -> None:
        """Tell what became of an agent's message."""
        if (body := bodies.receipt(receipt)) is not None:
            await self._post("receipt", body)

    def explain(self, refused: RefusedForGood) -> Refusal:
        """Say what Genesys's refusal means."""
        return Refusal("GeneralError", f"Genesys did not take the message ({refused.code}).")

    async def send_typing(self, address: str, at: datetime) -> None:
        """Tell that the customer is typing."""
        await self._post("event", bodies.typing(address, at))

    async def serving(self, conversation_id: str) -> Serving:
        """Who serves a conversation; nobody, where Genesys does not know it."""
        name = quote(conversation_id, safe="")
        try:
            return serving_of(await self._asked("GET", f"{self._conversations}/{name}"))
        except DestinationAway as away:
            if away.reason != UNKNOWN:
                raise
            return Serving()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def _answered(self, message: ForwardMessage) -> dict[str, Any] | None:
        """Hand over an answer to buttons or a list as such; None where it is none, or is better sent as a message."""
        if (answer := bodies.structured_response(message)) is None:
            return None
        try:
            return await self._post("structured/response", answer)
        except RefusedForGood:  # such as for a question that Genesys has forgotten
            return None

    async def _post(self, kind: str, body: Mapping[str, Any], query: Mapping[str, str] = NO_QUERY) -> dict[str, Any]:
        return await self._asked("POST", f"{self._url}/{kind}", json=body, params=query)

    async def _asked(self, method: str, url: str, **request: Any) -> dict[str, Any]:
        client = await self._access.client()
        token = client.token
        try:
            answer = await self._sent(client, method, url, request)
        except DestinationBusy as busy:
            pause = self._access.slow_down(client, busy.retry_after)
            if pause is not None:
                raise DestinationBusy(busy.reason, retry_after=pause) from None
            answer = await self._sent(await self._access.client(), method, url, request)  # another client may send now
        except DestinationAway as away:
            if away.reason != "401":
                raise
            self._access.forget(client, token)  # withdrawn before its time
            answer = await self._sent(await self._access.client(), method, url, request)
        if answer.is_success:
            return object_of(answer)
        if answer.status_code in NOT_THE_MESSAGE or answer.is_redirect:
            raise DestinationAway(str(answer.status_code))
        raise RefusedForGood(code_of(object_of(answer).get("code"), answer.status_code), status=answer.status_code)

    async def _sent(self, client: OAuthClient, method: str, url: str, request: Mapping[str, Any]) -> httpx.Response:
        headers = {"Authorization": f"Bearer {client.token}"}
        return await send(self._http, method, url, headers=headers, **request)
