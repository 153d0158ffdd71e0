"""How many of the probes in ``tests/detection/test_evasions.py`` a detector finds, by kind of disguise."""

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tools import Judge

from tests.detection.test_evasions import ENCODED, INVISIBLE, LETTERS, LOOK_ALIKES, NUMERALS, PROBES, SPELLED, WORDS

_GLYPHS = ("keycaps", "circled", "superscript", "subscript")


def rows(judges: dict[str, Judge]) -> Iterator[str]:
    """The table as Markdown: found with at least half of the span and the right entity."""
    found: dict[str, Counter[str]] = {}
    for kind, text, entity, value in PROBES:
        counter = found.setdefault(_class(kind), Counter())
        counter["probes"] += 1
        start = text.index(value)
        for name, judge in judges.items():
            counter[name] += any(e == entity and _overlaps(s, f, start, start + len(value)) for e, s, f in judge(text))
    yield "| disguise | probes | " + " | ".join(judges) + " |"
    yield "|---|---:|" + "---:|" * len(judges)
    for label, counter in found.items():
        yield f"| {label} | {counter['probes']} | " + " | ".join(str(counter[name]) for name in judges) + " |"
    total = sum(found.values(), Counter())
    yield f"| **all** | {total['probes']} | " + " | ".join(f"**{total[name]}**" for name in judges) + " |"
    false = {name: sum(bool(judge(text)) for text in LOOK_ALIKES) for name, judge in judges.items()}
    yield f"| look-alikes taken for values | {len(LOOK_ALIKES)} | " + " | ".join(map(str, false.values())) + " |"


def _overlaps(start: int, end: int, first: int, last: int) -> bool:
    return 2 * (min(end, last) - max(start, first)) >= max(end - start, last - first)


def _class(kind: str) -> str:  # noqa: PLR0911  (a table of cases)
    name = kind.split(",", maxsplit=1)[0]
    if kind.startswith(("separator", "bare")):
        return "separators between groups"
    if kind.startswith("digit by digit"):
        return "digit by digit"
    if kind in NUMERALS:
        return "digits of other scripts"
    if kind in _GLYPHS:
        return "keycaps, circled, raised and lowered digits"
    if kind in {"override", "backwards"}:
        return "reversed"
    if kind in ENCODED:
        return "escapes and encodings"
    if name in INVISIBLE:
        return "invisible and control characters"
    if kind.split(" ", maxsplit=1)[0] in WORDS or kind in SPELLED:
        return "spelled in words of nine languages"
    if kind in LETTERS:
        return "letters for digits"
    return "e-mail in words and look-alike letters" if kind == "address" else "labels in disguise, other values"
