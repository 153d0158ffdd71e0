"""Tokenizations and reveals a second on SQLite, flushed to disk, on one core.

Run: ``python benchmarks/vault/bench_vault.py [--count N] [--results FILE]``. Four kinds of load: callers that come
together (64 at a time) give the throughput; 2,000 calls a second, each sent at its time whether or not earlier ones
were answered, give the latency under load; a single caller who asks again at once, and one who asks 250 times a second
and so finds caches cold and the core asleep, give the latency alone. How long the disk needs to flush 4 KiB by itself
stands beside them, for no answer can be quicker.
"""

import argparse
import asyncio
import json
import math
import os
import platform
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any

from vault.formats import TokenFormat
from vault.keyring import Keyring
from vault.policy import RevealPolicy
from vault.requests import Access, TokenRequest, View
from vault.vault import Vault

WRITER = Access(actor="bench", reason="benchmark")
CALLS = 2000
"""Calls of each kind of load that latency is taken from."""
LOADS = {
    "at_2000": "2,000 a second, many callers",
    "alone": "one caller, one after the other",
    "alone_at_250": "one caller, 250 a second",
}
Call = Callable[[int], Awaitable[object]]


def request(number: int) -> TokenRequest:
    card = f"4{number:014}0"
    return TokenRequest(entity="payment_card", value=card, format=TokenFormat.FORMAT_PRESERVING)


async def together(call: Call, count: int, callers: int = 64) -> float:
    numbers = iter(range(count))

    async def caller() -> None:
        for number in numbers:
            await call(number)

    started = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(callers)))
    return count / (time.perf_counter() - started)


async def alone(call: Call, numbers: range, rate: float) -> list[float]:
    """Milliseconds of one caller's calls, so many a second or, at ``inf``, one after the other."""
    taken = []
    begin = time.perf_counter()
    for place, number in enumerate(numbers):
        if (early := begin + place / rate - time.perf_counter()) > 0:
            await asyncio.sleep(early)
        taken.append(await _timed(call, number))
    return taken


async def on_schedule(call: Call, numbers: range, rate: float) -> list[float]:
    """Milliseconds from each call's time on the schedule to its answer, whether or not earlier ones were answered."""
    begin = time.perf_counter()

    async def one(place: int, number: int) -> float:
        await call(number)
        return (time.perf_counter() - begin - place / rate) * 1000

    calls: list[asyncio.Task[float]] = []
    while len(calls) < len(numbers):
        due = int((time.perf_counter() - begin) * rate) + 1
        calls += [
            asyncio.create_task(one(place, numbers[place])) for place in range(len(calls), min(due, len(numbers)))
        ]
        await asyncio.sleep(max(0.0, begin + len(calls) / rate - time.perf_counter()))
    return await asyncio.gather(*calls)


async def _timed(call: Call, number: int) -> float:
    started = time.perf_counter()
    await call(number)
    return (time.perf_counter() - started) * 1000


async def latencies(call: Call, first: int, count: int) -> dict[str, dict[str, float]]:
    """Median and 99th percentile of each kind of load, in milliseconds."""
    loads: dict[str, Callable[[range], Awaitable[list[float]]]] = {
        "at_2000": lambda numbers: on_schedule(call, numbers, 2000.0),
        "alone": lambda numbers: alone(call, numbers, math.inf),
        "alone_at_250": lambda numbers: alone(call, numbers, 250.0),
    }
    found = {}
    for place, (name, load) in enumerate(loads.items()):
        times = await load(range(first + place * count, first + (place + 1) * count))
        found[name] = {
            "median_ms": round(statistics.median(times), 3),
            "p99_ms": round(statistics.quantiles(times, n=100)[98], 3),
        }
    return found


def _machine() -> str:
    """What it ran on. ``chrt -f 10`` keeps other processes off its core."""
    has_core = hasattr(os, "sched_getscheduler") and os.sched_getscheduler(0) == os.SCHED_FIFO
    return f"{platform.machine()}, pinned to one core" + (" that it had to itself (`chrt -f 10`)" if has_core else "")


def flush_ms(folder: Path, times: int = 200) -> float:
    """Median of a 4 KiB write and its flush."""
    taken = []
    descriptor = os.open(folder / "flushed", os.O_CREAT | os.O_RDWR)
    for number in range(times):
        os.pwrite(descriptor, os.urandom(4096), number * 4096)
        started = time.perf_counter()
        os.fdatasync(descriptor)
        taken.append((time.perf_counter() - started) * 1000)
    os.close(descriptor)
    return round(statistics.median(taken), 3)


async def measure(count: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        keyring = Keyring.create(Path(folder) / "keyring.json")
        policy = RevealPolicy(plain_per_hour=10**9)
        vault = await Vault.open(f"sqlite:///{folder}/vault.db", keyring, policy=policy)
        tokens: dict[int, str] = {}

        async def create(number: int) -> None:
            tokens[number] = (await vault.tokenize(request(number), WRITER)).token

        async def reveal(number: int) -> None:
            await vault.reveal(tokens[number], View.PLAIN, WRITER)

        result: dict[str, Any] = {"machine": _machine(), "count": count}
        for name, call in (("tokenize", create), ("reveal", reveal)):
            cpu = time.process_time()
            rate = await together(call, count)
            cpu = time.process_time() - cpu
            result[name] = {"per_second": round(rate), "cpu_ms": round(cpu / count * 1000, 3)}
            result[name] |= await latencies(call, count if name == "tokenize" else 0, CALLS)
        result["flush_ms"] = flush_ms(Path(folder))
        result["load"] = round(os.getloadavg()[0], 1)
        result["audit_is_intact"] = (await vault.verify_audit()).is_intact
        await vault.close()
        return result


def page(result: dict[str, Any]) -> str:
    """The results as a page."""
    throughput = "".join(
        f"| {name} | {result[name]['per_second']:,} | {result[name]['cpu_ms']} |\n" for name in ("tokenize", "reveal")
    )
    latency = "".join(
        f"| {name} | "
        + " | ".join(f"{one['median_ms']} ({one['p99_ms']})" for one in (result[name][load] for load in LOADS))
        + " |\n"
        for name in ("tokenize", "reveal")
    )
    return (
        f"# The vault alone\n\nMeasured by `make bench-vault` on {date.today():%d %B %Y}: {result['machine']}, "  # noqa: DTZ011  (the machine's day)
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version} with `synchronous=FULL`. "
        "Each operation seals or opens a value, appends an audit record to the hash chain and is on disk before it is "
        "answered. Every value is new: none is found by its fingerprint.\n\n"
        f"## Throughput\n\n{result['count']:,} operations each, 64 callers at a time.\n\n"
        f"| | a second | CPU ms each |\n|--|--|--|\n{throughput}\n"
        f"## Latency\n\nMedian (99th percentile) of {CALLS:,} operations, in milliseconds.\n\n"
        f"| | {' | '.join(LOADS.values())} |\n|--|--|--|--|\n{latency}\n"
        "At 2,000 a second each operation begins at its time on a schedule, whether or not earlier ones were answered; "
        "those that come together share a commit. At 250 a second the core falls asleep between two operations and "
        "finds its caches cold.\n\n"
        f"The disk alone needed {result['flush_ms']} ms (median) to flush 4 KiB at the time, and {result['load']} "
        f"processes on average wanted this machine's {os.cpu_count()} cores.\n"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--results", type=Path, help="Write a page too.")
    given = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    measured = asyncio.run(measure(given.count))
    print(json.dumps(measured, indent=2))
    if given.results:
        given.results.write_text(page(measured), encoding="utf-8")
