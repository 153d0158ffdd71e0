"""View 4 as well: a bare answer to the other side's question, with what people say around it."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from detection import pieces
from detection.context import Tokens
from detection.conversation import History
from detection.lookalikes import without_replacements
from detection.matching import Candidate
from detection.plan import Plan, ReadyRule
from detection.spans import Spans
from schemas import Direction

MAX_ANSWER: Final = 64
"""Characters of a message that may be a bare answer."""
MAX_LABEL: Final = 40
"""Characters of a message that only names what the next one says."""
_TROUBLE: Final = re.compile(
    r"forg[eo]t|lost|reset|chang|wrong|block|lock|need|want|help|where|what|how|why|which|n.t\b|\bno[tn]?\b|never|esquec"
    r"|olvid|oubli|vergess|perd|mud|cambi|bloq|trocar|falsch|dimentic|zapomn",
    re.IGNORECASE,
)
"""Words of one who does not name a value, but has some trouble with it."""
_STATES: Final = re.compile(
    r"\b(?:is|does|do|did|was|has|ca|wo)n.t\b|\bforgot\b|\bnot work|[$€£] ?\d|\d{3}", re.IGNORECASE
)
"""A trouble, an amount or a number: who says so without a question mark asks for nothing."""
_MARKS: Final = " \t\r\n.,;:!?'\"()"
"""What may stand around an answer."""
_BEFORE: Final = (
    # English
    r"yes|yeah|yep|yup|yah?|aye|sure|right|ok|okay|of course|certainly|here you go|there you go|here it is|here",
    r"it.?s|it|is|was|that.?s|so|well|hi|hello|u+h*m+|u+h+|hm+|ah+|oh|e+r+m*",
    r"let me (?:see|check|think)|one (?:sec|moment)",
    r"i (?:think|believe|guess|got|have|see|received|used|use|set)|it (?:should|must|might|may) be|should be|must be",
    r"(?:pretty |fairly |quite )?sure|probably|maybe|perhaps",
    r"if i remember (?:right|correctly)|from memory|it says|says|got|the|my",
    # Portuguese, Spanish
    r"sim|claro|e|acho que|era|foi|chegou|recebi|deixa ver|pode anotar|segue|aqui(?: esta| vai)?",
    r"es|si|creo(?: que)?|me (?:llego|sale|pone|dice)|pone|a ver|seria|tengo|el",
    # French
    r"oui|eu+h+|c.?est|je (?:crois|pense)(?: que)?|j.ai(?: recu)?|voici|alors|le|la",
    # German
    r"ja|ah?m|ist|das ist|ich glaube|glaube|es ist|lautet|also|moment|am",
    # Dutch, Italian, Polish
    r"(?:ik )?(?:denk|geloof)|penso(?: sia)?",
    r"ehm?|ecco|si e|credo(?: sia)?|mi (?:pare|sembra)(?: sia)?|il|tak|to|chyba|em",
)
_AFTER: Final = (
    r"thanks|thank you|thx|ty|please|pls|obrigad[oa]|gracias|merci|danke|bitte|grazie|dziekuje|por favor",
    r"i (?:think|believe|guess)|if i remember (?:right|correctly)|right|is (?:it|the one|what it says)|it says",
    r"that.?s (?:it|the one)|ok|okay|creo|(?:eu )?acho|je (?:crois|pense)|s.il vous plait",
    r"glaube ich|credo|mi pare|chyba",
)
_UNLIKE: Final = (
    # what comes behind these is an hour, a day, a count or a thing of another kind
    r"not?|never|none|\w+n.t|since|from|until|till|after|before|about|around|over|under|only|for|than|of|error|page|step",
    r"option|press|line|room|order|ticket|version|windows|iphone|nao|nunca|desde|hasta|ate|pas|depuis|nicht|kein\w*|seit",
    r"bis|von|non|da|dal|nie|od|niet|geen|sinds",
    r"\w*(?:number|nummer|numero|numer|code|codigo)|id|nr|ref\w*|booking|locali[sz]ador",
)
_WORDS: Final = re.compile(
    rf"(?:(?!(?:{'|'.join(_UNLIKE)})\b)[^\W\d_]+(?:['.,:]{{0,3}}\s|[,:])\s{{0,3}}){{1,5}}", re.IGNORECASE
)
"""A few words of any kind; a value must be longer to be told behind them."""
_LONG: Final = 6
_BEFORE_AN_ANSWER: Final = re.compile(rf"(?:(?:{'|'.join(_BEFORE)})[\s,:.-]+)+", re.IGNORECASE)
_AFTER_AN_ANSWER: Final = re.compile(rf"[\s,.!-]+(?:{'|'.join(_AFTER)})$", re.IGNORECASE)
"""What people say around an answer."""


def may_answer(plan: Plan, text: str, history: History, direction: Direction) -> bool:
    """Whether a text in which no rule hits may be a bare answer."""
    if not plan.answer_gates or len(text.strip(_MARKS)) > MAX_ANSWER:
        return False
    if plan.followed and not plan.followed.isdisjoint(history.just_found(direction)):
        return True
    has_digits = pieces.DIGIT.search(text) is not None
    return any(
        not plan.answer_gates.isdisjoint(plan.match(question) or ()) or (has_digits and plan.asked_by(question) != ())
        for question in _questions(history, direction)
    )


def _questions(history: History, direction: Direction) -> Iterator[str]:
    """What a message may answer: what its sender has just named (``my atm pin``), or the other side's last word."""
    own = history.messages[-1]
    if own.direction is direction and len(own.text) <= MAX_LABEL and _names(own.text):
        yield own.text
    question = history.question_for(direction)
    if question and ("?" in question or _STATES.search(question) is None):
        yield question


