"""View 4: values cut over several messages of one sender, and bare answers to a question."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from detection.context import Tokens
from detection.conversation import MAX_LENGTH, History
from detection.digits import GROUP
from detection.lookalikes import without_replacements
from detection.matching import Candidate
from detection.plan import Plan
from detection.rule import VALIDATED_SCORE
from schemas import Direction

MAX_LETTERS = 60
"""A message with more letters is prose that mentions a number, not a piece of one."""
MAX_PIECES = 6
"""Messages over which a value may be cut."""
MAX_ANSWER = 64
"""Characters of a message that may be a bare answer."""

_DIGIT = re.compile(r"\d")
_WITH_DIGITS = r"(?:[A-Za-z]*\d[A-Za-z0-9]*|[A-Z]{4})(?:[ .\-]{1,3}|$)"
_LEADING = re.compile(rf"\s*(?:{_WITH_DIGITS}){{1,12}}")
_TRAILING = re.compile(rf"(?<![0-9A-Za-z])(?:{_WITH_DIGITS}){{1,12}}$")
MAX_MARKS = 64
"""Spaces and marks around an answer."""


@dataclass(frozen=True, slots=True)
class _Piece:
    digits: str
    start: int
    end: int


def may_continue(plan: Plan, text: str, history: History, direction: Direction) -> bool:
    """Whether a text in which no rule hits may end a value that was begun before, or be a bare answer."""
    if _DIGIT.search(text) is not None and _piece(text) is not None and history.by(direction):
        return True
    if len(text) > MAX_ANSWER + MAX_MARKS:
        return False
    question = history.question_for(direction)
    return bool(question) and not plan.answer_gates.isdisjoint(plan.match(question) or ())


def by_split(plan: Plan, text: str, history: History, direction: Direction) -> Iterator[Candidate]:
    """Join this message to the sender's last ones; whole messages only."""
    yield from _letters_and_digits(plan, text, history, direction)
    current = _piece(text)
    if current is None:
        return
    joined = current.digits
    event_ids: tuple[str, ...] = ()
    for message in reversed(history.by(direction)[-MAX_PIECES:]):
        earlier = _piece(message.text)
        if earlier is None:
            if any(c.isdigit() for c in message.text):
                return
            continue
        joined, event_ids = earlier.digits + joined, (message.event_id, *event_ids)
        for rule in plan.split_rules:
            view = rule.digits
            if view is None or len(joined) not in view.lengths:
                continue
            if view.checksum is None or view.checksum.is_valid(joined):
                reasons = (
                    ("split over messages",)
                    if view.checksum is None
                    else ("split over messages", f"checksum {view.checksum.name}")
                )
                yield Candidate(rule, current.start, current.end, view.score, view.needs_context, reasons, event_ids)


def _piece(text: str) -> _Piece | None:
    if len(text) > MAX_LENGTH:
        return None
    groups = list(GROUP.finditer(text))
    if not groups or "\x1f" in text or sum(c.isalpha() for c in text) > MAX_LETTERS:
        return None
    return _Piece("".join(group[0] for group in groups), groups[0].start(), groups[-1].end())


def _letters_and_digits(plan: Plan, text: str, history: History, direction: Direction) -> Iterator[Candidate]:
    """Values with letters: they begin with the end of an earlier message and end in this one."""
    leading = _LEADING.match(text)
    if leading is None or not plan.split_texts:
        return
    joined = leading[0]
    event_ids: tuple[str, ...] = ()
    for message in reversed(history.by(direction)[-MAX_PIECES:]):
        trailing = _TRAILING.search(message.text.rstrip()[-MAX_ANSWER:])
        if trailing is None:
            return
        joined = trailing[0].strip() + joined.lstrip()
        event_ids = (message.event_id, *event_ids)
        for rule in plan.split_texts:
            check = next(pattern.checksum for pattern in rule.patterns if pattern.checksum)
            end = len(joined) if check.trim is None else check.trim(joined)
            here = end - (len(joined) - leading.end())
            if here > 0 and check.is_valid(joined[:end]):
                start = leading.end() - len(leading[0].lstrip())
                reasons = ("split over messages", f"checksum {check.name}")
                yield Candidate(
                    rule, start, here, VALIDATED_SCORE, needs_context=False, reasons=reasons, event_ids=event_ids
                )


def by_answer(plan: Plan, text: str, history: History, direction: Direction) -> Iterator[Candidate]:
    """The whole message is the value that the other side has just asked for."""
    stripped = text.strip(" \t\r\n.,;:!?'\"()")
    if not stripped or len(stripped) > MAX_ANSWER:
        return
    question = history.question_for(direction)
    asked = set(plan.match(question) or ()) if question else set()
    if not asked:
        return
    offset = text.index(stripped)
    words = Tokens(without_replacements(question))
    for rule in plan.answer_rules:
        if rule.gate not in asked or rule.answer is None or not rule.words_for.anywhere(words):
            continue
        match = rule.answer.compiled.search(stripped)
        if match is None:
            continue
        start, end = match.span(rule.answer.group)
        check = rule.answer.checksum
        if check is None or check.is_valid(stripped[start:end]):
            yield Candidate(
                rule,
                offset + start,
                offset + end,
                rule.answer.score,
                needs_context=False,
                reasons=("answer to a question",),
            )
