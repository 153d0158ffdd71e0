"""The channels under load: signed webhooks at a steady pace, duplicates, planted values, faults of every neighbour.

Usage: ``python benchmarks/channels/run.py [SCENARIO ...] [--messages N] [--rate N] [--results FILE]``

Each message has to arrive once, in the order of its conversation, without its planted value, which must stand in no
topic's file and no log. Latency is from the moment a message is sent to the moment the outside system has it.
A wrong outcome is exit code 1; figures are printed and not judged, since they depend on the machine.
"""

import argparse
import asyncio
import os
import tempfile
from pathlib import Path

from account import leaks
from scenarios import SCENARIOS, Outcome

from sandbox.channel_world import ChannelWorld
from sandbox.kafka import KafkaBroker

HEAD = """# The channels under load

Made by `make bench-channels`: {messages} messages at {rate:g} a second in 50 conversations, one in ten with a card
number; inbound one in ten told twice. A real Apache Kafka, the doubles, gateway and worker on one machine of {cores}
cores; `load` is the machine's load average before the scenario began, that of other work.

| scenario | messages | outcome | to the outside system | webhook answered | CPU a message | load |
|---|---|---|---|---|---|---|
"""
TAIL = """
With faults the outside system answers 429 for two seconds (Retry-After 1), 503 for two, and resets a third of the
connections for three: latency then is that of the faults. `unsigned` sends bodies with no signature or a wrong one;
`outage` freezes the broker for 30 seconds and, in another run, kills it for as long.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenario", nargs="*", choices=[[], *SCENARIOS], default=[])
    parser.add_argument("--messages", type=int, default=1000)
    parser.add_argument("--rate", type=float, default=50.0)
    parser.add_argument("--results", type=Path)
    options = parser.parse_args()
    head = HEAD.format(messages=options.messages, rate=options.rate, cores=os.cpu_count() or 1)
    print(head, end="", flush=True)
    rows = earlier_rows(options.results)
    is_whole = True
    with tempfile.TemporaryDirectory(prefix="cordon-channels-") as folder, KafkaBroker() as broker:
        for name in options.scenario or SCENARIOS:
            load = os.getloadavg()[0]
            outcome = played(name, broker, Path(folder) / name, options)
            is_whole &= not outcome.problems
            rows[name] = outcome.row(name, load)
            print(rows[name], flush=True)
            if options.results:
                table = "\n".join(rows[known] for known in SCENARIOS if known in rows)
                options.results.write_text(f"{head}{table}\n{TAIL}", encoding="utf-8")
    print(TAIL)
    raise SystemExit(not is_whole)


def earlier_rows(results: Path | None) -> dict[str, str]:
    """What the file of results says of scenarios that are not played now."""
    if results is None or not results.exists():
        return {}
    rows = [line for line in results.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    return {row.split("|")[1].strip(): row for row in rows}


def played(name: str, broker: KafkaBroker, folder: Path, options: argparse.Namespace) -> Outcome:
    """One scenario in a world of its own."""
    folder.mkdir()
    with ChannelWorld(broker, folder) as world:
        before = cpu_of(world)
        outcome = asyncio.run(SCENARIOS[name](world, broker, options.messages, options.rate))
        outcome.cpu = {child: seconds - before[child] for child, seconds in cpu_of(world).items()}
    outcome.problems += leaks(outcome.talk, broker.data_folder, folder, outcome.received) if outcome.received else []
    return outcome


def cpu_of(world: ChannelWorld) -> dict[str, float]:
    """Seconds of each process so far."""
    return {name: child.cpu_seconds() for name, child in world.children.items()}


if __name__ == "__main__":
    main()
