"""One finding a place: of several that overlap the surest, gravest, longest wins and covers them all."""

from collections.abc import Iterable
from dataclasses import replace

from detection.finding import Finding


def resolve(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings that do not overlap, sorted by start. The order of the input does not matter.

    A finding that sticks out of the winner widens it: nothing that was found stays in clear.
    """
    kept: list[Finding] = []
    for finding in sorted(findings, key=_rank):
        touching = next((k for k in kept if finding.start < k.end and k.start < finding.end), None)
        if touching is None:
            kept.append(finding)
        elif finding.start < touching.start or finding.end > touching.end:
            kept.remove(touching)
            kept = _widened(kept, touching, finding)
    return tuple(sorted(kept, key=lambda finding: finding.start))


def _widened(kept: list[Finding], winner: Finding, loser: Finding) -> list[Finding]:
    start, end = min(winner.start, loser.start), max(winner.end, loser.end)
    absorbed = [k for k in kept if k.start < end and start < k.end]
    start = min([start, *(k.start for k in absorbed)])
    end = max([end, *(k.end for k in absorbed)])
    best = min([winner, *absorbed], key=_rank)
    return [k for k in kept if k not in absorbed] + [replace(best, start=start, end=end)]


def _rank(finding: Finding) -> tuple[object, ...]:
    return (
        -round(finding.score, 1),
        -finding.severity.rank,
        finding.start - finding.end,
        -finding.score,
        finding.start,
        finding.rule,
    )
