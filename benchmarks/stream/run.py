"""Cordon's critical stage against its peers: throughput in CPU seconds, memory, and latency at a paced load.

Usage: ``python benchmarks/stream/run.py [--records N] [--rounds N] [--only PROGRAM ...] [--results FILE]``
"""

import argparse
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec

from sandbox.kafka import KafkaBroker
from sandbox.process import ChildProcess, cordon, free_port
from sandbox.prove.ledger import card_number

HERE = Path(__file__).parent
FOUR_RULES = HERE / "four_rules.yaml"
PEERS = {
    "aiokafka": "aiokafka_loop.py",
    "aiokafka-defaults": "aiokafka_loop.py",
    "confluent": "confluent_batch.py",
    "textbook": "textbook_faust.py",
}
BATCH_BYTES = {"aiokafka": 524_288, "aiokafka-defaults": 16_384}
"""What the loop writes in one batch: as much as Cordon, or what the client begins with."""
PROGRAMS = ("cordon", *PEERS)
WHOLE = ("cordon", "aiokafka")
"""Run with every shipped pack as well: Cordon then seals for review, too, what the second tier may find."""
SLOW = {"textbook": 10}
"""Given a tenth of the records: it takes minutes otherwise, and its cost per record does not change."""


@dataclass(slots=True)
class Figures:
    cpu_per_10k: list[float] = field(default_factory=list)
    records_per_second: list[float] = field(default_factory=list)
    memory_mib: list[float] = field(default_factory=list)
    latencies: dict[int, tuple[float, float]] = field(default_factory=dict)


def records(count: int) -> list[tuple[str, str, bytes]]:
    """(topic, key, value) of about 330 bytes each, one in twelve with something to find, the same in every run."""
    dice = random.Random(1)
    fed = []
    for number in range(count):
        conversation = f"conversation-{dice.randrange(500)}"
        text = f"message {number} about my order from last week, please have a look and tell me when it will arrive"
        if number % 12 == 0:
            text = f"{text}, my card is {card_number(dice)}"
        event = {
            "event_id": f"event-{number}",
            "conversation_id": conversation,
            "direction": "INBOUND",
            "channel": "whatsapp",
            "sender": "customer-1650551234",
            "text": text,
            "occurred_at": "2026-01-31T12:00:00.123Z",
        }
        fed.append(("messages.inbound", conversation, json.dumps(event).encode()))
    return fed


