"""One finding a place: of several that overlap the surest, gravest, longest wins and covers them all."""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from detection.finding import Finding


def resolve(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings that do not overlap, sorted by start. The order of the input does not matter.

    A finding that sticks out of the winner widens it: nothing that was found stays in clear.
    """
    return tuple(finding for cluster in _clusters(findings) for finding in _resolved(cluster))


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
        touching = next((k for k in kept if finding.start < k.end and k.start < finding.end), None)
        if touching is None:
            kept.append(finding)
        elif finding.start < touching.start or finding.end > touching.end:
            kept.remove(touching)
            kept = _widened(kept, touching, finding)
    return sorted(kept, key=lambda finding: finding.start)


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
