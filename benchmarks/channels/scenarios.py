"""What is played: both directions with and without faults, bodies that are not signed, a broker that is away."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial

import httpx
from account import delivery, latencies, records_in, spread
from meta import Meta, body_of, wrong_headers
from talk import CONVERSATIONS, Talk, customer_of

from sandbox.channel_world import ChannelWorld
from sandbox.kafka import KafkaBroker

FAULTS = (
    (0.2, {"kind": "status", "status": 429, "retry_after": 1, "seconds": 2}),
    (0.45, {"kind": "status", "status": 503, "seconds": 2}),
    (0.7, {"kind": "reset", "share": 0.3, "seconds": 3}),
)
"""At which part of the run, and what."""
ARRIVAL_SECONDS = 120
OUTAGE_SECONDS = 30
OUTAGE_RATE = 10.0
LATEST_503_SECONDS = 20.0


@dataclass
class Outcome:
    """What a scenario came to."""

    talk: Talk
    received: list[dict]
    problems: list[str]
    note: str = ""
    cpu: dict[str, float] = field(default_factory=dict)

    def row(self, name: str, load: float) -> str:
        """A line of the table of results."""
        took = latencies(self.talk, self.received)
        told = "; ".join(self.problems) or self.note or "each once, in order, no planted value anywhere"
        count = len(self.talk.at) or 1
        cpu = ", ".join(f"{child} {1000 * self.cpu[child] / count:.1f}" for child in ("gateway", "worker"))
        cells = [
            name,
            str(len(self.talk.at)),
            f"**WRONG: {told}**" if self.problems else told,
            spread(took) if took else "-",
            spread(self.talk.answered) if self.talk.answered else "-",
            f"{cpu} ms" if took else "-",
            f"{load:.1f}",
        ]
        return f"| {' | '.join(cells)} |"


async def inbound(world: ChannelWorld, _: KafkaBroker, messages: int, rate: float, *, faults: bool) -> Outcome:
    """Customers write on WhatsApp."""
    talk = Talk()
    async with httpx.AsyncClient(timeout=30) as http, asyncio.TaskGroup() as group:
        meta = Meta(http, world)
        await warm_up(meta, world)
        if faults:
            group.create_task(hurt(world.genesys_url, messages / rate))
        async for number in paced(messages, rate):
            group.create_task(meta.write(number, talk))
    received = await arrivals(world.genesys_url, messages)
    return Outcome(talk, received, delivery(talk, received))


async def outbound(world: ChannelWorld, _: KafkaBroker, messages: int, rate: float, *, faults: bool) -> Outcome:
    """Agents write in Genesys, and read what became of it."""
    talk = Talk()
    async with httpx.AsyncClient(timeout=30) as http, asyncio.TaskGroup() as group:
        for number in range(CONVERSATIONS):
            window = {"customer": customer_of(number), "is_open": True}
            await http.put(f"{world.whatsapp_url}/_sandbox/window", json=window)
        if faults:
            group.create_task(hurt(world.whatsapp_url, messages / rate))
        async for number in paced(messages, rate):
            customer, text = talk.say(number)
            at = time.time()
            written = {"to": customer, "text": text}
            answer = await http.post(f"{world.genesys_url}/_sandbox/agent-message", json=written)
            talk.note(customer, answer.json()["id"], at)
    received = await arrivals(world.whatsapp_url, messages)
    problems = delivery(talk, received)
    receipts = await arrivals(world.genesys_url, messages, kind="receipt")
    told = [one["message_id"] for one in receipts if one["status"] == "Delivered"]
    if sorted(told) != sorted(talk.at):
        problems.append(f"{len(told)} receipts for {messages} messages")
    return Outcome(talk, received, problems)


async def unsigned(world: ChannelWorld, broker: KafkaBroker, messages: int, rate: float) -> Outcome:  # noqa: ARG001  (as all)
    """Somebody calls both webhooks without the right signature. The control: one call with it."""
    talk, statuses = Talk(), []
    topics = [f"{world.prefix}messages.inbound", f"{world.prefix}messages.outbound"]
    async with httpx.AsyncClient(timeout=30) as http:
        for number in range(0, 100, 10):
            customer, text = talk.say(number)
            raw = body_of(customer, f"wamid.{number}", text)
            for headers in wrong_headers(raw):
                for path in ("whatsapp", "genesys"):
                    if path == "genesys" and "QwlahU" in headers.get("X-Hub-Signature-256", ""):
                        continue
                    answer = await http.post(f"{world.gateway_url}/webhooks/{path}", content=raw, headers=headers)
                    statuses.append(answer.status_code)
        left = records_in(broker.bootstrap_servers, topics)
        await Meta(http, world).deliver("15559999999", "wamid.control", "hello", Talk())
    problems = [f"answered {status}" for status in sorted(set(statuses) - {401, 403})]
    if left:
        problems.append(f"{left} records in the topics")
    if records_in(broker.bootstrap_servers, topics) != 1:
        problems.append("the control left no record: the count proves nothing")
    return Outcome(Talk(), [], problems, f"{len(statuses)} calls refused with 401 or 403, nothing in the topics")


async def outage(
    world: ChannelWorld,
    broker: KafkaBroker,
    messages: int,  # noqa: ARG001  (as all)
    rate: float,  # noqa: ARG001  (as all)
    *,
    begin: Callable[[KafkaBroker], None],
    end: Callable[[KafkaBroker], None],
) -> Outcome:
    """The broker is away for half a minute; customers go on writing."""
    talk, count = Talk(), int(OUTAGE_RATE * (OUTAGE_SECONDS + 10))
    async with httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_connections=None)) as http:
        meta = Meta(http, world)
        await warm_up(meta, world)
        async with asyncio.TaskGroup() as group:
            group.create_task(away(broker, begin, end))
            async for number in paced(count, OUTAGE_RATE):
                group.create_task(meta.write(number, talk))
    received = await arrivals(world.genesys_url, count)
    problems = delivery(talk, received)
    statuses = {status for status, _ in talk.refused}
    slowest = max((took for _, took in talk.refused), default=0.0)
    if statuses != {503} or slowest > LATEST_503_SECONDS:
        problems.append(f"answered {sorted(statuses)} within {slowest:.1f} s")
    return Outcome(talk, received, problems, f"503 within {slowest:.1f} s, {len(talk.refused)} times; then each once")


async def away(broker: KafkaBroker, begin: Callable[[KafkaBroker], None], end: Callable[[KafkaBroker], None]) -> None:
    await asyncio.sleep(3)
    begin(broker)
    await asyncio.sleep(OUTAGE_SECONDS)
    await asyncio.to_thread(end, broker)


async def paced(count: int, rate: float) -> AsyncIterator[int]:
    """Numbers at a steady pace."""
    began = time.perf_counter()
    for number in range(count):
        await asyncio.sleep(max(began + number / rate - time.perf_counter(), 0))
        yield number


async def warm_up(meta: Meta, world: ChannelWorld) -> None:
    """The first messages pay for connections, tokens and metadata."""
    for number in range(5):
        await meta.deliver("15559999999", f"warm-{number}", "hello", Talk())
    await arrivals(world.genesys_url, 5, skip="")


async def hurt(url: str, seconds: float) -> None:
    """Let the double fail for stretches."""
    async with httpx.AsyncClient() as http:
        began = time.perf_counter()
        for share, fault in FAULTS:
            await asyncio.sleep(max(began + share * seconds - time.perf_counter(), 0))
            await http.post(f"{url}/_sandbox/faults", json=fault)


async def arrivals(url: str, count: int, *, kind: str = "message", skip: str = "warm-") -> list[dict]:
    """Wait until as many things have arrived, and a little longer for what should not."""
    async with httpx.AsyncClient(timeout=30) as http:
        deadline = time.monotonic() + ARRIVAL_SECONDS
        while True:
            found = await _read(http, url, kind, skip)
            if len(found) >= count or time.monotonic() > deadline:
                await asyncio.sleep(1)
                return await _read(http, url, kind, skip)
            await asyncio.sleep(0.5)


async def _read(http: httpx.AsyncClient, url: str, kind: str, skip: str) -> list[dict]:
    everything = (await http.get(f"{url}/_sandbox/received")).json()
    return [one for one in everything if one["kind"] == kind and not (skip and str(one["message_id"]).startswith(skip))]


Play = Callable[[ChannelWorld, KafkaBroker, int, float], Awaitable[Outcome]]
SCENARIOS: dict[str, Play] = {
    "inbound": partial(inbound, faults=False),
    "outbound": partial(outbound, faults=False),
    "inbound-faults": partial(inbound, faults=True),
    "outbound-faults": partial(outbound, faults=True),
    "unsigned": unsigned,
    "outage-frozen": partial(outage, begin=KafkaBroker.pause, end=KafkaBroker.resume),
    "outage-killed": partial(outage, begin=KafkaBroker.kill, end=KafkaBroker.restart),
}
