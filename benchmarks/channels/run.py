"""The channels under load: signed webhooks at a steady pace, with duplicates, planted values and faults of Genesys.

Usage: ``python benchmarks/channels/run.py [--messages N] [--rate N] [--no-faults] [--results FILE]``

Each message has to arrive once, in the order of its conversation, without its planted value, which must stand in no
topic's file and no log. Latency is from the moment a webhook is sent to the moment the outside system has the message.
"""

import argparse
import asyncio
import hashlib
import hmac
import json
import random
import statistics
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from sandbox.channel_world import WHATSAPP, ChannelWorld
from sandbox.kafka import KafkaBroker
from sandbox.prove.ledger import card_number

CONVERSATIONS = 50
DUPLICATED = 5
"""Of ten messages, the one that Meta sends twice."""
FAULTS = (
    (0.2, {"kind": "status", "status": 429, "retry_after": 1, "seconds": 2}),
    (0.45, {"kind": "status", "status": 503, "seconds": 2}),
    (0.7, {"kind": "reset", "share": 0.3, "seconds": 3}),
)
"""At which part of the run, and what."""
ARRIVAL_SECONDS = 120


@dataclass
class Sent:
    """What was sent, and how it was answered."""

    order: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """The messages' ids by customer, in their order."""
    at: dict[str, float] = field(default_factory=dict)
    answered: list[float] = field(default_factory=list)
    """Seconds until each webhook was answered."""
    planted: list[str] = field(default_factory=list)
    again: int = 0


