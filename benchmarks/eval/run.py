"""Precision, recall and F2 on labelled development data, and the disguises that are seen through.

A finding is right when its entity is the labelled one and the spans overlap by at least half of the longer one. The
folder of the data stands in ``CORDON_EVAL_DATA``. ``--misses`` lists what was missed and what was found falsely.
Presidio is measured beside the engine where ``cordon[presidio]`` is installed.
"""

import argparse
import os
import sys
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import disguises
from cases import Case, read
from tools import TOOLS, Judge

Tally = dict[tuple[str, str], Counter[str]]


def overlap(a: tuple[int, int], b: tuple[int, int]) -> bool:
    """Whether two spans share at least half of the longer one."""
    shared = min(a[1], b[1]) - max(a[0], b[0])
    return 2 * shared >= max(a[1] - a[0], b[1] - b[0])


def score(judge: Judge, case: Case, tally: Tally, misses: list[str]) -> None:
    """Add one case to the tally."""
    everything = judge(case.text)
    findings = [f for f in everything if case.entity is None or f[0] == case.entity]
    counter = tally.setdefault((case.source, case.entity or "anything"), Counter())
    counter["texts"] += 1
    left = list(findings)
    for span in case.spans:
        hit = next((found for found in left if overlap(found[1:], span)), None)
        if hit is None:
            counter["missed"] += 1
            others = [(entity, case.text[start:end]) for entity, start, end in everything]
            value = case.text[span[0] : span[1]]
            misses.append(f"missed  {case.source}  {case.entity}  {value!r} in {case.text!r} found {others}")
        else:
            counter["found"] += 1
            left.remove(hit)
    counter["false"] += len(left)
    misses += [f"false   {case.source}  {e}  {case.text[start:end]!r} in {case.text!r}" for e, start, end in left]


def measures(counter: Counter[str]) -> str:
    """Found, false, precision, recall, F2, false alarms per 10,000 texts."""
    found, missed, false = counter["found"], counter["missed"], counter["false"]
    per = f"{10_000 * false / counter['texts']:.0f}"
    if not found + missed:
        return f"- | {false} | - | - | - | {per}"
    precision = found / (found + false) if found + false else 1.0
    recall = found / (found + missed)
    f2 = 5 * precision * recall / (4 * precision + recall) if precision + recall else 0.0
    return f"{found} | {false} | {precision:.3f} | {recall:.3f} | {f2:.3f} | {per}"


def table(tallies: dict[str, Tally]) -> list[str]:
    """One row an entity of a source, with the measures of every tool in turn."""
    head = " | ".join(f"{name}: found | false | precision | recall | F2 | false per 10,000" for name in tallies)
    lines = [f"| data, entity | texts | values | {head} |", "|---|---:|---:|" + "---:|" * 6 * len(tallies)]
    first = next(iter(tallies.values()))
    for key in [*sorted(first), *((source, "all") for source in sorted({source for source, _ in first}))]:
        counters = [_of(tally, key) for tally in tallies.values()]
        values = counters[0]["found"] + counters[0]["missed"]
        label = f"**{key[0]}, all**" if key[1] == "all" else ", ".join(key)
        lines.append(f"| {label} | {counters[0]['texts']} | {values} | " + " | ".join(map(measures, counters)) + " |")
    return lines


def _of(tally: Tally, key: tuple[str, str]) -> Counter[str]:
    if key[1] != "all":
        return tally[key]
    return sum((counter for (source, _), counter in tally.items() if source == key[0]), Counter())


def main() -> None:
    """Print the tables as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", action="store_true", help="list what Cordon missed and found falsely")
    parser.add_argument("--source", default="")
    parser.add_argument("--entity", default="")
    parser.add_argument("--results", type=Path)
    arguments = parser.parse_args()
    folder = os.environ.get("CORDON_EVAL_DATA")
    if not folder:
        sys.exit("CORDON_EVAL_DATA must name the folder of the labelled data")
    names = [name for name in TOOLS if name == "cordon" or find_spec("presidio_analyzer")]
    judges = {name: TOOLS[name]() for name in names}
    cases = [
        case
        for case in read(Path(folder))
        if arguments.source in case.source and arguments.entity in (case.entity or "anything")
    ]
    tallies: dict[str, Tally] = {}
    for name, judge in judges.items():
        misses: list[str] = []
        tallies[name] = {}
        for case in cases:
            score(judge, case, tallies[name], misses)
        if arguments.misses and name == "cordon":
            print("\n".join(misses))
    report = "\n".join([*table(tallies), "", *disguises.rows(judges)])
    print(report)
    if arguments.results:
        arguments.results.write_text(f"# Detection on labelled data\n\n`make eval`.\n\n{report}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
