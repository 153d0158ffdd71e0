"""Taking values out of a text."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import NamedTuple

from msgspec.structs import replace

from detection.finding import Finding
from detection.preview import bare, masked
from detection.wellformed import fitted
from schemas import Action

MAX_BYTES = 4_096
"""What the strictest channel takes. A text that kept to it keeps to it without its values."""
SHORTEST = "[X]"
"""Takes the place of a value where the full replacement would make the text too long. No value is shorter."""


def redact(text: str, findings: Sequence[Finding], replacements: Mapping[Finding, str] | None = None) -> str:
    """Replace each finding's value in the original text; findings whose action leaves the value stay.

    ``replacements`` gives other texts than the findings' own, such as tokens of the vault.
    """
    pieces: list[str] = []
    done = 0
    for finding, replacement in _replacements(text, findings, replacements):
        pieces.append(text[done : finding.start])
        pieces.append(replacement)
        done = finding.end
    pieces.append(text[done:])
    return "".join(pieces)


def to_original(text: str, removed: Sequence[Finding], found: Iterable[Finding]) -> Iterator[Finding]:
    """Findings in the text without ``removed``, with spans in the original.

    One that touches a replacement covers its value.
    """
    cuts: list[_Cut] = []
    shift = 0
    for finding, replacement in _replacements(text, removed, None):
        size = len(replacement)
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


def _replacements(
    text: str, findings: Sequence[Finding], chosen: Mapping[Finding, str] | None
) -> list[tuple[Finding, str]]:
    """What takes the place of each value that is removed, in order of place."""
    removed: list[tuple[Finding, str]] = []
    done = 0
    for finding in sorted(findings, key=lambda finding: finding.start):
        if finding.action.removes and finding.end > done:
            removed.append((finding, _replacement(text, finding, chosen)))
            done = finding.end
    grown = sum(len(replacement) - (finding.end - finding.start) for finding, replacement in removed)
    if grown > 0 and (len(text) + grown) * _WIDEST > MAX_BYTES:
        return _shortened(text, removed)
    return removed


_WIDEST = 4
"""Bytes of the widest character."""


def _shortened(text: str, removed: list[tuple[Finding, str]]) -> list[tuple[Finding, str]]:
    """The same, with the shortest replacement for the first values until the text fits as it did before."""
    size = _bytes(text)
    if size > MAX_BYTES:
        return removed
    excess = size - MAX_BYTES + sum(_bytes(r) - _bytes(text[f.start : f.end]) for f, r in removed)
    fitting: list[tuple[Finding, str]] = []
    for finding, replacement in removed:
        saved = _bytes(replacement) - len(SHORTEST)
        if excess > 0 and saved > 0:
            excess -= saved
            fitting.append((finding, SHORTEST))
        else:
            fitting.append((finding, replacement))
    return fitting


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "replace"))


def _replacement(text: str, finding: Finding, chosen: Mapping[Finding, str] | None) -> str:
    given = chosen.get(finding) if chosen else None
    if given is None:
        given = masked(finding, bare(finding, text)) if finding.action is Action.MASK else finding.replacement
    return fitted(text, finding.start, finding.end, given)
