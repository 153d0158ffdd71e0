"""Taking values out of a text."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import NamedTuple

from detection.finding import Finding
from detection.preview import masked
from schemas import Action


def redact(text: str, findings: Sequence[Finding], replacements: Mapping[Finding, str] | None = None) -> str:
    """Replace each finding's value in the original text; findings whose action leaves the value stay.

    ``replacements`` gives other texts than the findings' own, such as tokens of the vault.
    """
    pieces: list[str] = []
    done = 0
    for finding in sorted(findings, key=lambda finding: finding.start):
        if not finding.action.removes or finding.end <= done:
            continue
        pieces.append(text[done : finding.start])
        pieces.append(_replacement(text, finding, replacements))
        done = finding.end
    pieces.append(text[done:])
    return "".join(pieces)


def to_original(text: str, removed: Sequence[Finding], found: Iterable[Finding]) -> Iterator[Finding]:
    """Findings in the text without ``removed``, with spans in the original.

    One that touches a replacement covers its value.
    """
    cuts: list[_Cut] = []
    shift = 0
    for finding in removed:
        if finding.action.removes:
            size = len(_replacement(text, finding, None))
            cuts.append(_Cut(finding.start + shift, finding.start + shift + size, finding.start, finding.end))
            shift += size - (finding.end - finding.start)
    for finding in found:
        start, end = finding.start, finding.end
        before_start = _last(cuts, bisect_right(cuts, start, key=_START))
        if before_start is not None:
            inside = start < before_start.end
            start = before_start.value_start if inside else before_start.value_end + start - before_start.end
        before_end = _last(cuts, bisect_left(cuts, end, key=_START))
        if before_end is not None:
            end = before_end.value_end + max(0, end - before_end.end)
        yield replace(finding, start=start, end=end)


class _Cut(NamedTuple):
    """A replacement in the redacted text and its value in the original."""

    start: int
    end: int
    value_start: int
    value_end: int


_START = attrgetter("start")


def _last(cuts: Sequence[_Cut], count: int) -> _Cut | None:
    return cuts[count - 1] if count else None


def _replacement(text: str, finding: Finding, replacements: Mapping[Finding, str] | None) -> str:
    chosen = replacements.get(finding) if replacements else None
    if chosen is not None:
        return chosen
    return masked(finding, text) if finding.action is Action.MASK else finding.replacement
