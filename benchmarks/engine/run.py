"""Microseconds a message, memory and start-up of the engine, beside a plain loop and Presidio over the same rules.

Run: ``python benchmarks/engine/run.py [--count N] [--results FILE]``. Every contender has a process of its own, and
all read the same messages. Presidio is left out where ``presidio-analyzer`` is not installed.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from contenders import CONTENDERS, Judge
from messages import messages

ROOT = Path(__file__).parents[2]
WARM_UP = 1500
HOSTILE_SIZE = 65536
HOSTILE = {
    "digits": "4111 1111 1111 1111 ",
    "one digit": "4",
    "at signs": "a@",
    "brackets": "+(",
    "words": "four ",
    "password": "password is ",
    "invisible": "4\u200b",
    "letters for digits": "4l1I ",
    "percent": "%34",
    "mixed": "my card 4111-1111 is at bob@example.com +1 (202) 555-0100, senha: abc123 ",
}
Row = dict[str, float]


def measured(judge: Judge, texts: list[str]) -> list[float]:
    """Microseconds of each text, ascending."""
    taken = []
    for text in texts:
        started = time.perf_counter_ns()
        judge(text)
        taken.append((time.perf_counter_ns() - started) / 1000)
    return sorted(taken)


def contend(name: str, count: int) -> Row:
    """Measure one contender in this process."""
    started = time.perf_counter()
    judge = CONTENDERS[name]()
    judge("hello")
    start_up = time.perf_counter() - started
    for text in messages(WARM_UP, seed=0):
        judge(text)
    taken = measured(judge, list(messages(count)))
    clean = measured(judge, list(messages(count, seed=2, sensitive=0)))
    row = {f"p{percent}": taken[int(len(taken) * percent / 100)] for percent in (50, 90, 99)}
    row |= {"clean p50": clean[len(clean) // 2], "mean": statistics.mean(taken), "start_s": start_up}
    row["memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if name == "cordon":
        for kind, piece in HOSTILE.items():
            text = (piece * HOSTILE_SIZE)[:HOSTILE_SIZE]
            row[f"hostile {kind}"] = min(measured(judge, [text] * 3)) / 1000
    return row


def separately(name: str, count: int) -> Row:
    """Measure one contender in a process of its own."""
    command = [sys.executable, __file__, "--contender", name, "--count", str(count)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    row: Row = json.loads(answer.stdout.splitlines()[-1])
    return row


def lines_a_second(count: int) -> tuple[float, float]:
    """``cordon scan --jsonl``: microseconds a message and the seconds until the first answer, in that order."""
    command = [sys.executable, "-m", "cli", "scan", "--jsonl"]
    lines = [json.dumps({"id": str(n), "text": text}) + "\n" for n, text in enumerate(messages(count))]
    seconds = []
    for sent in (lines[:1], lines):
        started = time.perf_counter()
        subprocess.run(command, check=True, input="".join(sent), capture_output=True, text=True, cwd=ROOT)
        seconds.append(time.perf_counter() - started)
    return (seconds[1] - seconds[0]) / (count - 1) * 1e6, seconds[0]


def table(rows: dict[str, Row]) -> str:
    """Results as Markdown."""
    columns = ("p50", "p90", "p99", "mean", "clean p50")
    lines = [
        "| microseconds a message | " + " | ".join(columns) + " | start-up, s | memory, MB |",
        "|---|" + "---:|" * (len(columns) + 2),
    ]
    for name, row in rows.items():
        figures = " | ".join(f"{row[column]:.1f}" for column in columns)
        lines.append(f"| {name} | {figures} | {row['start_s']:.2f} | {row['memory_mb']:.0f} |")
    hostile = {key: value for key, value in rows["cordon"].items() if key.startswith("hostile")}
    lines += ["", "| 64 kB of hostile text | ms |", "|---|---:|"]
    lines += [f"| {name.removeprefix('hostile ')} | {value:.1f} |" for name, value in hostile.items()]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--contender", choices=CONTENDERS)
    parser.add_argument("--results", type=Path)
    arguments = parser.parse_args()
    if arguments.contender:
        print(json.dumps(contend(arguments.contender, arguments.count)))
        return
    names = [name for name in CONTENDERS if "presidio" not in name or find_spec("presidio_analyzer")]
    rows = {name: separately(name, arguments.count) for name in names}
    a_line, first = lines_a_second(max(arguments.count, 50_000))
    report = (
        f"{table(rows)}\n\n`cordon scan --jsonl`: {a_line:.1f} microseconds a line, first answer after {first:.2f} s."
    )
    print(report)
    if arguments.results:
        arguments.results.write_text(
            f"# The engine alone\n\n`make bench-engine`, one core.\n\n{report}\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main()
