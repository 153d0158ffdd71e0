"""View 4: values cut over several messages of one sender."""

import re
from collections.abc import Iterable, Iterator, Sequence

from detection import continued, pieces
from detection.answers import may_answer
from detection.context import Tokens
from detection.conversation import History, Remembered
from detection.counting import is_counted
from detection.lookalikes import without_replacements
from detection.matching import Candidate
from detection.pieces import Piece
from detection.plan import Plan, ReadyRule
from detection.rule import VALIDATED_SCORE
from schemas import Direction

MAX_PIECES = 20
"""Messages over which a value may be cut."""
MAX_RIM = 64
"""Characters of the end of a message in which a value with letters may begin."""

_WITH_DIGITS = r"(?:[A-Za-z]*\d[A-Za-z0-9]*|[A-Z]{4})(?:[ .\-]{1,3}|$)"
_LEADING = re.compile(rf"\s*(?:[^\W\d_]{{1,12}}[\s,:]{{1,3}}){{0,5}}?(?P<value>(?:{_WITH_DIGITS}){{1,12}})")
"""The first piece of a message and the few words that lead to it: ``and the rest 0130 00``."""
_TRAILING = re.compile(rf"(?<![0-9A-Za-z])(?:{_WITH_DIGITS}){{1,12}}$")
_GOES_ON = re.compile(
    r"[ -](?!(?:is|it.?s|was|are|and|that.?s|thanks?|thx|pls|please|ok|my|e|es|ist|est|und|y|et)\b)[^\W\d_]{2}"
    r"[^\W\d_]*[ ,]+[^\W\d_]{2}",
    re.IGNORECASE,
)
"""Words that make the digits before them a thing of their own: ``5597 Mill Road``."""
_LABEL = re.compile(r"^(?:[A-Z]{4}[ .\-]{1,3})+(?=[A-Z]{2}\d)")
"""Words of four capitals before the value, which groups of its own may be too: ``IBAN DE89``."""


def may_continue(plan: Plan, text: str, history: History, direction: Direction) -> bool:
    """Whether a text in which no rule hits may end a value that was begun before, or be a bare answer."""
    if (digits := _begun_digits(plan, history, direction)) and _ends(text, plan.split_least - digits):
        return True
    for finisher in plan.finishers.values():
        if finisher.may_finish(text):
            return True
    return continued.may_end(text, history, direction) or may_answer(plan, text, history, direction)


def _begun_digits(plan: Plan, history: History, direction: Direction) -> int:
    """How many digits of a value the sender's last messages may hold; no more are counted than a value needs."""
    digits = 0
    if history.may_have_begun and (plan.split_rules or plan.split_texts):
        for message in reversed(history.messages):
            if message.direction is direction:
                digits += message.begun_digits
                if digits >= plan.split_least or not message.is_crossed:
                    break
    return digits


def _ends(text: str, least: int) -> bool:
    """Whether a text begins with so many digits, or is little more than digits: the end of a value that was begun."""
    if pieces.DIGIT.search(text) is None:
        return False
    current = pieces.whole(text) or pieces.leading(text)
    return current is not None and len(current.digits) >= least


def by_split(plan: Plan, text: str, history: History, direction: Direction) -> Iterator[Candidate]:
    """Join this message to the sender's last ones: whole messages, or the rims that face each other."""
    if plan.finishers:
        yield from _finished(plan, text, history, direction)
    if pieces.DIGIT.search(text) is None:
        return
    if plan.split_texts:
        yield from _letters_and_digits(plan, text, history, direction)
    if not plan.split_rules or not _begun_digits(plan, history, direction):
        return
    before = history.by(direction)[-MAX_PIECES:]
    for current in _distinct(pieces.whole(text), pieces.leading(text)):
        goes_on = _GOES_ON.match(text, current.end) is not None
        for joined, messages in _joinings(plan, current.digits, before):
            event_ids = tuple(message.event_id for message in messages)
            texts = [*(message.text for message in messages), text]
            is_bare = all(pieces.is_bare(said) for said in texts[1:])
            candidates = [
                candidate
                for candidate in _of_digits(plan.split_rules, joined, current, event_ids, is_bare=is_bare)
                if not ((candidate.needs_context and goes_on) or _is_spoken_against(candidate.rule, texts[0]))
            ]
            if candidates and not is_counted(texts):
                yield from candidates


