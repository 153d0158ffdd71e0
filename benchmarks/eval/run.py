"""Precision, recall and F2 of the engine on labelled development data.

A finding is right when its entity is the labelled one and the spans overlap by at least half of the longer one. The
folder of the data stands in ``CORDON_EVAL_DATA``. ``--misses`` lists what was missed and what was found falsely.
"""

import argparse
import os
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from cases import Case, read

from detection import Engine, load_policy
from schemas import Direction

Tally = dict[tuple[str, str], Counter[str]]


def overlap(a: tuple[int, int], b: tuple[int, int]) -> bool:
    """Whether two spans share at least half of the longer one."""
    shared = min(a[1], b[1]) - max(a[0], b[0])
    return 2 * shared >= max(a[1] - a[0], b[1] - b[0])


def score(engine: Engine, case: Case, tally: Tally, misses: list[str]) -> None:
    """Add one case to the tally."""
    verdict = engine.scan(case.text, direction=Direction.INBOUND)
    findings = [f for f in verdict.findings if case.entity is None or f.entity == case.entity]
    counter = tally.setdefault((case.source, case.entity or "anything"), Counter())
    counter["texts"] += 1
    left = [(f.start, f.end) for f in findings]
    for span in case.spans:
        hit = next((found for found in left if overlap(found, span)), None)
        if hit is None:
            counter["missed"] += 1
            others = [(f.rule, case.text[f.start : f.end]) for f in verdict.findings]
            value = case.text[span[0] : span[1]]
            misses.append(f"missed  {case.source}  {case.entity}  {value!r} in {case.text!r} found {others}")
        else:
            counter["found"] += 1
            left.remove(hit)
    counter["false"] += len(left)
    misses += [
        f"false   {case.source}  {f.rule}  {case.text[f.start : f.end]!r} in {case.text!r} {f.reasons}"
        for f in findings
        if (f.start, f.end) in left
    ]


def row(name: str, counter: Counter[str]) -> str:
    """One line of the table."""
    found, missed, false = counter["found"], counter["missed"], counter["false"]
    precision = found / (found + false) if found + false else 1.0
    recall = found / (found + missed) if found + missed else 1.0
    f2 = 5 * precision * recall / (4 * precision + recall) if precision + recall else 0.0
    per = 10_000 * false / counter["texts"]
    measures = f"{precision:.3f} | {recall:.3f} | {f2:.3f}" if found + missed else "- | - | -"
    return f"| {name} | {counter['texts']} | {found + missed} | {found} | {false} | {measures} | {per:.0f} |"


def main() -> None:
    """Print the table as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--source", default="")
    parser.add_argument("--entity", default="")
    arguments = parser.parse_args()
    folder = os.environ.get("CORDON_EVAL_DATA")
    if not folder:
        sys.exit("CORDON_EVAL_DATA must name the folder of the labelled data")
    engine = Engine(load_policy())
    tally: Tally = {}
    misses: list[str] = []
    for case in read(Path(folder)):
        if arguments.source in case.source and arguments.entity in (case.entity or "anything"):
            score(engine, case, tally, misses)
    if arguments.misses:
        print("\n".join(misses))
    print("| data, entity | texts | values | found | false | precision | recall | F2 | false per 10,000 texts |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|")
    for (source, entity), counter in sorted(tally.items()):
        print(row(f"{source}, {entity}", counter))
    for source in sorted({source for source, _ in tally}):
        total = sum((counter for (name, _), counter in tally.items() if name == source), Counter())
        print(row(f"**{source}, all**", total))


if __name__ == "__main__":
    main()
