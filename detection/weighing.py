"""From candidate to finding: context, look-alikes, score."""

import re
from bisect import bisect_right
from functools import cached_property

from detection import lookalikes
from detection.context import Places, Tokens, WordFinder, outside
from detection.conversation import History
from detection.finding import Finding
from detection.fold import Folded
from detection.matching import Candidate
from detection.plan import ReadyRule
from detection.policy import bare_value
from detection.rule import AGAINST_LOSS, CONTEXT_GAIN, MAX_SCORE, REPORT_FROM
from detection.spans import near
from schemas import Direction

LONG = 2_048
"""Characters of a text from which on numbers are looked at as words only where a rule has such."""
MAX_AROUND = 40
"""Characters around a value in a message that is a bare answer."""
MAX_LETTERS = 16
"""Letters among them: ``sure, it's ...``."""
MAX_GLUED = 24
"""Letters before a value that are looked into for a word that speaks for it."""
MAX_NAME = 48
"""Characters before a value in which its name is looked for."""
_NAMED = re.compile(
    r"(?<![^\W_])(?!(?:my|the|your|our|his|her|their|full|whole|new|old|work|home|best|main|office|contact|and|that|this"
    r"|another|other|same|second|daytime|evening|personal|private|direct|meine|ihre|unsere|die|seine)\b)"
    r"[^\W\d_]{3,24}[ -]?(?:number|nummer|nr|id|code)\b[.:#]?(?: (?:is|was|lautet|ist))?[ :#]{0,3}$",
    re.IGNORECASE,
)
"""What says that a number is one of another kind: ``customer number is``, ``Buchungsnummer lautet``."""
_SERIES = re.compile(r"(?<![^\W_])(?!(?:ID|N[OR]|NUM)-)([A-Z]{2,4})-(?:\d{1,8}-)?$")
"""Before digits, what makes them a part of an identifier of another kind: ``FA-2024-00123``."""
MAX_SERIES = 15
"""Characters of it, and one before."""
NEIGHBOURS = 3
"""Look-alikes of one kind that may overlap at a place."""


