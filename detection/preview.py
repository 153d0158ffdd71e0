"""A value shown without showing it."""

from detection.finding import Finding
from detection.fold import fold

KEPT = 4
"""Characters of a card number that may be shown (PCI DSS, requirement 3.4.1)."""
_MASK = "*"
_SHOWN_IN_PART = frozenset({"payment_card"})
_LEAST = 8
"""Values with fewer digits are masked whole."""


def masked(finding: Finding, text: str) -> str:
    """Mask characters for each letter and digit, but for the last four of a card number."""
    folded = fold(text[finding.start : finding.end]).text
    plain = [c for c in folded if c.isalnum()]
    digits = sum(c.isdigit() for c in plain)
    if finding.entity in _SHOWN_IN_PART and not finding.event_ids and len(plain) == digits >= _LEAST:
        return _MASK * (digits - KEPT) + "".join(plain[-KEPT:])
    return _MASK * max(len(plain), 1)


def normalised(finding: Finding, text: str) -> str:
    """The value in one spelling, for keyed fingerprints: letters and digits, upper case."""
    return "".join(c for c in fold(text[finding.start : finding.end]).text.upper() if c.isalnum())
