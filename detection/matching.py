"""Candidates: where a rule might have found its value, in each of the four views."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from detection.checksums import Checksum
from detection.digits import DigitRun
from detection.plan import ReadyPattern, ReadyRule


@dataclass(slots=True)
class Candidate:
    """A span of the folded text that passed its rule's checksum; context is still to be asked."""

    rule: ReadyRule
    start: int
    end: int
    score: float
    needs_context: bool
    reasons: tuple[str, ...]
    event_ids: tuple[str, ...] = ()


def by_pattern(rule: ReadyRule, pattern: ReadyPattern, text: str, gates: set[int]) -> Iterator[Candidate]:
    """View 1: the folded text. Candidates that wait for context are left out where no word of it stands anywhere."""
    has_context = rule.gate in gates
    if pattern.needs_context and not has_context:
        return
    group, check = pattern.group, pattern.checksum
    if rule.finder is not None:
        for match in pattern.compiled.finditer(text):
            for found in rule.finder(text, match.start(), match.end()):
                if has_context or not found.needs_context:
                    yield Candidate(rule, found.start, found.end, found.score, found.needs_context, (found.reason,))
        return
    for match in pattern.compiled.finditer(text):
        start, end = match.span(group)
        if start < 0:
            continue
        if check is None:
            yield Candidate(rule, start, end, pattern.score, pattern.needs_context, ("pattern",))
            continue
        end = _trimmed(check, text, start, end)
        if end > start and check.is_valid(text[start:end]):
            yield Candidate(
                rule, start, end, pattern.score, pattern.needs_context, ("pattern", f"checksum {check.name}")
            )


def _trimmed(check: Checksum, text: str, start: int, end: int) -> int:
    return end if check.trim is None else start + check.trim(text[start:end])


def by_digits(rules: Iterable[ReadyRule], runs: Iterable[DigitRun], view: str) -> Iterator[Candidate]:
    """Views 2 and 3: runs of digits, spelled or not. Windows of a rule that overlap: the longest first."""
    for run in runs:
        for rule in rules:
            view_of = rule.digits
            if view_of is None or len(run.digits) < view_of.lengths[0]:
                continue
            taken = 0
            for start, end in run.windows(view_of.lengths):
                if start < taken:
                    continue
                check = view_of.checksum
                if check is not None and not check.is_valid(run.digits[start:end]):
                    continue
                taken = end
                reasons = (view,) if check is None else (view, f"checksum {check.name}")
                needs = view_of.needs_context or not _stands_alone(run, start, end)
                yield Candidate(rule, run.starts[start], run.ends[end - 1], view_of.score, needs, reasons)


LEFT_BEFORE = 4
LEFT_AFTER = 8
"""Digits of the same run beside a value: an expiry date and a security code, but not the rest of a longer number."""


def _stands_alone(run: DigitRun, start: int, end: int) -> bool:
    return start <= LEFT_BEFORE and len(run.digits) - end <= LEFT_AFTER