def _joinings(plan: Plan, joined: str, before: Sequence[Remembered]) -> Iterator[tuple[str, tuple[Remembered, ...]]]:
    """Digits as long as a value's that end in this message, and the earlier ones that hold their beginning."""
    messages: tuple[Remembered, ...] = ()
    for message in reversed(before):
        if len(joined) >= plan.split_most:
            return
        if not message.has_digits:
            continue
        messages = (message, *messages)
        said, end = message.rims()
        for earlier in (said,) if end == said else (said, end):
            if earlier is not None and len(earlier) + len(joined) in plan.split_lengths:
                yield earlier + joined, messages
        if said is None:
            return
        joined = said + joined


def _distinct(first: Piece | None, second: Piece | None) -> list[Piece]:
    pair = [piece for piece in (first, second) if piece is not None]
    return pair[:1] if len(pair) > 1 and pair[0].digits == pair[1].digits else pair


def _of_digits(
    rules: Iterable[ReadyRule], joined: str, current: Piece, event_ids: tuple[str, ...], *, is_bare: bool
) -> Iterator[Candidate]:
    for rule in rules:
        view = rule.joined
        if view is None or len(joined) not in view.lengths:
            continue
        if view.checksum is None:
            reasons: tuple[str, ...] = ("split over messages",)
        elif view.checksum.is_valid(joined):
            reasons = ("split over messages", f"checksum {view.checksum.name}")
        else:
            continue
        needs_context = view.needs_context or not is_bare  # one in forty numbers of passers-by makes a card
        yield Candidate(rule, current.start, current.end, view.score, needs_context, reasons, event_ids)


def _is_spoken_against(rule: ReadyRule, begun: str) -> bool:
    """Whether the nearest word before the digits with which a message ends speaks against the rule."""
    piece = pieces.trailing(begun)
    if piece is None:
        return False
    words = Tokens(without_replacements(begun))
    near, against = (
        finder.nearest(words, finder.places(words), piece.start, len(begun))
        for finder in (rule.words_for, rule.words_against)
    )
    return against is not None and (near is None or against < near)


def _finished(plan: Plan, text: str, history: History, direction: Direction) -> Iterator[Candidate]:
    """Values that code delimits: what the sender's last messages began."""
    ready = [(rule, finisher) for rule, finisher in plan.finishers.items() if finisher.may_finish(text)]
    if not ready:
        return
    messages = history.by(direction)[-MAX_PIECES:]
    earlier = [message.text for message in messages]
    for rule, finisher in ready:
        for found, used in finisher.finish(earlier, text):
            event_ids = tuple(message.event_id for message in messages[-used:])
            reasons = ("split over messages", found.reason)
            yield Candidate(rule, found.start, found.end, found.score, found.needs_context, reasons, event_ids)


def _letters_and_digits(plan: Plan, text: str, history: History, direction: Direction) -> Iterator[Candidate]:
    """Values with letters: they begin with the end of an earlier message and end in this one."""
    leading = _LEADING.match(text)
    if leading is None:
        return
    joined = leading["value"]
    event_ids: tuple[str, ...] = ()
    for message in reversed(history.by(direction)[-MAX_PIECES:]):
        trailing = _TRAILING.search(message.text.rstrip()[-MAX_RIM:])
        if trailing is None:
            if message.has_digits:
                return
            continue
        joined = _LABEL.sub("", trailing[0].strip()) + joined.lstrip()
        event_ids = (message.event_id, *event_ids)
        for rule in plan.split_texts:
            check = next(pattern.checksum for pattern in rule.patterns if pattern.checksum)
            end = len(joined) if check.trim is None else check.trim(joined)
            here = end - (len(joined) - leading.end())
            if here > 0 and check.is_valid(joined[:end]):
                start = leading.start("value")
                reasons = ("split over messages", f"checksum {check.name}")
                yield Candidate(
                    rule, start, here, VALIDATED_SCORE, needs_context=False, reasons=reasons, event_ids=event_ids
                )
