"""Tokenizations and reveals a second on SQLite, flushed to disk, on one core.

Run: ``python benchmarks/vault/bench_vault.py [--count N] [--results FILE]``. Two kinds of load: callers that come
together (64 at a time) give the throughput; one caller after the other, paced at 250 a second, gives the latency. How
long the disk needs to flush 4 KiB by itself stands beside them, for no answer can be quicker.
"""

import argparse
import asyncio
import json
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


async def paced(call: Call, first: int, count: int, rate: float = 250.0) -> list[float]:
    taken = []
    begin = time.perf_counter()
    for number in range(count):
        await asyncio.sleep(max(0.0, begin + number / rate - time.perf_counter()))
        started = time.perf_counter()
        await call(first + number)
        taken.append((time.perf_counter() - started) * 1000)
    return taken


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

        result: dict[str, Any] = {"machine": f"{platform.machine()}, pinned to one core", "count": count}
        for name, call in (("tokenize", create), ("reveal", reveal)):
            cpu = time.process_time()
            rate = await together(call, count)
            cpu = time.process_time() - cpu
            times = await paced(call, count if name == "tokenize" else 0, 1000)
            result[name] = {
                "per_second": round(rate),
                "cpu_ms": round(cpu / count * 1000, 3),
                "median_ms": round(statistics.median(times), 3),
                "p99_ms": round(statistics.quantiles(times, n=100)[98], 3),
            }
        result["flush_ms"] = flush_ms(Path(folder))
        result["load"] = round(os.getloadavg()[0], 1)
        result["audit_is_intact"] = (await vault.verify_audit()).is_intact
        await vault.close()
        return result


def page(result: dict[str, Any]) -> str:
    """The results as a page."""
    rows = "".join(
        f"| {name} | {one['per_second']:,} | {one['cpu_ms']} | {one['median_ms']} | {one['p99_ms']} |\n"
        for name, one in result.items()
        if isinstance(one, dict)
    )
    return (
        f"# The vault alone\n\nMeasured by `make bench-vault` on {date.today():%d %B %Y}: {result['machine']}, "  # noqa: DTZ011  (the machine's day)
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version} with `synchronous=FULL`, "
        f"{result['count']:,} operations each.\n\n"
        "| | a second, 64 callers at a time | CPU ms each | median ms, one caller, 250 a second | p99 ms |\n"
        f"|--|--|--|--|--|\n{rows}\n"
        "Each operation seals or opens a value, appends an audit record to the hash chain and is on disk before it is "
        "answered. Every value is new: none is found by its fingerprint. The disk alone needed "
        f"{result['flush_ms']} ms (median) to flush 4 KiB at the time, and {result['load']} "
        f"processes on average wanted this machine's {os.cpu_count()} cores: CPU time is what to compare.\n"
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
