"""One finding a place: of several that overlap the surest, gravest, longest wins and covers them all."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from operator import attrgetter

from msgspec.structs import replace

from detection.finding import Finding


def resolve(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings that do not overlap, sorted by start. The order of the input does not matter.

    A finding that sticks out of the winner widens it: nothing that was found stays in clear.
    """
    return tuple([finding for cluster in _clusters(findings) for finding in _resolved(cluster)])


def _clusters(findings: Iterable[Finding]) -> Iterator[list[Finding]]:
    """Findings that overlap, directly or by others between them; clusters do not touch, so each is settled alone."""
    cluster: list[Finding] = []
    end = 0
    for finding in sorted(findings, key=lambda finding: finding.start):
        if cluster and finding.start >= end:
            yield cluster
            cluster = []
        cluster.append(finding)
        end = max(end, finding.end)
    if cluster:
        yield cluster


def _resolved(cluster: list[Finding]) -> list[Finding]:
    if len(cluster) == 1:
        return cluster
    kept: list[Finding] = []
    for finding in sorted(cluster, key=_rank):
        first = bisect_right(kept, finding.start, key=_END)
        last = bisect_left(kept, finding.end, key=_START)
        touched = kept[first:last]
        if not touched:
            kept.insert(first, finding)
            continue
        start, end = min(finding.start, touched[0].start), max(finding.end, touched[-1].end)
        if len(touched) > 1 or start < touched[0].start or end > touched[0].end:
            kept[first:last] = [replace(min(touched, key=_rank), start=start, end=end)]
    return kept


_START, _END = attrgetter("start"), attrgetter("end")


def _rank(finding: Finding) -> tuple[object, ...]:
    return (
        -round(finding.score, 1),
        -finding.severity.rank,
        finding.start - finding.end,
        -finding.score,
        finding.start,
        finding.rule,
        finding.reasons,
    )
