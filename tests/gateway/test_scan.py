"""``POST /dlp/scan``: quick for drafts, and an answer to anything else only once Kafka has what was found."""

import asyncio
from collections.abc import Sequence
from typing import Any

import httpx
from fastapi import FastAPI

from streams.producer import BrokerUnavailable
from streams.topics import Topic
from tests.gateway.gateway_parts import Published

FOUR_RULES = "card 4539 1488 0343 6467, SSN 536-22-8817, MRN: 84620175, see DOC-2024-FIN-0042"


def asked(text: str = FOUR_RULES, **more: Any) -> dict[str, Any]:
    return {"message_text": text, "conversation_id": "c1", "direction": "OUTBOUND", **more}


class Slow(Published):
    """A broker that acknowledges nothing before so many records are under way, and one of them only when told."""

    def __init__(self, together: int) -> None:
        super().__init__()
        self.all_but_one, self.last = asyncio.Event(), asyncio.Event()
        self._together = together
        self._all_here = asyncio.Barrier(together)

    async def publish(
        self, topic: str, key: bytes | None, value: bytes, headers: Sequence[tuple[str, bytes]] = ()
    ) -> None:
        async with asyncio.timeout(5):
            place = await self._all_here.wait()
        if place == 0:
            await self.last.wait()
        await super().publish(topic, key, value, headers)
        if len(self.records) == self._together - 1:
            self.all_but_one.set()


class Away(Published):
    """A broker that takes the first record and no other."""

    async def publish(
        self, topic: str, key: bytes | None, value: bytes, headers: Sequence[tuple[str, bytes]] = ()
    ) -> None:
        if self.records:
            raise BrokerUnavailable("away")
        await super().publish(topic, key, value, headers)


async def test_the_answer_waits_once_for_all_that_was_found(app: FastAPI, client: httpx.AsyncClient) -> None:
    app.state.producer = slow = Slow(together=4)
    waiting = asyncio.create_task(client.post("/dlp/scan", json=asked()))
    async with asyncio.timeout(10):
        await slow.all_but_one.wait()
    await asyncio.sleep(0.1)
    assert not waiting.done()  # three of four are acknowledged
    slow.last.set()
    answer = await waiting
    assert answer.status_code == 200
    assert {one["rule"] for one in answer.json()["violations"]} == {"CreditCard", "SSN", "MRN", "InternalDocCode"}
    assert len(slow.to(Topic.VIOLATIONS)) == 4


async def test_without_a_record_of_everything_there_is_no_answer(app: FastAPI, client: httpx.AsyncClient) -> None:
    app.state.producer = Away()
    refused = await client.post("/dlp/scan", json=asked())
    assert refused.status_code == 503
    assert "redacted_text" not in refused.text


async def test_a_draft_is_judged_alike_and_leaves_no_record(client: httpx.AsyncClient, published: Published) -> None:
    draft = (await client.post("/dlp/scan", json=asked(is_draft=True))).json()
    assert published.records == []
    sent = (await client.post("/dlp/scan", json=asked())).json()
    assert draft == sent
    assert len(published.to(Topic.VIOLATIONS)) == 4


async def test_a_clean_text_needs_no_broker(app: FastAPI, client: httpx.AsyncClient) -> None:
    app.state.producer = Slow(together=99)
    answer = await client.post("/dlp/scan", json=asked("Good morning, Maria. Your order 48211 is on its way."))
    assert answer.json()["is_clean"]
