"""View 4 as well: a bare answer to the other side's question, with what people say around it."""

import re
from collections.abc import Iterator
from typing import Final

from detection import pieces
from detection.context import Tokens
from detection.conversation import History
from detection.lookalikes import without_replacements
from detection.matching import Candidate
from detection.plan import Plan
from schemas import Direction

MAX_ANSWER: Final = 64
"""Characters of a message that may be a bare answer."""
_MARKS: Final = " \t\r\n.,;:!?'\"()"
"""What may stand around an answer."""
_BEFORE: Final = (
    # English
    r"yes|yeah|yep|yup|sure|ok|okay|of course|certainly|here you go|there you go|here it is|here|it.?s|it|is|was",
    r"that.?s|so|well|hi|hello|u+m+|u+h+|hm+|e+r+m*|let me (?:see|check|think)|one (?:sec|moment)",
    r"i (?:think|believe|guess|got|have|see|received|used|use|set)|it (?:should|must|might|may) be|should be|must be",
    r"probably|maybe|perhaps|if i remember (?:right|correctly)|from memory|it says|says|got|the|my|in|on|back in",
    # Portuguese, Spanish
    r"sim|claro|e|acho que|era|foi|chegou|recebi|deixa ver|pode anotar|segue|aqui(?: esta| vai)?",
    r"es|si|creo que|me (?:llego|sale|pone|dice)|pone|a ver|seria|tengo|el",
    # French
    r"oui|eu+h+|c.?est|je (?:crois|pense)(?: que)?|j.ai(?: recu)?|voici|alors|le|la",
    # German
    r"ja|ah?m|ist|das ist|ich glaube|glaube|es ist|lautet|also|moment|am",
    # Italian, Polish
    r"ehm?|ecco|si e|credo(?: sia)?|mi pare|il|tak|to|chyba|em",
)
_AFTER: Final = (
    r"thanks|thank you|thx|ty|please|pls|obrigad[oa]|gracias|merci|danke|bitte|grazie|dziekuje|por favor",
    r"i (?:think|believe|guess)|if i remember (?:right|correctly)|right|is (?:it|the one|what it says)|it says",
    r"that.?s (?:it|the one)|ok|okay|creo|(?:eu )?acho|je (?:crois|pense)|s.il vous plait",
    r"glaube ich|credo|mi pare|chyba",
)
_BEFORE_AN_ANSWER: Final = re.compile(rf"(?:(?:{'|'.join(_BEFORE)})[\s,:.-]+)+", re.IGNORECASE)
_AFTER_AN_ANSWER: Final = re.compile(rf"[\s,.!-]+(?:{'|'.join(_AFTER)})$", re.IGNORECASE)
"""What people say around an answer."""


def may_answer(plan: Plan, text: str, history: History, direction: Direction) -> bool:
    """Whether a text in which no rule hits may be a bare answer."""
    if not plan.answer_gates or len(text.strip(_MARKS)) > MAX_ANSWER:
        return False
    if plan.followed and not plan.followed.isdisjoint(history.just_found(direction)):
        return True
    question = history.question_for(direction)
    return bool(question) and (
        not plan.answer_gates.isdisjoint(plan.match(question) or ())
        or (pieces.DIGIT.search(text) is not None and any(rule.is_asked_by(question) for rule in plan.asked_rules))
    )


def by_answer(plan: Plan, text: str, history: History, direction: Direction) -> Iterator[Candidate]:
    """The whole message is the value that the other side has just asked for."""
    stripped = text.strip(_MARKS)
    if not stripped or len(stripped) > MAX_ANSWER:
        return
    question = history.question_for(direction)
    asked = set(plan.match(question) or ()) if question else set()
    found = history.just_found(direction)
    offset = text.index(stripped)
    words = Tokens(without_replacements(question))
    for rule in plan.answer_rules:
        is_asked = rule.gate in asked and rule.words_for.anywhere(words, rule.words_against)
        is_asked = is_asked or (bool(question) and rule.is_asked_by(question))
        if rule.answer is None or not (is_asked or (not asked and not found.isdisjoint(rule.rule.follows))):
            continue
        for first, last in _answers(text, offset, offset + len(stripped)):
            match = rule.answer.compiled.search(text[first:last])
            if match is None:
                continue
            start, end = match.span(rule.answer.group)
            check = rule.answer.checksum
            if check is None or check.is_valid(match[rule.answer.group]):
                yield Candidate(
                    rule,
                    first + start,
                    first + end,
                    rule.answer.score,
                    needs_context=False,
                    reasons=("answer to a question",) if is_asked else ("right after what it belongs to",),
                )
            break


def _answers(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where the answer may stand: all that is said, then a number without what people say around it."""
    yield start, end
    before = _BEFORE_AN_ANSWER.match(text, start, end)
    first = start if before is None else before.end()
    after = _AFTER_AN_ANSWER.search(text, first, end)
    last = end if after is None else after.start()
    if (first, last) != (start, end) and pieces.DIGIT.search(text, first, last):
        yield first, last
