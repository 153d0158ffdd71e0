"""What a scan answers: findings with their reasons, and the verdict on the text."""

import msgspec

from schemas import Action, Severity

WITHHELD = "more than can be looked at: all the rest is withheld"
"""The reason of a finding that covers a text to its end."""


class Finding(msgspec.Struct, frozen=True):  # a fifth of what a frozen dataclass takes to make, as of those below
    """One value in a text, without the value.

    ``start`` and ``end`` are code-point offsets into the original text, ``end`` exclusive.
    """

    rule: str
    """The policy's name for the rule, such as ``CreditCard``."""
    entity: str
    """What the value is: ``payment_card``, ``us_ssn`` ..."""
    severity: Severity
    """How bad it is that the value stands here."""
    action: Action
    """What policy does with it."""
    start: int
    end: int
    score: float
    """Confidence, 0 to 1."""
    replacement: str
    """The text that takes its place when it is redacted."""
    reasons: tuple[str, ...] = ()
    """Why: pattern, checksum, context. Names of evidence, never text of the message."""
    event_ids: tuple[str, ...] = ()
    """The earlier messages that hold the rest of a value split over several."""


class Verdict(msgspec.Struct):
    """The judgement on one text."""

    findings: tuple[Finding, ...] = ()
    """Sorted by start; spans do not overlap."""
    redacted_text: str = ""
    """The text with every value taken out whose action removes it."""

    def __repr__(self) -> str:
        return f"<Verdict with {len(self.findings)} findings>"

    @property
    def is_clean(self) -> bool:
        """Whether no rule found anything."""
        return not self.findings

    @property
    def is_blocked(self) -> bool:
        """Whether policy withholds the whole message."""
        return any(finding.action is Action.BLOCK for finding in self.findings)
