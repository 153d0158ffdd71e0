"""Calls the gateway's webhook as Meta does: signed, again until it is answered 200, a conversation's in order."""

import asyncio
import hashlib
import hmac
import json
import time
from collections import defaultdict
from collections.abc import Iterator

import httpx
from talk import Talk

from sandbox.channel_world import ChannelWorld
from sandbox.whatsapp_state import WhatsAppOptions

OPTIONS = WhatsAppOptions()
AGAIN_SECONDS = 1.0
DUPLICATED_OF_TEN = 5
"""Of ten messages, the one that is sent twice at the same moment."""


class Meta:
    """One sender. Within a conversation the next message waits until the one before is taken; others do not."""

    def __init__(self, http: httpx.AsyncClient, world: ChannelWorld) -> None:
        self._http = http
        self._url = f"{world.gateway_url}/webhooks/whatsapp"
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def write(self, number: int, talk: Talk) -> None:
        """Let a customer write, and tell of it until the gateway has it. Some are told twice."""
        customer, text = talk.say(number)
        await self.deliver(customer, f"wamid.{number}", text, talk, copies=1 + (number % 10 == DUPLICATED_OF_TEN))

    async def deliver(self, customer: str, wamid: str, text: str, talk: Talk, *, copies: int = 1) -> None:
        async with self._turns[customer]:
            talk.note(customer, wamid, time.time())
            raw = body_of(customer, wamid, text)
            await asyncio.gather(*(self._until_taken(raw, talk) for _ in range(copies)))

    async def _until_taken(self, raw: bytes, talk: Talk) -> None:
        while True:
            began = time.perf_counter()
            answer = await self._http.post(self._url, content=raw, headers=headers_of(raw))
            took = time.perf_counter() - began
            if answer.status_code == httpx.codes.OK:
                talk.answered.append(took)
                return
            talk.refused.append((answer.status_code, took))
            await asyncio.sleep(AGAIN_SECONDS)


def headers_of(raw: bytes) -> dict[str, str]:
    digest = hmac.new(OPTIONS.app_secret.encode(), raw, hashlib.sha256).hexdigest()
    return {"X-Hub-Signature-256": f"sha256={digest}", "Content-Type": "application/json"}


def wrong_headers(raw: bytes) -> Iterator[dict[str, str]]:
    """No signature, one of another key, one of another body, one in Genesys's form."""
    plain = {"Content-Type": "application/json"}
    other = hmac.new(b"another key", raw, hashlib.sha256).hexdigest()
    yield plain
    yield plain | {"X-Hub-Signature-256": f"sha256={other}"}
    yield headers_of(raw + b" ")
    yield plain | {"X-Hub-Signature-256": "sha256=QwlahUjIp026Fqg5+FOwzxQBhg5kau0kKXbngyKG7Yg="}


def body_of(customer: str, wamid: str, text: str) -> bytes:
    message = {"from": customer, "id": wamid, "timestamp": str(int(time.time()))}
    message |= {"type": "text", "text": {"body": text}}
    number = {"display_phone_number": OPTIONS.display_number, "phone_number_id": OPTIONS.phone_number_id}
    value = {"messaging_product": "whatsapp", "metadata": number, "messages": [message]}
    change = {"field": "messages", "value": value}
    return json.dumps({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}).encode()
