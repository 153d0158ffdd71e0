"""A value shown without showing it."""

from detection.finding import Finding
from detection.fold import fold

KEPT = 4
"""Characters of a card number that may be shown (PCI DSS, requirement 3.4.1)."""
_MASK = "*"
_SHOWN_IN_PART = frozenset({"payment_card"})
_LEAST = 8
"""Values with fewer digits are masked whole."""


def bare(finding: Finding, text: str) -> str:
    """The value in one spelling: its letters and digits, folded."""
    value = text[finding.start : finding.end]
    if value.isascii() and value.isalnum():
        return value
    return "".join(filter(str.isalnum, fold(value).text))


def masked(finding: Finding, value: str) -> str:
    """Mask characters for each letter and digit of a bare value, but for the last four of a card number."""
    if (
        len(value) >= _LEAST
        and finding.entity in _SHOWN_IN_PART
        and not finding.event_ids
        and value.isascii()
        and value.isdigit()
    ):
        return _MASK * (len(value) - KEPT) + value[-KEPT:]
    return _MASK * max(len(value), 1)
