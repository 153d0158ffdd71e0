"""Rules as data: what a pack says about one kind of value."""

from dataclasses import dataclass

from detection.fold import fold_literals
from schemas import Action, Severity

BASE_SCORE = 0.6
"""Confidence in a pattern alone."""
VALIDATED_SCORE = 0.7
"""Confidence in a pattern whose checksum holds."""
CONTEXT_GAIN = 0.25
"""What a word of the rule's context adds."""
AGAINST_LOSS = 0.4
"""What a word against the rule takes away."""
REPORT_FROM = 0.5
"""Findings below this confidence are dropped."""
MAX_SCORE = 0.99

DEFAULT_LOOKALIKES = ("token", "uuid", "hash", "url_path", "decimal", "tracking", "moment")
"""What a value may not lie in, unless its rule says otherwise."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One expression of a rule, in RE2 syntax, on folded text."""

    regex: str
    """The group ``value`` is the value; without it, the whole match."""
    needs_context: bool
    """Whether it counts only beside a word of the rule's context."""
    score: float
    """Confidence before context."""
    validator: str | None
    """Name of the module of ``detection.checksums`` that checks the value."""
    ignore_case: bool

    @property
    def expression(self) -> str:
        """The whole of it, with its letters folded as those of a text are."""
        folded = fold_literals(self.regex)
        return f"(?i){folded}" if self.ignore_case else folded


@dataclass(frozen=True, slots=True)
class DigitRuns:
    """The rule also looks at bare digits, whatever stands between them."""

    lengths: tuple[int, ...]
    """How many digits the value has, ascending."""
    needs_context: bool
    score: float
    validator: str | None
    beside: tuple[int, int] = (0, 0)
    """Digits of other things that may stand before and after the value: an expiry date, a security code."""


@dataclass(frozen=True, slots=True)
class Words:
    """Words that speak for or against a rule, and how near they must stand."""

    words: tuple[str, ...]
    """Folded, lower case; a final ``*`` stands for any ending."""
    before: int
    """Characters before the value in which a word counts."""
    after: int
    """Characters after it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of value: how it looks, what proves it, what is done with it."""

    name: str
    entity: str
    severity: Severity
    action: Action
    replacement: str
    pack: str
    """The pack that holds it."""
    patterns: tuple[Pattern, ...]
    digits: DigitRuns | None
    spelled: bool
    """Whether the digits may be spelled in words."""
    split: bool
    """Whether the value may be cut over several messages."""
    joined: DigitRuns | None
    """What the digits of these messages are together; None where the value holds letters."""
    answer: Pattern | None
    """What the whole message looks like when it answers a question for the value."""
    asked: str | None
    """An expression for such questions that the words of the context do not tell."""
    follows: tuple[str, ...]
    """Entities after which such a message needs no question: a security code sent right after the card."""
    context: Words | None
    against: Words | None
    lookalikes: tuple[str, ...]
    finder: str | None
    """Module of ``detection.finders`` that delimits the value; the patterns then only trigger it."""
    is_custom: bool
    """A customer's rule: verified by RE2 alone, so that no input makes it slow."""
    source: str = ""
    description: str = ""
