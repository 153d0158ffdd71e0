"""A whole message judged: its text, every part, and every string in its metadata."""

from collections.abc import Mapping

import msgspec
from pydantic import JsonValue

from detection.conversation import History
from detection.engine import Engine
from detection.finding import Finding, Verdict
from detection.redaction import redact
from schemas import Action, MessagePart, Tier
from schemas.plain import Message

Tokens = Mapping[tuple[str, str], str]
"""Entity and value to the token that takes the value's place."""


class Piece(msgspec.Struct, frozen=True):
    """One string of a message and what was found in it."""

    part: str
    """``text``, ``parts.0``, ``metadata.form.note``."""
    original: str
    verdict: Verdict

    def __repr__(self) -> str:
        return f"<Piece {self.part}: {len(self.verdict.findings)} findings>"


class Inspection(msgspec.Struct, frozen=True):
    """The judgement on a message, with every string as it may go on."""

    pieces: tuple[Piece, ...]
    """Those in which something was found."""
    text: str
    parts: tuple[MessagePart | str, ...]
    metadata: dict[str, JsonValue]

    def __repr__(self) -> str:
        return f"<Inspection of {len(self.pieces)} pieces with findings>"

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Of all pieces, in order."""
        if len(self.pieces) == 1:
            return self.pieces[0].verdict.findings
        return tuple([finding for piece in self.pieces for finding in piece.verdict.findings])

    @property
    def verdict(self) -> Verdict:
        """The judgement on the text alone."""
        return next((piece.verdict for piece in self.pieces if piece.part == "text"), None) or Verdict((), self.text)

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found anywhere."""
        return not self.pieces

    @property
    def is_blocked(self) -> bool:
        """Whether policy withholds the message."""
        return Action.BLOCK in [finding.action for finding in self.findings]

    @property
    def removed(self) -> int:
        """How many values were taken out."""
        return sum([finding.action.removes for finding in self.findings])

    @property
    def tokenizable(self) -> list[tuple[str, str]]:
        """Entity and value of what policy wants tokenized; a value split over messages is redacted instead."""
        return [
            (finding.entity, piece.original[finding.start : finding.end])
            for piece in self.pieces
            for finding in piece.verdict.findings
            if finding.action is Action.TOKENIZE and not finding.event_ids
        ]


def inspect(
    engine: Engine, event: Message, *, tier: Tier, history: History | None = None, tokens: Tokens | None = None
) -> Inspection:
    """Scan every string of a message that a person may read. Raises only what the engine raises: never, for a text.

    ``tokens`` take the place of the values they stand for; a value to be tokenized without one is redacted.
    """
    return _Inspector(engine, event, tier, history, tokens or {}).inspect()


class _Inspector:
    def __init__(self, engine: Engine, event: Message, tier: Tier, history: History | None, tokens: Tokens) -> None:
        self._engine = engine
        self._event = event
        self._tier = tier
        self._history = history
        self._tokens = tokens
        self._pieces: list[Piece] = []

    def inspect(self) -> Inspection:
        event = self._event
        text = self._clean("text", event.text, self._history)
        parts = tuple([self._part(f"parts.{number}", part) for number, part in enumerate(event.parts)])
        metadata = {
            self._clean("metadata", key): self._value(f"metadata.{key}", v) for key, v in event.metadata.items()
        }
        return Inspection(tuple(self._pieces), text, parts, metadata)

    def _part(self, name: str, part: MessagePart | str) -> MessagePart | str:
        if isinstance(part, str):
            return self._clean(name, part)
        return part.model_copy(
            update={
                "kind": self._clean(name, part.kind),
                "text": self._clean(name, part.text),
                "ref": part.ref if part.ref is None else self._clean(name, part.ref),
            }
        )

    def _value(self, name: str, value: JsonValue) -> JsonValue:
        match value:
            case str():
                return self._clean(name, value)
            case dict():
                return {self._clean(name, key): self._value(f"{name}.{key}", item) for key, item in value.items()}
            case list():
                return [self._value(f"{name}.{number}", item) for number, item in enumerate(value)]
            case int() | float() if not isinstance(value, bool):
                digits = _written(value)
                cleaned = self._clean(name, digits)
                return value if cleaned == digits else cleaned
            case _:
                return value

    def _clean(self, name: str, original: str, history: History | None = None) -> str:
        event = self._event
        verdict = self._engine.scan(
            original,
            tier=self._tier,
            direction=event.direction,
            channel=event.channel,
            queue=event.queue_id,
            history=history,
        )
        if verdict.findings:
            self._pieces.append(Piece(name, original, verdict))
            return self._tokenized(original, verdict) if self._tokens else verdict.redacted_text
        return original

    def _tokenized(self, original: str, verdict: Verdict) -> str:
        replacements = {
            finding: token
            for finding in verdict.findings
            if finding.action is Action.TOKENIZE
            and not finding.event_ids
            and (token := self._tokens.get((finding.entity, original[finding.start : finding.end])))
        }
        return redact(original, verdict.findings, replacements)


def _written(number: float) -> str:
    """A number as a person would read it: a card number is no less one for being written as ``4539148803436467.0``."""
    return f"{number:.0f}" if isinstance(number, float) and number.is_integer() else str(number)
