"""Tokenizations and reveals a second on SQLite, flushed to disk, on one core.

Run: ``python benchmarks/vault/bench_vault.py [--count N]``. Two kinds of load: callers that come together (64 at
a time) give the throughput; one caller after the other, paced at 250 a second, gives the latency.
"""

import argparse
import asyncio
import json
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

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


async def measure(count: int) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        keyring = Keyring.create(Path(folder) / "keyring.json")
        policy = RevealPolicy(plain_per_hour=10**9)
        vault = await Vault.open(f"sqlite:///{folder}/vault.db", keyring, policy=policy)
        tokens: dict[int, str] = {}

        async def create(number: int) -> None:
            tokens[number] = (await vault.tokenize(request(number), WRITER)).token

        async def reveal(number: int) -> None:
            await vault.reveal(tokens[number], View.PLAIN, WRITER)

        result: dict[str, object] = {"machine": f"{platform.machine()}, pinned to one core", "count": count}
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
        result["audit_is_intact"] = (await vault.verify_audit()).is_intact
        await vault.close()
        return result


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=20_000)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    print(json.dumps(asyncio.run(measure(parser.parse_args().count)), indent=2))
