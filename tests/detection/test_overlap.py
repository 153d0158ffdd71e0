"""One finding a place: the surest, gravest, longest wins, and nothing that was found stays in clear."""

from itertools import pairwise, permutations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detection.finding import Finding
from detection.overlap import resolve
from schemas import Action, Severity


def finding(
    start: int, end: int, rule: str = "A", *, score: float = 0.7, severity: Severity = Severity.HIGH
) -> Finding:
    return Finding(rule, rule.lower(), severity, Action.REDACT, start, end, score, "[X]")


@st.composite
def single(draw: st.DrawFn) -> Finding:
    start, length = draw(st.integers(0, 30)), draw(st.integers(1, 12))
    score, severity = draw(st.sampled_from([0.5, 0.6, 0.69, 0.7, 0.95])), draw(st.sampled_from(Severity))
    return finding(start, start + length, draw(st.sampled_from("ABC")), score=score, severity=severity)


findings = st.lists(single(), max_size=8)


def covered(found: tuple[Finding, ...] | list[Finding]) -> set[int]:
    return {place for one in found for place in range(one.start, one.end)}


@given(findings)
@settings(deadline=None)
def test_nothing_overlaps_and_nothing_that_was_found_is_left_out(found: list[Finding]) -> None:
    resolved = resolve(found)

    assert all(one.end <= following.start for one, following in pairwise(resolved))
    assert covered(resolved) == covered(found)


@given(findings, st.randoms())
@settings(deadline=None)
def test_the_order_of_what_was_found_does_not_matter(found: list[Finding], random: Random) -> None:
    shuffled = list(found)
    random.shuffle(shuffled)

    assert resolve(shuffled) == resolve(found)


@pytest.mark.parametrize(
    ("winner", "loser"),
    [
        (finding(5, 9, "A", score=0.9, severity=Severity.LOW), finding(0, 12, "B", severity=Severity.CRITICAL)),
        (finding(5, 9, "A", severity=Severity.CRITICAL), finding(0, 12, "B", severity=Severity.HIGH)),
        (finding(0, 12, "B"), finding(5, 9, "A")),
        (finding(5, 9, "A", score=0.72), finding(5, 9, "B", score=0.7)),
        (finding(5, 9, "A"), finding(5, 9, "B")),
    ],
    ids=["the surer", "then the graver", "then the longer", "then the surer by a little", "then by name"],
)  # fmt: skip
def test_of_two_in_one_place_one_wins_and_covers_both(winner: Finding, loser: Finding) -> None:
    (resolved,) = resolve([loser, winner])

    assert resolved.rule == winner.rule
    assert (resolved.start, resolved.end) == (min(winner.start, loser.start), max(winner.end, loser.end))


def test_findings_that_only_touch_stay_two() -> None:
    assert resolve([finding(4, 8, "B"), finding(0, 4, "A")]) == (finding(0, 4, "A"), finding(4, 8, "B"))


def test_one_that_bridges_two_others_makes_them_one() -> None:
    left, right = finding(0, 4, "L", score=0.9), finding(6, 10, "R", score=0.8)
    for order in permutations([left, right, finding(3, 7, "M", score=0.6)]):
        (resolved,) = resolve(order)

        assert (resolved.rule, resolved.start, resolved.end) == ("L", 0, 10)


def test_nothing_found_is_nothing() -> None:
    assert resolve([]) == ()
