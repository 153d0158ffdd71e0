"""Microseconds a message, memory and start-up of the engine, beside a plain loop and Presidio over the same rules.

Run: ``python benchmarks/engine/run.py [--count N] [--results FILE]``. Every contender has a process of its own, and
all read the same messages. Times are of the processor, so that what else the machine does counts little. Presidio is
left out where ``cordon[presidio]`` is not installed.
"""

import argparse
import base64
import json
import platform
import random
import resource
import statistics
import string
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
ROUNDS = 3
"""Of which the quickest counts: the others were disturbed."""
SLOW, SLOW_COUNT = frozenset({"re loop, same rules", "presidio, same rules"}), 600
"""Contenders that take a thousand times as long, and messages that are enough for them."""
HOSTILE_SIZE = 65536
_NOISE = random.Random(5)


def _noise(alphabet: str, least: int, most: int) -> str:
    """Words of any characters: an automaton meets no state twice in it."""
    words = ("".join(_NOISE.choices(alphabet, k=_NOISE.randint(least, most))) for _ in range(HOSTILE_SIZE // least))
    return " ".join(words)


def _asked_for() -> str:
    """A word that speaks for a rule before each number, so that no rule rests anywhere."""
    words = (
        *("aadhaar", "account", "aba", "bsn", "cpf", "cuit", "dni", "driver licence", "fodselsnummer", "insurance"),
        *("itin", "mrn", "my number", "nhs", "nif", "npi", "passport", "patient", "pesel", "phone", "routing", "ruc"),
        *("sin", "ssn", "steuer id", "tckn", "tfn"),
    )
    return " ".join(f"{_NOISE.choice(words)} {_NOISE.randrange(10**8, 10**11)}" for _ in range(HOSTILE_SIZE // 12))


def _misspelt() -> str:
    """A misspelt label before each number, so that a further reading names all of them."""
    words = ("pasword", "acount", "numbr", "verfication", "paswoord")
    return " ".join(f"{_NOISE.choice(words)} {_NOISE.randrange(10**3, 10**16)}" for _ in range(HOSTILE_SIZE // 12))


HOSTILE = {
    "digits": "4111 1111 1111 1111 ",
    "one digit": "4",
    "cards that fail": "4111 1111 1111 1112 ",
    "at signs": "a@",
    "e-mail addresses": "jane.doe@example.com, ",
    "e-mail addresses in words": "jane at example dot com, ",
    "brackets": "+(",
    "nested brackets": "((([[[{{{",
    "telephone numbers": "+1 202 555 0100, (202) 555-0101 202-555-0102 ",
    "bare telephone numbers": "2025550100 ",
    "IBANs": "DE89 3704 0044 0532 0130 00 ",
    "IBANs that fail": "DE89 3704 0044 0532 0130 01 ",
    "words": "four ",
    "spelled and written": "double four 5 three 9 then ",
    "password": "password is ",
    "dates": "04/21/2020 12:30:00 ",
    "SSNs that fail": "000-22-8714 ",
    "invisible": "4\u200b",
    "keycaps": "4\ufe0f\u20e3 ",
    "combining marks": "4\u0336\u0301",
    "overrides": "\u202e4539 1488 ",
    "digits of another script": "\u0664\u0665\u0663\u0669 ",
    "letters for digits": "4l1I ",
    "percent": "%34",
    "references": "&#52;",
    "base64": base64.b64encode(_NOISE.randbytes(HOSTILE_SIZE)).decode(),
    "base64 of cards": base64.b64encode(b"4539148803436467").decode() + " ",
    "hexadecimal": "34353339313438383033343336343637 ",
    "UUIDs": "123e4567-e89b-12d3-a456-426614174000 ",
    "parcels": "1Z999AA10123456784 ",
    "tags": "<b>4</b>",
    "emphasis": "**4",
    "JSON": '{"card":"4539 1488","phone":"+1 202 555 0100","password":"x1y2z3!"},',
    "nested JSON": '{"a":[',
    "links": "https://example.com/a/b?card=4539-1488&x=1 ",
    "noise of letters": _noise(string.ascii_letters + string.digits, 3, 9),
    "noise of digits": _noise(string.digits + " .-/()+", 30, 60),
    "noise of hexadecimal": _noise("0123456789abcdef", 32, 32),
    "noise of digits and letters": _noise(string.digits * 2 + "DEAB .", 30, 60),
    "noise of look-alikes": _noise("0OolI1SBZ5 4539 .", 30, 60),
    "noise of digits and marks": _noise(string.digits + "D= -", 30, 60),
    "noise of ASCII": _noise(string.printable, 30, 60),
    "noise of full-width digits": _noise("\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19 ", 30, 60),
    "overrides of noise": "\u202e" + _noise(string.digits + " .-", 30, 60),
    "letters set apart": " ".join(_noise(string.ascii_letters + string.digits, 60, 60)),
    "emphasis in noise": _noise("*_~" + string.digits + " ", 30, 60),
    "words for signs": "jane at example dot com (at) [dot] arroba punto ",
    "words between groups": "card: first four 4539, next four 1488, then 0343, last 6467 ",
    "misspelt labels": _misspelt(),
    "words of context": _asked_for(),
    "mixed": "my card 4111-1111 is at bob@example.com +1 (202) 555-0100, senha: abc123 ",
}
Row = dict[str, float]


def measured(judge: Judge, texts: list[str]) -> list[float]:
    """Microseconds of each text, ascending."""
    taken = []
    for text in texts:
        started = time.thread_time_ns()
        judge(text)
        taken.append((time.thread_time_ns() - started) / 1000)
    return sorted(taken)


def contend(name: str, count: int) -> Row:
    """Measure one contender in this process."""
    started = time.process_time()
    judge = CONTENDERS[name]()
    judge("hello")
    start_up = time.process_time() - started
    count = min(count, SLOW_COUNT) if name in SLOW else count
    for text in messages(min(WARM_UP, count), seed=0):
        judge(text)
    taken = min((measured(judge, list(messages(count))) for _ in range(ROUNDS)), key=statistics.median)
    clean = measured(judge, list(messages(count, seed=2, sensitive=0)))
    row = {f"p{percent}": taken[int(len(taken) * percent / 100)] for percent in (50, 90, 99)}
    row |= {"clean p50": clean[len(clean) // 2], "mean": statistics.mean(taken), "start_s": start_up}
    row["memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if name == "cordon":
        for kind, piece in HOSTILE.items():
            text = (piece * (HOSTILE_SIZE // len(piece) + 1))[:HOSTILE_SIZE]
            row[f"hostile {kind}"] = min(measured(judge, [text] * 3)) / 1000
    return row


def separately(name: str, count: int) -> Row:
    """Measure one contender in a process of its own."""
    command = [sys.executable, __file__, "--contender", name, "--count", str(count)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    row: Row = json.loads(answer.stdout.splitlines()[-1])
    return row


def lines_a_second(count: int) -> tuple[float, float]:
    """``cordon scan --jsonl``: microseconds a message and seconds for a single line, of the processor."""
    command = [sys.executable, "-m", "cli", "scan", "--jsonl"]
    lines = [json.dumps({"id": str(n), "text": text}) + "\n" for n, text in enumerate(messages(count))]
    seconds = []
    for sent in (lines[:1], lines):
        started = _children()
        subprocess.run(command, check=True, input="".join(sent), capture_output=True, text=True, cwd=ROOT)
        seconds.append(_children() - started)
    return (seconds[1] - seconds[0]) / (count - 1) * 1e6, seconds[0]


def _children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


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
    lines = f"`cordon scan --jsonl`: {a_line:.1f} microseconds a line, {first:.2f} s for a run of one line."
    report = f"{table(rows)}\n\n{lines}"
    print(report)
    if arguments.results:
        arguments.results.write_text(
            f"# The engine alone\n\n`make bench-engine`: chat messages of 87 characters, processor time, one core, "
            f"Python {platform.python_version()} on {platform.machine()}.\n\n{report}\n",
            encoding="utf-8",
        )


if __name__ == "__main__":
    main()
