"""Weak points of rules: untested, unanchored, boundless, overlapping, slow."""

import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from detection.errors import WrongPolicy
from detection.pack_tests import PackCase
from detection.plan import ReadyPattern, ReadyRule
from detection.policy import Policy, Scope
from detection.rule import Rule

HOSTILE = ("1", "a", "A1", "1 ", "1-", "1.", "a ", "a.", "a@", " ", "-", "4l", "A1 ", "is ", ": ", "(1", "/1", "é")
"""Pieces that are repeated to see what an expression costs at its worst."""
LENGTHS = (16, 20, 24, 28, 40, 100, 400, 2_000, 8_000)
"""Characters of such texts, so few more each time that even the worst expression is left before it hangs."""
SLOW_SECONDS = 0.05
"""What no expression may take for a short one of them."""
MAX_GROWTH = 9.0
"""Four times the length may cost four times as much, but not sixteen."""
BEFORE = "Hello there, 12 words or so; now: "
AFTER = " . Yes, and 34 words more (or fewer), that is all"
"""What stands around the text of a test: no rule takes it from its beginning or to its end."""


@dataclass(frozen=True, slots=True)
class Weakness:
    """Something to mend in a rule, or to know."""

    pack: str
    rule: str
    kind: str
    """``untested``, ``no look-alike``, ``unanchored``, ``boundless``, ``overlapping``, ``slow``."""
    detail: str

    @property
    def is_error(self) -> bool:
        """Whether it has to be mended; an overlap may be meant, and the surer rule wins it."""
        return self.kind != "overlapping"


def weaknesses(policy: Policy, rules: Iterable[Rule], cases: list[PackCase]) -> Iterator[Weakness]:
    """What is weak in some of a policy's rules. ``cases`` are the tests of their packs."""
    ready = [ReadyRule(rule, policy.decide(rule, Scope()), gate=None) for rule in policy.rules]
    values = [(name, value) for case in cases for name, value in case.find]
    tested = {name for name, _ in values}
    chosen = {rule.name for rule in rules}
    for one in ready:
        rule = one.rule
        if rule.name not in chosen:
            continue
        if rule.name not in tested:
            yield Weakness(rule.pack, rule.name, "untested", "no test finds it")
        own = list(dict.fromkeys(value for name, value in values if name == rule.name))
        yield from _unanchored(one, own)
        yield from _boundless(one, cases)
        yield from _overlapping(one, own, ready)
        yield from _slow(one)
    yield from _without_look_alikes(rules, cases)


def _without_look_alikes(rules: Iterable[Rule], cases: list[PackCase]) -> Iterator[Weakness]:
    files = {case.file.split(".")[0] for case in cases if not case.find}
    for pack in sorted({rule.pack for rule in rules} - files):
        yield Weakness(pack, "-", "no look-alike", "no test names a text that stays as it is")


_WORD_BEFORE, _WORD_AFTER = "x7", "7x"
"""Around a value these make it a part of a longer word, whether it begins with a letter or a digit."""


def _unanchored(one: ReadyRule, values: list[str]) -> Iterator[Weakness]:
    """A pattern without a checksum that also matches in the middle of a longer word."""
    for pattern in one.patterns:
        if pattern.checksum is not None or one.rule.finder is not None:
            continue
        for value in values:
            if not (value[0].isalnum() and value[-1].isalnum()):
                continue
            match = pattern.compiled.search(f"{_WORD_BEFORE}{value}{_WORD_AFTER}")
            if match is None:
                continue
            start, end = match.span(pattern.group)
            if start == len(_WORD_BEFORE) and end >= start + len(value):
                yield Weakness(one.rule.pack, one.rule.name, "unanchored", f"{pattern.expression} matches within words")
                break


