"""Any other channel as a destination: each cleaned message is posted to its address, signed.

The body is ``{"type": "message", "message": {...}}`` or ``{"type": "receipt", "receipt": {...}}``, with the fields of
``messages.forward`` and ``messages.receipts``. ``connectors.signing`` says how it is signed.
"""

from typing import Final

import httpx

from connectors.calls import code_of, make_client, object_of, send
from connectors.destination import Refusal, Taken
from connectors.failures import DestinationAway, RefusedForGood
from connectors.signing import signed
from schemas import Direction, ForwardMessage, Receipt

OUR_OWN: Final = frozenset({"whatsapp", "webmessaging"})
"""Channels that Cordon knows itself."""
NOT_THE_MESSAGE: Final = frozenset({404, 405, 410})
"""A wrong address is a fault of the setup: no message is lost by it."""


class CallbackDestination:
    """One address for all channels that Cordon does not know itself."""

    name = "callback"
    direction = Direction.OUTBOUND

    def __init__(
        self, *, url: str, secret: bytes, timeout_seconds: float = 10.0, http: httpx.AsyncClient | None = None
    ) -> None:
        self._http = http or make_client(timeout_seconds)
        self._url = url
        self._secret = secret

    def takes(self, message: ForwardMessage) -> bool:
        """Agents' messages to customers of these channels."""
        return message.direction is self.direction and message.channel not in OUR_OWN

    def wants(self, receipt: Receipt) -> bool:
        """What became of messages that came from these channels."""
        return receipt.direction is Direction.INBOUND and receipt.channel not in OUR_OWN

    async def send_message(self, message: ForwardMessage) -> Taken:
        """Hand over a message; the id that the answer names, if it is JSON with an ``id``."""
        body = f'{{"type":"message","message":{message.model_dump_json()}}}'
        given = object_of(await self._post(body)).get("id")
        return Taken(given if isinstance(given, str) else None)

    async def send_receipt(self, receipt: Receipt) -> None:
        """Hand over what became of a message."""
        await self._post(f'{{"type":"receipt","receipt":{receipt.model_dump_json()}}}')

    def explain(self, refused: RefusedForGood) -> Refusal:
        """Say what a refusal means."""
        return Refusal("GeneralError", f"The customer's channel did not take the message ({refused.code}).")

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def _post(self, body: str) -> httpx.Response:
        raw = body.encode()
        headers = {"Content-Type": "application/json", **signed(self._secret, raw)}
        answer = await send(self._http, "POST", self._url, content=raw, headers=headers)
        if answer.is_success:
            return answer
        if answer.status_code in NOT_THE_MESSAGE or answer.is_redirect:
            raise DestinationAway(str(answer.status_code))
        raise RefusedForGood(code_of(object_of(answer).get("code"), answer.status_code), status=answer.status_code)
