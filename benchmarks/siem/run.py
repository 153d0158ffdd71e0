"""HEC throughput: the worker's stage against one request for each event, on one Kafka and one collector's double.

The worker is the product as its user starts it; wall time runs from its being ready, so it includes what it fetched
before. CPU seconds are the whole process's while it drained.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from confluent_kafka import Producer

sys.path.insert(0, str(Path(__file__).parents[2]))  # the world of the sink's tests

from sandbox.broker import local_broker
from sandbox.splunk import DEFAULT_TOKEN
from streams.topics import Topic
from tests.agents.siem_world import SiemWorld, SplunkReceiver, until, violation

EVENTS = 100_000
ONE_BY_ONE_EVENTS = 2_000
ROUNDS = 3
HERE = Path(__file__).parent


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--results", type=Path)
    parser.add_argument("--events", type=int, default=EVENTS)
    given = parser.parse_args()
    lines = []
    with local_broker(print) as broker, tempfile.TemporaryDirectory() as temporary:
        for number in range(ROUNDS):
            prefix = f"bench-{number}."
            broker.make_topics([f"{prefix}{topic}" for topic in Topic], partitions=4)
            folder = Path(temporary) / str(number)
            folder.mkdir()
            feed(broker.bootstrap_servers, f"{prefix}{Topic.VIOLATIONS}", given.events)
            ours = batched(broker, prefix, folder, given.events)
            theirs = one_by_one(broker.bootstrap_servers, f"{prefix}{Topic.VIOLATIONS}", folder)
            lines.append((ours, theirs))
            print(lines[-1], flush=True)
    table = report(lines, given.events)
    print(table)
    if given.results:
        given.results.write_text(table, encoding="utf-8")


def feed(bootstrap_servers: str, topic: str, count: int) -> None:
    producer = Producer({"bootstrap.servers": bootstrap_servers, "linger.ms": 5, "partitioner": "murmur2_random"})
    template = (
        violation(0).model_dump_json().replace('"run-0"', '"run-%d"').replace('"conversation-0"', '"conversation-%d"')
    )
    for number in range(count):
        while True:
            try:
                producer.produce(topic, template % (number, number % 40), key=f"conversation-{number % 40}")
                break
            except BufferError:
                producer.poll(0.05)
    assert producer.flush(120) == 0


def batched(broker, prefix: str, folder: Path, count: int) -> dict[str, float]:  # noqa: ANN001  (any broker)
    splunk = SplunkReceiver(folder)
    splunk.start()
    with SiemWorld(broker, prefix, folder, splunk.settings) as world:
        worker = world.start_worker()
        until(lambda: splunk.counts()["events"] > 0, 60)
        begun, cpu, began = splunk.counts()["events"], worker.cpu_seconds(), time.perf_counter()
        while (done := splunk.counts()["events"]) < count:
            time.sleep(0.05)
        seconds, spent = time.perf_counter() - began, worker.cpu_seconds() - cpu
        requests = splunk.counts()["requests"]
    splunk.close()
    events = done - begun
    return {"rate": events / seconds, "per_core": events / spent, "requests": requests}


def one_by_one(bootstrap_servers: str, topic: str, folder: Path) -> dict[str, float]:
    splunk = SplunkReceiver(folder)
    splunk.start()
    command = [sys.executable, str(HERE / "one_by_one.py"), bootstrap_servers, topic, splunk.url, DEFAULT_TOKEN]
    done = subprocess.run([*command, str(ONE_BY_ONE_EVENTS)], capture_output=True, text=True, check=True, timeout=300)
    splunk.close()
    took = json.loads(done.stdout.splitlines()[-1])
    return {"rate": ONE_BY_ONE_EVENTS / took["seconds"], "per_core": ONE_BY_ONE_EVENTS / took["cpu"]}


def report(rounds: list[tuple[dict[str, float], dict[str, float]]], count: int) -> str:
    lines = [
        "# HEC throughput",
        "",
        f"{count:,} violations waiting in Kafka, drained by `cordon worker --stages siem` into the double of Splunk's",
        f"collector; beside it, in the same run, {ONE_BY_ONE_EVENTS:,} of them one request each.",
        f"{os.cpu_count()} cores, shared with the broker and the double; Python {platform.python_version()}.",
        "`make bench-siem`.",
        "",
        "| round | Cordon, per s | per CPU second | requests | one by one, per s | per CPU second | faster | per CPU |",
        "|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for number, (ours, theirs) in enumerate(rounds, 1):
        lines.append(
            f"| {number} | {ours['rate']:,.0f} | {ours['per_core']:,.0f} | {ours['requests']:,} "
            f"| {theirs['rate']:,.0f} | {theirs['per_core']:,.0f} | {ours['rate'] / theirs['rate']:.0f}x "
            f"| {ours['per_core'] / theirs['per_core']:.0f}x |"
        )
    return "\n".join(lines) + "\n"


main()
