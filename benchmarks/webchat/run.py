"""Many guests at once through the gateway, beside a few that go straight to the double of Genesys.

Usage: ``python benchmarks/webchat/run.py [--guests N] [--rate N] [--seconds N] [--results FILE]``

A guest sends a message and waits for its echo: the gateway judges both ways of it. What the gateway adds is the
difference to the guests who go straight, in the same seconds, so that whatever else the machine does hits both. Every
tenth message holds a card number: it has to be on record in Kafka before it goes on, and must stand nowhere.
"""

import argparse
import asyncio
import contextlib
import json
import os
import platform
import random
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import httpx
from websockets.asyncio.client import ClientConnection, connect

from sandbox.kafka import KafkaBroker
from sandbox.process import ChildProcess, cordon, free_port
from sandbox.prove.ledger import card_number
from streams.topics import Topic

STRAIGHT = 50
"""Guests who go straight to the double, at a tenth of the rate of the others each."""
CONNECTING = 25
"""Guests who connect at a time."""
DEPLOYMENT = "0f7d5b1e-3c1e-4d0a-9a0e-6d5c1f2b7a90"
PATIENCE = 15.0
GOAL_MS = 25.0


@dataclass
class Guest:
    """One connection, and the messages that wait for their echo."""

    socket: ClientConnection
    token: str = field(default_factory=lambda: str(uuid4()))
    waiting: dict[str, float] = field(default_factory=dict)
    """Instants of sending by tracing id, in order."""
    took: list[float] = field(default_factory=list)
    """Seconds from sending to the echo."""
    disorder: int = 0
    refused: int = 0
    reader: asyncio.Task[None] | None = None

    async def send(self, action: str, **fields: object) -> None:
        tracing_id = str(uuid4())
        self.waiting[tracing_id] = time.perf_counter()
        await self.socket.send(json.dumps({"action": action, "token": self.token, "tracingId": tracing_id, **fields}))

    async def read(self) -> None:
        async for raw in self.socket:
            frame = json.loads(raw)
            tracing_id = frame.get("tracingId")
            if tracing_id not in self.waiting:
                continue
            self.disorder += tracing_id != next(iter(self.waiting))
            took = time.perf_counter() - self.waiting.pop(tracing_id)
            if frame["class"] == "StructuredMessage":
                self.took.append(took)
            elif frame["class"] != "SessionResponse":
                self.refused += 1


@dataclass
class Processes:
    """What runs beside the guests."""

    double_url: str
    gateway_url: str
    gateway: ChildProcess
    broker: KafkaBroker
    folder: Path


@dataclass
class Measured:
    """What a run gave."""

    through: list[Guest]
    straight: list[Guest]
    lost: int
    planted: list[str]
    reached: str
    """Everything that the double has."""
    cores: float
    """That the gateway used."""