def main() -> None:
    """Run and print; a wrong outcome is exit code 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=1000)
    parser.add_argument("--rate", type=float, default=50.0)
    parser.add_argument("--no-faults", action="store_true")
    parser.add_argument("--outbound", action="store_true")
    parser.add_argument("--results", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cordon-channels-") as folder, KafkaBroker() as broker:
        with ChannelWorld(broker.bootstrap_servers, Path(folder)) as world:
            run = outbound if options.outbound else inbound
            sent, received = asyncio.run(run(world, options))
            problems, lines = account(sent, received)
        problems += leaks(sent, [broker.data_folder, Path(folder)], received)
    report = "\n".join([*lines, *(f"WRONG: {problem}" for problem in problems)])
    print(report)
    if options.results:
        options.results.write_text(f"{report}\n", encoding="utf-8")
    raise SystemExit(bool(problems))


async def inbound(world: ChannelWorld, options: argparse.Namespace) -> tuple[Sent, list[dict]]:
    """Customers write on WhatsApp."""
    sent = Sent()
    async with httpx.AsyncClient(timeout=20) as http, asyncio.TaskGroup() as group:
        await warm_up(http, world, sent)
        began = time.perf_counter()
        if not options.no_faults:
            group.create_task(hurt(world.genesys_url, options.messages / options.rate))
        for number in range(options.messages):
            await asyncio.sleep(max(began + number / options.rate - time.perf_counter(), 0))
            customer, text = said(number, sent)
            wamid = f"wamid.{number}"
            sent.order[customer].append(wamid)
            sent.at[wamid] = time.time()
            for _ in range(1 + (number % 10 == DUPLICATED)):
                group.create_task(Webhook(http, world, customer, wamid, text).deliver(sent))
    return sent, await arrivals(f"{world.genesys_url}/_sandbox/received", len(sent.at))


async def outbound(world: ChannelWorld, options: argparse.Namespace) -> tuple[Sent, list[dict]]:
    """Agents write in Genesys."""
    sent = Sent()
    async with httpx.AsyncClient(timeout=20) as http, asyncio.TaskGroup() as group:
        for number in range(CONVERSATIONS):
            body = {"customer": customer_of(number), "is_open": True}
            await http.put(f"{world.whatsapp_url}/_sandbox/window", json=body)
        began = time.perf_counter()
        if not options.no_faults:
            group.create_task(hurt(world.whatsapp_url, options.messages / options.rate))
        for number in range(options.messages):
            await asyncio.sleep(max(began + number / options.rate - time.perf_counter(), 0))
            customer, text = said(number, sent)
            at = time.time()
            body = {"to": customer, "text": text}
            answer = await http.post(f"{world.genesys_url}/_sandbox/agent-message", json=body)
            sent.order[customer].append(answer.json()["id"])
            sent.at[answer.json()["id"]] = at
    received = await arrivals(f"{world.whatsapp_url}/_sandbox/received", len(sent.at))
    await arrivals(f"{world.genesys_url}/_sandbox/received", len(sent.at), kind="receipt")
    return sent, received


def customer_of(number: int) -> str:
    return f"1555010{number % CONVERSATIONS:04d}"


def said(number: int, sent: Sent) -> tuple[str, str]:
    """Who says what: every tenth message holds a card number."""
    if number % 10:
        return customer_of(number), f"message {number} about my order"
    sent.planted.append(card_number(random.Random(number)))
    return customer_of(number), f"message {number}: my card is {sent.planted[-1]}"


async def warm_up(http: httpx.AsyncClient, world: ChannelWorld, sent: Sent) -> None:
    """The first messages pay for connections, tokens and metadata."""
    for number in range(5):
        await Webhook(http, world, "15559999999", f"warm-{number}", "hello").deliver(Sent())
    await arrivals(f"{world.genesys_url}/_sandbox/received", 5)
    sent.at.clear()


@dataclass
class Webhook:
    """One call of the gateway as Meta makes it."""

    http: httpx.AsyncClient
    world: ChannelWorld
    customer: str
    wamid: str
    text: str

    async def deliver(self, sent: Sent) -> None:
        """Call until the answer is 200."""
        raw = self.body()
        digest = hmac.new(WHATSAPP.app_secret.encode(), raw, hashlib.sha256).hexdigest()
        headers = {"X-Hub-Signature-256": f"sha256={digest}", "Content-Type": "application/json"}
        while True:
            began = time.perf_counter()
            answer = await self.http.post(f"{self.world.gateway_url}/webhooks/whatsapp", content=raw, headers=headers)
            if answer.status_code == httpx.codes.OK:
                sent.answered.append(time.perf_counter() - began)
                return
            sent.again += 1
            await asyncio.sleep(1)

    def body(self) -> bytes:
        message = {"from": self.customer, "id": self.wamid, "timestamp": str(int(time.time()))}
        message |= {"type": "text", "text": {"body": self.text}}
        number = {"display_phone_number": WHATSAPP.display_number, "phone_number_id": WHATSAPP.phone_number_id}
        value = {"messaging_product": "whatsapp", "metadata": number, "messages": [message]}
        change = {"field": "messages", "value": value}
        return json.dumps({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}).encode()


async def hurt(url: str, seconds: float) -> None:
    """Let the double fail for stretches."""
    async with httpx.AsyncClient() as http:
        began = time.perf_counter()
        for share, fault in FAULTS:
            await asyncio.sleep(max(began + share * seconds - time.perf_counter(), 0))
            await http.post(f"{url}/_sandbox/faults", json=fault)


async def arrivals(url: str, count: int, *, kind: str = "message") -> list[dict]:
    """Wait until as many things have arrived, and a little longer for what should not."""
    async with httpx.AsyncClient(timeout=30) as http:
        deadline = time.monotonic() + ARRIVAL_SECONDS
        while True:
            found = [one for one in (await http.get(url)).json() if one["kind"] == kind]
            if len(found) >= count or time.monotonic() > deadline:
                await asyncio.sleep(1)
                found = [one for one in (await http.get(url)).json() if one["kind"] == kind]
                return [one for one in found if not str(one["message_id"]).startswith("warm-")]
            await asyncio.sleep(0.3)


def account(sent: Sent, received: list[dict]) -> tuple[list[str], list[str]]:
    """Hold what arrived against what was sent."""
    counts = Counter(one["message_id"] for one in received)
    problems = []
    if missing := sent.at.keys() - counts.keys():
        problems.append(f"{len(missing)} messages did not arrive")
    if twice := [one for one, count in counts.items() if count > 1]:
        problems.append(f"{len(twice)} messages arrived more than once")
    arrived: defaultdict[str, list[str]] = defaultdict(list)
    for one in received:
        arrived[one["customer"]].append(one["message_id"])
    if wrong := [customer for customer, ids in sent.order.items() if arrived[customer] != ids]:
        problems.append(f"{len(wrong)} conversations are out of order")
    took = [one["received_at"] - sent.at[one["message_id"]] for one in received if one["message_id"] in sent.at]
    lines = [
        f"{len(sent.at)} messages sent, {len(counts)} arrived, {sum(counts.values()) - len(counts)} of them again",
        f"webhook to outside system: {spread(took)}",
    ]
    if sent.answered:
        lines.append(f"webhook answered: {spread(sent.answered)}; {sent.again} calls had to be made again")
    return problems, lines


def spread(seconds: list[float]) -> str:
    cuts = [1000 * cut for cut in statistics.quantiles(seconds, n=100, method="inclusive")]
    return f"median {cuts[49]:.1f} ms, p95 {cuts[94]:.1f} ms, p99 {cuts[98]:.1f} ms, worst {1000 * max(seconds):.1f} ms"


def leaks(sent: Sent, folders: list[Path], received: list[dict]) -> list[str]:
    """Where planted values stand that must not stand there; and whether the search finds what has to be found."""
    places = [(path.name, path.read_bytes()) for folder in folders for path in folder.rglob("*") if path.is_file()]
    if not any(b"about my order" in content for _, content in places):
        return ["the search for planted values found no clean text either: it proves nothing"]
    places.append(("what arrived", json.dumps(received).encode()))
    return sorted(
        {f"a planted value in {name}" for name, content in places for v in sent.planted if v.encode() in content}
    )


if __name__ == "__main__":
    main()