class Weighing:
    """Weighs the candidates of one text."""

    def __init__(
        self, folded: Folded, candidates: list[Candidate], said: History, direction: Direction, allowed: frozenset[str]
    ) -> None:
        self._folded = folded
        self._candidates = candidates
        self._said = said
        self._direction = direction
        self._allowed = allowed
        self._places: dict[WordFinder, Places] = {}
        self._possible_lookalikes: frozenset[str] | None = None
        self._lookalikes: dict[str, list[lookalikes.Span]] = {}
        self._tokens = self._tokens_near_values()

    @cached_property
    def _said_before(self) -> str:
        return self._said.said_before() if self._said.messages else ""

    @cached_property
    def _question(self) -> str:
        return self._said.question_for(self._direction) if self._said.messages else ""

    def _tokens_near_values(self) -> Tokens:
        plain = lookalikes.without_replacements(self._folded.text)
        rules = {candidate.rule for candidate in self._candidates}
        spans = sorted([(candidate.start, candidate.end) for candidate in self._candidates])
        pieces = near(spans, max([rule.reach for rule in rules]), len(plain))
        if len(plain) <= LONG:
            return Tokens(plain, pieces)
        has_numbers = any(rule.words_for.has_numbers or rule.words_against.has_numbers for rule in rules)
        return Tokens(plain, pieces, has_numbers=has_numbers)

    @cached_property
    def _tokens_before(self) -> Tokens:
        return Tokens(lookalikes.without_replacements(self._said_before))

    def _tokens_around(self, event_id: str) -> Tokens:
        """Of what leads to the first piece of a value, and all since."""
        return Tokens(lookalikes.without_replacements(self._said.around(event_id)))

    @cached_property
    def _tokens_asked(self) -> Tokens:
        return Tokens(lookalikes.without_replacements(self._question))

    def weigh(self, candidate: Candidate) -> Finding | None:
        """The finding, or None where the evidence is too weak."""
        rule = candidate.rule
        reasons = list(candidate.reasons)
        score = candidate.score
        near = self._supporting(rule, candidate)
        supported = near is not None
        if supported:
            reasons.append("context")
        elif self._may_be_spoken_of_before(candidate) and rule.words_for.anywhere(
            self._tokens_around(candidate.event_ids[0]) if candidate.event_ids else self._tokens_before,
            rule.words_against,
        ):
            supported = True
            reasons.append("context of the conversation")
        if not supported and _is_glued(self._folded.text, candidate.start, candidate.end):
            supported = rule.words_for.is_part_of(_glued_word(self._folded.text, candidate.start))
            if not supported:
                return None
            reasons.append("context")
        if candidate.needs_context and not (supported and self._is_alone(candidate)):
            return None
        if supported:
            score += CONTEXT_GAIN
        against = self._opposing(rule, candidate)
        if against is not None and (near is None or against < near):
            reasons.append("words against")
            # what was said before speaks for the rest of a value, but not for what is named as something else
            is_undone = supported and (near is not None or not candidate.event_ids)
            score -= AGAINST_LOSS + CONTEXT_GAIN if is_undone else AGAINST_LOSS
        elif not supported and self._was_asked_for_another(rule, candidate):
            reasons.append("the question was for something else")
            score -= AGAINST_LOSS
        if score < REPORT_FROM or self._is_lookalike(candidate) or self._is_allowed(candidate):
            return None
        start, end = self._folded.original_span(candidate.start, candidate.end)
        decision = rule.decision
        return Finding(
            rule.rule.name,
            rule.rule.entity,
            decision.severity,
            decision.action,
            start,
            end,
            round(min(score, MAX_SCORE), 2),
            decision.replacement,
            tuple(reasons),
            candidate.event_ids,
        )

    def _is_alone(self, candidate: Candidate) -> bool:
        """Whether nothing makes it a part of an identifier; a word of its own may: ``SSN-536228714``."""
        start = candidate.start
        series = _SERIES.search(self._folded.text, max(0, start - MAX_SERIES), start)
        return series is None or candidate.rule.words_for.holds(series[1].lower())

    def _may_be_spoken_of_before(self, candidate: Candidate) -> bool:
        """Whether anything was said before, and the message does not name the value as a thing of another kind."""
        return bool(self._said_before) and _NAMED.search(self._folded.text[: candidate.start][-MAX_NAME:]) is None

    def _was_asked_for_another(self, rule: ReadyRule, candidate: Candidate) -> bool:
        """Whether what leads to a bare value, or to the first piece of it, speaks against the rule."""
        if candidate.event_ids:
            opening = self._said.opening_of(candidate.event_ids[0])
            return rule.words_against.anywhere(Tokens(lookalikes.without_replacements(opening)))
        return bool(self._question) and self._is_bare(candidate) and rule.words_against.anywhere(self._tokens_asked)

    def _is_bare(self, candidate: Candidate) -> bool:
        """Whether the message is little more than the value: only then does it answer what the other side said."""
        text = self._folded.text
        rest = text[: candidate.start] + text[candidate.end :]
        return len(rest) <= MAX_AROUND and sum(map(str.isalpha, rest)) <= MAX_LETTERS

    def _supporting(self, rule: ReadyRule, candidate: Candidate) -> int | None:
        """The nearest word for the rule; one within a phrase against it, as in ``loyalty card``, is none."""
        words = rule.words_for
        places = self._places.get(words)
        if places is None:
            places = words.places(self._tokens)
            if places and (phrases := self._places_of(rule.words_against)):
                places = outside(places, phrases)
            self._places[words] = places
        return words.nearest(self._tokens, places, candidate.start, candidate.end)

    def _opposing(self, rule: ReadyRule, candidate: Candidate) -> int | None:
        """The nearest word against the rule."""
        words = rule.words_against
        return words.nearest(self._tokens, self._places_of(words), candidate.start, candidate.end)

    def _places_of(self, words: WordFinder) -> Places:
        places = self._places.get(words)
        if places is None:
            places = self._places[words] = words.places(self._tokens)
        return places

    def _is_lookalike(self, candidate: Candidate) -> bool:
        if self._possible_lookalikes is None:
            self._possible_lookalikes = lookalikes.possible(self._folded.text)
        start, end = candidate.start, candidate.end
        kinds = self._possible_lookalikes.intersection(candidate.rule.rule.lookalikes)
        if candidate.event_ids:
            kinds -= {"decimal"}  # a piece of a value may look like an amount: ``0343.6467``
        for kind in kinds:
            spans = self._lookalikes.get(kind)
            if spans is None:
                spans = self._lookalikes[kind] = sorted(lookalikes.spans(kind, self._folded.text))
            if spans:
                place = bisect_right(spans, (start, len(self._folded.text)))
                if any(end <= last for _, last in spans[max(0, place - NEIGHBOURS) : place]):
                    return True
        return False

    def _is_allowed(self, candidate: Candidate) -> bool:
        return bool(self._allowed) and bare_value(self._folded.text[candidate.start : candidate.end]) in self._allowed


def _is_glued(text: str, start: int, end: int) -> bool:
    """Whether letters or digits touch the value: then only a word beside it makes it one."""
    return (start > 0 and text[start].isalnum() and _joins(text[start - 1])) or (
        end < len(text) and text[end - 1].isalnum() and _joins(text[end])
    )


def _glued_word(text: str, end: int) -> str:
    """The letters that run into a value: ``mycardis`` in ``mycardis4111...``."""
    start = end
    while start > max(0, end - MAX_GLUED) and text[start - 1].isalpha():
        start -= 1
    return text[start:end].lower()


def _joins(character: str) -> bool:
    return character.isascii() and character.isalnum()