def main() -> None:
    """Run and print; a wrong outcome is exit code 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--guests", type=int, default=500)
    parser.add_argument("--rate", type=float, default=50.0)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--results", type=Path)
    options = parser.parse_args()
    with running() as processes:
        lines, problems = asyncio.run(measure(processes, options))
    report = "\n".join([*lines, *(f"WRONG: {problem}" for problem in problems)])
    print(report)
    if options.results:
        options.results.write_text(f"# Web chat under load\n\n```\n{report}\n```\n", encoding="utf-8")
    raise SystemExit(bool(problems))


@contextlib.contextmanager
def running() -> Iterator[Processes]:
    """A Kafka, the double of Genesys, and a gateway between."""
    with tempfile.TemporaryDirectory(prefix="cordon-webchat-") as name, KafkaBroker() as broker:
        folder, double, gateway = Path(name), free_port(), free_port()
        environment = {
            "CORDON_KAFKA_BOOTSTRAP_SERVERS": broker.bootstrap_servers,
            "CORDON_KEYRING_FILE": str(folder / "keyring.json"),
            "CORDON_DATA_DIR": str(folder / "data"),
            "CORDON_GATEWAY_AUTH": "off",
            "CORDON_GATEWAY_PORT": str(gateway),
            "CORDON_WEBMESSAGING_URL": f"ws://127.0.0.1:{double}",
            "CORDON_WEBMESSAGING_API_URL": f"http://127.0.0.1:{double}",
            "CORDON_WEBMESSAGING_DEPLOYMENT_ID": DEPLOYMENT,
        }
        subprocess.run(cordon("keys", "create", str(folder / "keyring.json")), check=True, capture_output=True)
        broker.make_topics(list(Topic), partitions=4)
        command = cordon("sandbox", "webmessaging", "--port", str(double), "--silent")
        with (
            ChildProcess(command, environment={}, log=folder / "double.log") as child,
            ChildProcess(cordon("gateway"), environment=environment, log=folder / "gateway.log") as child_gateway,
        ):
            child.wait_ready(f"http://127.0.0.1:{double}/_sandbox/health")
            child_gateway.wait_ready(f"http://127.0.0.1:{gateway}/readyz")
            yield Processes(f"http://127.0.0.1:{double}", f"http://127.0.0.1:{gateway}", child_gateway, broker, folder)


async def measure(processes: Processes, options: argparse.Namespace) -> tuple[list[str], list[str]]:
    """Let the guests talk, and hold what came back against what was sent."""
    through = await joined(processes.gateway_url, options.guests)
    straight = await joined(processes.double_url, STRAIGHT)
    planted: list[str] = []
    await talk(through, options.rate, 3.0, planted)  # the first messages pay for connections and code
    for guest in [*through, *straight]:
        guest.took.clear()
    cpu, began = processes.gateway.cpu_seconds(), time.perf_counter()
    await asyncio.gather(
        talk(through, options.rate, options.seconds, planted),
        talk(straight, options.rate / 10, options.seconds, None),
    )
    took = time.perf_counter() - began
    cpu = processes.gateway.cpu_seconds() - cpu
    lost = await settled([*through, *straight])
    async with httpx.AsyncClient(base_url=processes.double_url, timeout=30) as http:
        reached = "".join([(await http.get(f"/_sandbox/{what}")).text for what in ("received", "sessions")])
    for guest in [*through, *straight]:
        guest.reader.cancel()
        await guest.socket.close()
    measured = Measured(through, straight, lost, planted, reached, cpu / took)
    return account(measured, processes, options)


async def joined(url: str, count: int) -> list[Guest]:
    """So many guests with a session each."""
    turn = asyncio.Semaphore(CONNECTING)

    async def one() -> Guest:
        async with turn:
            address = f"{url.replace('http', 'ws', 1)}/v1?deploymentId={DEPLOYMENT}"
            guest = Guest(await connect(address, proxy=None, compression=None))
            guest.reader = asyncio.create_task(guest.read())
            await guest.send("configureSession", deploymentId=DEPLOYMENT, startNew=False)
            while guest.waiting:  # noqa: ASYNC110  (its reader empties it)
                await asyncio.sleep(0.01)
            return guest

    return list(await asyncio.gather(*(one() for _ in range(count))))


async def talk(guests: list[Guest], rate: float, seconds: float, planted: list[str] | None) -> None:
    """Messages at a steady pace, each from another guest."""
    began = time.perf_counter()
    for number in range(int(rate * seconds)):
        await asyncio.sleep(max(began + number / rate - time.perf_counter(), 0))
        text = f"message {number}: when will my order arrive? It is the blue one, for my sister's birthday."
        if planted is not None and number % 10 == 0:
            planted.append(card_number(random.Random(len(planted))))
            text = f"message {number}: my card is {planted[-1]}"
        await guests[number % len(guests)].send("onMessage", message={"type": "Text", "text": text})


async def settled(guests: list[Guest]) -> int:
    """Wait for the last echoes; how many never came."""
    until = time.perf_counter() + PATIENCE
    while time.perf_counter() < until and any(guest.waiting for guest in guests):  # noqa: ASYNC110  (as above)
        await asyncio.sleep(0.1)
    return sum(len(guest.waiting) for guest in guests)


def account(run: Measured, processes: Processes, options: argparse.Namespace) -> tuple[list[str], list[str]]:
    """Write the report and list what is wrong."""
    with_us = [took for guest in run.through for took in guest.took]
    without = [took for guest in run.straight for took in guest.took]
    added = 1000 * (statistics.median(with_us) - statistics.median(without))
    refused = sum(guest.refused for guest in [*run.through, *run.straight])
    disorder = sum(guest.disorder for guest in run.through)
    folders = [processes.broker.data_folder, processes.folder]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    places = [(path.name, path.read_bytes()) for path in files] + [("what reached Genesys", run.reached.encode())]
    leaks = sorted({name for name, content in places for value in run.planted if value.encode() in content})
    records = sum(content.count(b'"rule":"CreditCard"') for _, content in places)
    machine = f"{platform.machine()}, {os.cpu_count()} cores for guests, gateway, Kafka and the double together"
    lines = [
        f"{machine}; Python {platform.python_version()}; load {os.getloadavg()[0]:.1f}",
        f"{options.guests} guests connected through the gateway, {options.rate:.0f} messages a second in all",
        f"{len(with_us)} echoes in {options.seconds:.0f} s; {len(run.planted)} messages held a card number",
        f"through the gateway: {spread(with_us)}",
        f"straight:            {spread(without)}",
        f"added at the median: {added:.1f} ms (both ways of a message and its echo)",
        f"gateway: {run.cores:.2f} cores, {processes.gateway.peak_memory_mib():.0f} MiB at its peak",
        f"lost {run.lost}, refused {refused}, out of order {disorder}",
        f"card numbers found in {len(leaks)} of {len(places)} places; {records} records of violations and alerts",
    ]
    problems = []
    if run.lost or refused or disorder:
        problems.append("messages were lost, refused or out of order")
    if leaks:
        problems.append(f"card numbers stand in {', '.join(leaks)}")
    if "blue one" not in run.reached or not records:
        problems.append("the search for card numbers found no clean text or no record either: it proves nothing")
    if added > GOAL_MS:
        problems.append(f"the median grew by more than {GOAL_MS:.0f} ms")
    return lines, problems


def spread(seconds: list[float]) -> str:
    cuts = [1000 * cut for cut in statistics.quantiles(seconds, n=100, method="inclusive")]
    return f"median {cuts[49]:.1f} ms, p95 {cuts[94]:.1f} ms, p99 {cuts[98]:.1f} ms, worst {1000 * max(seconds):.1f} ms"


if __name__ == "__main__":
    main()