def _names(text: str) -> bool:
    """Whether a message only names something: words without a number, a question or a trouble."""
    return "?" not in text and pieces.DIGIT.search(text) is None and _TROUBLE.search(text) is None


def by_answer(plan: Plan, text: str, history: History, direction: Direction) -> Iterator[Candidate]:
    """The whole message is the value that was just asked for, or else one that comes right after what it belongs to."""
    stripped = text.strip(_MARKS)
    if not stripped or len(stripped) > MAX_ANSWER:
        return
    start = text.index(stripped)
    spans = list(_answers(text, start, start + len(stripped)))
    asked = next(filter(None, (_asked(plan, question) for question in _questions(history, direction))), ())
    answers = list(_of_rules(asked, text, spans, "answer to a question"))
    if answers:
        yield from answers
    else:
        yield from _of_rules(_followed(plan, history, direction), text, spans, "right after what it belongs to")


def _of_rules(rules: Iterable[ReadyRule], text: str, spans: Spans, reason: str) -> Iterator[Candidate]:
    """The values of these rules of which the message consists."""
    for rule in rules:
        if rule.answer is None:
            continue
        for first, last in spans:
            match = rule.answer.compiled.search(text[first:last])
            if match is None:
                continue
            start, end = match.span(rule.answer.group)
            check = rule.answer.checksum
            if check is None or check.is_valid(match[rule.answer.group]):
                score = rule.answer.score
                yield Candidate(rule, first + start, first + end, score, needs_context=False, reasons=(reason,))
            break


def _followed(plan: Plan, history: History, direction: Direction) -> list[ReadyRule]:
    """The rules whose value comes right after one that was just found, where nothing was asked since."""
    found = history.just_found(direction)
    if not found or "?" in history.messages[-1].text:
        return []
    return [rule for rule in plan.answer_rules if not found.isdisjoint(rule.rule.follows)]


def _asked(plan: Plan, question: str) -> list[ReadyRule]:
    """The rules for whose value a question asks."""
    hits = plan.answer_gates.intersection(plan.match(question) or ())
    words = Tokens(without_replacements(question))
    others = plan.asked_by(question)
    return [
        rule
        for rule in plan.answer_rules
        if rule in others or (rule.gate in hits and rule.words_for.anywhere(words, rule.words_against))
    ]


def _answers(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where the answer may stand: all that is said, then a number without what people say around it."""
    yield start, end
    before = _BEFORE_AN_ANSWER.match(text, start, end)
    first = start if before is None else before.end()
    after = _AFTER_AN_ANSWER.search(text, first, end)
    last = end if after is None else after.start()
    if (first, last) != (start, end) and pieces.DIGIT.search(text, first, last):
        yield first, last
    words = _WORDS.match(text, start, last)
    if words is not None and words.end() > first and last - words.end() >= _LONG:
        yield words.end(), last