def _boundless(one: ReadyRule, cases: list[PackCase]) -> Iterator[Weakness]:
    """A pattern that takes the rest of the message with a value of its tests, on either side."""
    texts = [f"{BEFORE}{case.text}{AFTER}" for case in cases if any(name == one.rule.name for name, _ in case.find)]
    for pattern in one.patterns:
        if pattern.checksum is None and one.rule.finder is None and any(_swallows(pattern, text) for text in texts):
            detail = f"{pattern.expression} takes what stands around the value too"
            yield Weakness(one.rule.pack, one.rule.name, "boundless", detail)


def _swallows(pattern: ReadyPattern, text: str) -> bool:
    spans = (match.span(pattern.group) for match in pattern.compiled.finditer(text))
    inner, outer = len(BEFORE), len(text) - len(AFTER)
    return any((start == 0 and end > inner) or (start < outer and end == len(text)) for start, end in spans)


def _overlapping(one: ReadyRule, values: list[str], rules: list[ReadyRule]) -> Iterator[Weakness]:
    """Another rule takes the same value, and no word needs to speak for either."""
    others = {
        other.rule.name
        for other in rules
        if other is not one and other.rule.finder is None and any(_takes(other, value) for value in values)
    }
    if others and any(_takes(one, value) for value in values):
        yield Weakness(
            one.rule.pack, one.rule.name, "overlapping", f"takes the same values as {', '.join(sorted(others))}"
        )


def _takes(rule: ReadyRule, value: str) -> bool:
    return any(
        not pattern.needs_context
        and (match := pattern.compiled.fullmatch(value)) is not None
        and (pattern.checksum is None or pattern.checksum.is_valid(match[pattern.group]))
        for pattern in rule.patterns
    )


def _slow(one: ReadyRule) -> Iterator[Weakness]:
    """An expression of ours that Python's engine runs, and whose time grows faster than the text."""
    if one.rule.is_custom:  # RE2: always linear
        return
    for pattern in one.patterns:
        for piece in HOSTILE:
            length = _hangs_at(pattern, piece)
            if length is not None:
                detail = f"{pattern.expression} takes too long for {length} characters of {piece!r}"
                yield Weakness(one.rule.pack, one.rule.name, "slow", detail)
                break


def _hangs_at(pattern: ReadyPattern, piece: str) -> int | None:
    """The length of text from which on the time grows faster than the text, if it does."""
    before = 0.0
    for length in LENGTHS:
        taken = _seconds(pattern.compiled, (piece * length)[:length])
        if taken > SLOW_SECONDS and (length < LENGTHS[-1] or taken > MAX_GROWTH * before):
            return length
        before = taken
    return None


def _seconds(compiled: "re.Pattern[str]", text: str) -> float:
    began = time.process_time()
    for _ in compiled.finditer(text):
        pass
    return time.process_time() - began


def new_rule(name: str) -> str:
    """A rule to fill in, as it stands in a pack."""
    if re.fullmatch(r"[A-Z][A-Za-z0-9]{2,40}", name) is None:
        raise WrongPolicy(f"{name}: a rule's name is written LikeThis")
    entity = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    words = entity.replace("_", " ")
    return f"""  - name: {name}
    entity: {entity}
    severity: HIGH                  # CRITICAL and HIGH block; MEDIUM and LOW are reviewed after the fact
    replacement: "[{words.upper()} REDACTED]"
    description: What it is, in one sentence.
    source: Where its form is laid down.
    patterns:
      - '\\b{_prefix(name)}-\\d{{6}}\\b'
    context:
      words: {{en: [{words}]}}
    # Words that speak against a value. Near one of them, and with no word of the context nearer, a value of such a
    # pattern (score 0.6) is let through. Name only what your look-alikes stand beside:
    # against:
    #   words: {{en: [order, invoice, tracking]}}
"""


def new_cases(name: str) -> str:
    """Tests to fill in for such a rule: one value that it finds, one look-alike that it leaves."""
    prefix = _prefix(name)
    return f"""  - text: "it is {prefix}-482913, please"
    find: [{{{name}: "{prefix}-482913"}}]
  - text: "it is {prefix}-4829, please"
    find: []
"""


def _prefix(name: str) -> str:
    return "".join(c for c in name if c.isupper() or c.isdigit())[:4]