class Trial:
    """One program on topics of its own."""

    def __init__(
        self,
        program: str,
        bootstrap_servers: str,
        folder: Path,
        *,
        backlog: Sequence[tuple[str, str, bytes]] = (),
        workers: int = 1,
        policy: Path | None = FOUR_RULES,
    ) -> None:
        self.prefix = f"bench-{uuid4().hex[:8]}."
        self.bootstrap_servers = bootstrap_servers
        folder = folder / self.prefix
        folder.mkdir()
        environment = {
            "CORDON_KAFKA_BOOTSTRAP_SERVERS": bootstrap_servers,
            "CORDON_TOPIC_PREFIX": self.prefix,
            "CORDON_KEYRING_FILE": str(folder / "keyring.json"),
            "CORDON_DATA_DIR": str(folder / "data"),
            "PYTHONPATH": os.pathsep.join((str(HERE), str(HERE / "peers"))),
            **({"CORDON_POLICY_FILE": str(policy)} if policy else {}),
            **({"BATCH_BYTES": str(BATCH_BYTES[program])} if program in BATCH_BYTES else {}),
        }
        for arguments in (("keys", "create", environment["CORDON_KEYRING_FILE"]), ("topics", "create")):
            subprocess.run(cordon(*arguments), env=os.environ | environment, check=True, capture_output=True)
        self.feed(backlog)
        command = (
            cordon("worker", "--stages", "critical")
            if program == "cordon"
            else [sys.executable, str(HERE / "peers" / PEERS[program])]
        )
        ports = [free_port() for _ in range(workers)]
        self.processes = [
            ChildProcess(
                command, environment=environment | {"CORDON_METRICS_PORT": str(port)}, log=folder / f"log-{port}"
            )
            for port in ports
        ]
        self.process = self.processes[0]
        for process, port in zip(self.processes, ports, strict=True):
            process.wait_ready(f"http://127.0.0.1:{port}/readyz")
        if not backlog:
            time.sleep(1)

    def feed(self, fed: Sequence[tuple[str, str, bytes]]) -> None:
        producer = self._producer(linger=20)
        for topic, key, value in fed:
            while True:
                try:
                    producer.produce(self.prefix + topic, value, key)
                    break
                except BufferError:
                    producer.poll(0.05)
        producer.flush()

    def wait_for(self, count: int, seconds: float = 300) -> int:
        """Until so many records are in messages.forward; how many it are then.

        One request a look: an observer that works takes part.
        """
        admin = AdminClient({"bootstrap.servers": self.bootstrap_servers})
        deadline = time.monotonic() + seconds
        topic = self.prefix + "messages.forward"
        latest = {
            TopicPartition(topic, p): OffsetSpec.latest() for p in admin.list_topics(topic).topics[topic].partitions
        }
        while (forwarded := sum(end.result().offset for end in admin.list_offsets(latest).values())) < count:
            if time.monotonic() > deadline or not self.process.is_running:
                raise SystemExit(f"did not finish: {self.process.last_lines()}")
            time.sleep(0.05)
        return forwarded

    def latency(self, rate: int, seconds: float) -> tuple[float, float]:
        """Median and 99th percentile in ms from produce to messages.forward, above the observer's floor.

        The floor is what the same observer sees of the input topic, at the same percentile.
        """
        seen: dict[str, dict[str, float]] = {"messages.inbound": {}, "messages.forward": {}}
        consumer = self._consumer({"fetch.wait.max.ms": 5})
        for topic in seen:
            name = self.prefix + topic
            for p in consumer.list_topics(name).topics[name].partitions:
                end = consumer.get_watermark_offsets(TopicPartition(name, p))[1]
                consumer.incremental_assign([TopicPartition(name, p, end)])
        stop = threading.Event()

        def observe() -> None:
            while not stop.is_set():
                for message in consumer.consume(100, 0.005):
                    if not message.error():
                        topic = message.topic().removeprefix(self.prefix)
                        seen[topic].setdefault(json.loads(message.value())["event_id"], time.perf_counter())

        observer = threading.Thread(target=observe)
        observer.start()
        producer = self._producer(linger=0)
        sent: dict[str, float] = {}
        fed = records(int(rate * seconds))
        began = time.perf_counter()
        for number, (topic, key, value) in enumerate(fed):
            sent[f"event-{number}"] = time.perf_counter()
            producer.produce(self.prefix + topic, value, key)
            producer.poll(0)
            if (early := began + (number + 1) / rate - time.perf_counter()) > 0:
                time.sleep(early)
        producer.flush()
        wait_until_seen(seen, len(sent))
        stop.set()
        observer.join()
        consumer.close()
        warm = list(sent)[rate:]

        def percentile(topic: str, share: float) -> float:
            waits = sorted(seen[topic][event] - sent[event] for event in warm)
            return waits[int(len(waits) * share)] * 1000

        median, high = (percentile("messages.forward", p) - percentile("messages.inbound", p) for p in (0.5, 0.99))
        return median, high

    def _producer(self, linger: int) -> Producer:
        return Producer(
            {
                "bootstrap.servers": self.bootstrap_servers,
                "acks": "all",
                "partitioner": "murmur2_random",
                "linger.ms": linger,
            }
        )

    def _consumer(self, extra: dict[str, object] | None = None) -> Consumer:
        return Consumer(
            {
                "bootstrap.servers": self.bootstrap_servers,
                "group.id": uuid4().hex,
                "enable.auto.commit": False,
                **(extra or {}),
            }
        )


