"""Taking values out of a text."""

from collections.abc import Mapping, Sequence

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


def _replacement(text: str, finding: Finding, replacements: Mapping[Finding, str] | None) -> str:
    chosen = replacements.get(finding) if replacements else None
    if chosen is not None:
        return chosen
    return masked(finding, text) if finding.action is Action.MASK else finding.replacement
