"""Texts that are longer than any chat message: judged in parts, with a bound on what they may cost."""

from collections.abc import Callable, Iterator
from operator import attrgetter

from msgspec.structs import replace

from detection.finding import WITHHELD, Finding

LONG = 8_192
"""Characters from which on a text is judged in parts, which are of this size: twice what a channel takes."""
DISGUISED = 65_536
"""Characters up to which a text is also read in its disguises: the stream takes no longer ones by default."""
MARGIN = 512
"""Characters by which parts overlap: longer than most values, and than any rule's context."""
LONGEST = 16_384
"""Characters beyond a part in which a value that does not end before is followed: a private key has fewer."""
MAX_VALUES = 300
"""Values after which the rest of a text is withheld as a whole: it is a dump, and no message."""

Judge = Callable[[str], list[Finding]]


def findings_of(text: str, judge: Judge) -> list[Finding]:
    """Everything that ``judge`` finds in the parts of a text, with offsets into the whole."""
    findings: list[Finding] = []
    for start in range(0, len(text), LONG):
        end = start + LONG
        here = [finding for finding in _findings_in(text, start, end, judge) if start <= finding.start < end]
        findings += here
        withheld = [finding for finding in here if WITHHELD in finding.reasons]
        if withheld:
            first = min(withheld, key=attrgetter("start"))
            return [*findings, replace(first, end=len(text))]
        if len(findings) > MAX_VALUES:
            return _withheld(findings, len(text))
    return findings


def _findings_in(text: str, start: int, end: int, judge: Judge) -> Iterator[Finding]:
    """What is found in a part and its margins; seen again with more after it where a value goes on there."""
    first, last = max(0, start - MARGIN), end + MARGIN
    found = judge(text[first:last])
    if last < len(text) and any(_goes_on(finding, end - first, last - first) for finding in found):
        found = judge(text[first : end + LONGEST])
    for finding in found:
        yield replace(finding, start=first + finding.start, end=first + finding.end)


def _goes_on(finding: Finding, end: int, last: int) -> bool:
    """Whether a value that begins in a part may go on beyond its margin; what is withheld goes on to the end anyway."""
    return finding.end == last and finding.start < end and WITHHELD not in finding.reasons


def _withheld(findings: list[Finding], length: int) -> list[Finding]:
    """The first values as they are, and one finding from there to the end."""
    findings.sort(key=lambda finding: (finding.start, finding.end))
    kept, rest = findings[:MAX_VALUES], findings[MAX_VALUES]
    return [*kept, replace(rest, end=length, reasons=(*rest.reasons, WITHHELD))]