def wait_until_seen(seen: dict[str, dict[str, float]], count: int, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while any(len(times) < count for times in seen.values()) and time.monotonic() < deadline:
        time.sleep(0.1)


def throughput(
    program: str,
    bootstrap_servers: str,
    folder: Path,
    fed: list[tuple[str, str, bytes]],
    to: Figures,
    *,
    policy: Path | None = FOUR_RULES,
) -> None:
    trial = Trial(program, bootstrap_servers, folder, policy=policy)
    with trial.process as process:
        before, began = process.cpu_seconds(), time.monotonic()
        trial.feed(fed)
        trial.wait_for(len(fed))
        to.records_per_second.append(len(fed) / (time.monotonic() - began))
        to.cpu_per_10k.append((process.cpu_seconds() - before) / len(fed) * 10_000)
        to.memory_mib.append(process.peak_memory_mib())


def scaling(bootstrap_servers: str, folder: Path, backlog: Sequence[tuple[str, str, bytes]]) -> list[float]:
    """Records a second of one worker and of two, of the middle half of a backlog that waits for them.

    Who begins first has less left at the end, where the other works alone.
    """
    rates = []
    for workers in (1, 2):
        trial = Trial("cordon", bootstrap_servers, folder, backlog=backlog, workers=workers)
        with ExitStack() as stack:
            for process in trial.processes:
                stack.enter_context(process)
            first = trial.wait_for(len(backlog) // 4)
            began = time.monotonic()
            last = trial.wait_for(len(backlog) * 3 // 4)
            rates.append((last - first) / (time.monotonic() - began))
    return rates


def table(figures: dict[str, Figures]) -> str:
    base = statistics.median(figures["cordon"].cpu_per_10k) if "cordon" in figures else None
    lines = [
        "| program | CPU s per 10,000 | Cordon's share | records/s | peak MiB | p50 / p99 ms at 200/s | at 1,000/s |",
        "|--|--|--|--|--|--|--|",
    ]
    for program, measured in figures.items():
        cpu = statistics.median(measured.cpu_per_10k)
        share = f"{base / cpu:.2f}" if base else "-"
        waits = [
            "{:.1f} / {:.1f}".format(*measured.latencies[rate]) if rate in measured.latencies else "-"
            for rate in (200, 1000)
        ]
        spread = f"{min(measured.cpu_per_10k):.2f}-{max(measured.cpu_per_10k):.2f}"
        lines.append(
            f"| {program} | {cpu:.2f} ({spread}) | {share} | {statistics.median(measured.records_per_second):,.0f} "
            f"| {max(measured.memory_mib):.0f} | {waits[0]} | {waits[1]} |"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="*", default=list(PROGRAMS), choices=PROGRAMS)
    parser.add_argument("--paced-seconds", type=float, default=15)
    parser.add_argument(
        "--backlog", type=int, default=200_000, help="records for one worker against two; 0: not at all"
    )
    parser.add_argument("--results", type=Path)
    options = parser.parse_args()
    figures = {program: Figures() for program in options.only}
    with tempfile.TemporaryDirectory(prefix="cordon-bench-") as name, KafkaBroker() as broker:
        folder = Path(name)
        for number in range(options.rounds):
            for program in options.only:
                fed = records(options.records // SLOW.get(program, 1))
                throughput(program, broker.bootstrap_servers, folder, fed, figures[program])
                print(
                    f"round {number + 1} {program}: {figures[program].cpu_per_10k[-1]:.3f} CPU s per 10,000", flush=True
                )
        whole = {program: Figures() for program in WHOLE if program in options.only}
        for _ in range(options.rounds):
            for program, to in whole.items():
                throughput(program, broker.bootstrap_servers, folder, records(options.records), to, policy=None)
                print(f"every pack, {program}: {to.cpu_per_10k[-1]:.3f} CPU s per 10,000", flush=True)
        backlog = records(options.backlog)
        scaled = [scaling(broker.bootstrap_servers, folder, backlog) for _ in range(options.rounds if backlog else 0)]
    # on a broker of their own: one that still digests a backlog stalls now and then
    with tempfile.TemporaryDirectory(prefix="cordon-bench-") as name, KafkaBroker() as broker:
        for program in options.only:
            trial = Trial(program, broker.bootstrap_servers, Path(name))
            with trial.process:
                for rate in (200, 1000):
                    figures[program].latencies[rate] = trial.latency(rate, options.paced_seconds)
            print(f"paced {program}: {figures[program].latencies}", flush=True)
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, broker beside it"
    report = (
        f"{machine}; {options.records:,} records, {options.rounds} rounds, medians (min-max).\n\n{table(figures)}\n"
    )
    for program, measured in whole.items():
        cpu = statistics.median(measured.cpu_per_10k)
        report += f"\nWith every pack instead of the four rules, {program}: {cpu:.2f} CPU s per 10,000.\n"
    if scaled:
        one, two = (statistics.median(rates) for rates in zip(*scaled, strict=True))
        times = sorted(two / one for one, two in scaled)
        report += (
            f"\nA backlog of {options.backlog:,} records, the broker on the same cores: one worker {one:,.0f} "
            f"a second, two {two:,.0f}, {statistics.median(times):.2f}x ({times[0]:.2f}-{times[-1]:.2f}).\n"
        )
    print(report)
    if options.results:
        options.results.write_text(f"# Results\n\n{report}", encoding="utf-8")


if __name__ == "__main__":
    main()
