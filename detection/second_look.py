"""What a second pass saw, made into findings beside those of the first pass."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from detection import lookalikes
from detection.finding import Finding, Verdict
from detection.inspection import Inspection, Piece
from schemas import Action, Severity
from schemas.second_pass import Sighting

SEVERITY: Final = Severity.MEDIUM
"""A model's guess is told to the supervisor; the message has long gone on."""


def with_sightings(
    inspection: Inspection, strings: Mapping[str, str], seen: Mapping[str, Sequence[Sighting]], detector: str
) -> Inspection:
    """Add sightings to an inspection. ``strings`` and ``seen`` are keyed by part.

    A sighting that touches a finding of the first pass, or a replacement, says nothing new: what the rules and their
    checksums found is never lowered or renamed.
    """
    pieces = {piece.part: piece for piece in inspection.pieces}
    for part, sightings in seen.items():
        text = strings[part]
        known = pieces.get(part)
        before = known.verdict.findings if known else ()
        new = list(_new(text, before, sightings, detector))
        if new:
            findings = tuple(sorted((*before, *new), key=lambda finding: finding.start))
            redacted = known.verdict.redacted_text if known else text
            pieces[part] = Piece(part, text, Verdict(findings, redacted))
    return replace(inspection, pieces=tuple(pieces.values()))


def _new(text: str, before: Iterable[Finding], sightings: Iterable[Sighting], detector: str) -> Iterable[Finding]:
    taken = [(finding.start, finding.end) for finding in before] + lookalikes.spans("token", text)
    for sighting in sorted(sightings, key=lambda s: (s.start, -s.end)):
        if sighting.end <= sighting.start or any(s < sighting.end and sighting.start < e for s, e in taken):
            continue
        taken.append((sighting.start, sighting.end))
        yield Finding(
            rule_of(sighting.entity),
            sighting.entity,
            SEVERITY,
            Action.ALERT,
            sighting.start,
            sighting.end,
            sighting.score,
            "",
            (f"second pass {detector}",),
        )


def rule_of(entity: str) -> str:
    """The name under which an entity of the second pass is reported: ``PersonName``."""
    return "".join(word.capitalize() for word in entity.split("_"))
