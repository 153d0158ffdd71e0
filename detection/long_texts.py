"""Texts that are longer than any chat message: judged in parts, with a bound on what they may cost."""

from collections.abc import Callable, Iterator

from msgspec.structs import replace

from detection.finding import WITHHELD, Finding

LONG = 32_768
"""Characters from which on a text is judged in parts."""
DISGUISED = 65_536
"""Characters up to which a text is also read in its disguises: the stream takes no longer ones by default."""
PART = 8_192
"""Characters of a part."""
MARGIN = 512
"""Characters by which parts overlap: longer than any value but a private key, and than any rule's context."""
MAX_VALUES = 300
"""Values after which the rest of a text is withheld as a whole: it is a dump, and no message."""

Judge = Callable[[str], list[Finding]]


def findings_of(text: str, judge: Judge) -> list[Finding]:
    """Everything that ``judge`` finds in the parts of a text, with offsets into the whole."""
    findings: list[Finding] = []
    for start, end in _parts(len(text)):
        first = max(0, start - MARGIN)
        for finding in judge(text[first : end + MARGIN]):
            place = first + finding.start
            if start <= place < end and WITHHELD in finding.reasons:
                return [*findings, replace(finding, start=place, end=len(text))]
            if start <= place < end:
                findings.append(replace(finding, start=place, end=first + finding.end))
        if len(findings) > MAX_VALUES:
            return _withheld(findings, len(text))
    return findings


def _parts(length: int) -> Iterator[tuple[int, int]]:
    for start in range(0, length, PART):
        yield start, min(start + PART, length)


def _withheld(findings: list[Finding], length: int) -> list[Finding]:
    """The first values as they are, and one finding from there to the end."""
    findings.sort(key=lambda finding: (finding.start, finding.end))
    kept, rest = findings[:MAX_VALUES], findings[MAX_VALUES]
    return [*kept, replace(rest, end=length, reasons=(*rest.reasons, WITHHELD))]
