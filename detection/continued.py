"""View 4 as well: a message read together with what its sender began before it.

``my pin is`` and ``4821``, or an answer in pieces: ``204`` and ``886``. What was begun stands before the message as if
both were one, so that every rule judges it as it judges any text.
"""

import re
from collections.abc import Container, Iterator

import msgspec

from detection.conversation import NOTHING, History, Remembered
from detection.counting import is_counted
from detection.finding import Finding
from detection.pieces import DIGIT, REMOVED
from schemas import Direction

MAX_END = 64
"""Characters of a message that may end what was begun."""
MAX_OPENING = 120
"""Characters of a message that may begin it."""
MAX_PIECE = 24
"""Characters of a message in the middle."""
MAX_PIECES = 4
MAX_WORDS = 6
_WORD_PIECE = re.compile(
    r"(?:(?:of|de) )?(?:jan|feb|fev|mar|apr|abr|avr|ma[iy]|jun|jui|jul|aug|ago|aou|sep|set|oct|okt|out|nov|dec|dez|dic)"
    r"\w*\.?|(?-i:[A-Z]{2,6})|\S*[^\w\s.,!]\S*",
    re.IGNORECASE,
)
"""A piece without a digit: a month, letters of an account, what has a sign in it."""
_LISTENING = (
    r"(?:ok|okay|yes|yep|yeah|sure|right|m+h?m+|uh|huh|got it|go on|go ahead|thanks|thank you|great|perfect|continue"
    r"|next|and|then|please|good|fine|noted|the rest|i.m listening|ja|ich hore|weiter|bitte|gut|oui|d.accord"
    r"|continuez|merci|si|vale|dale|siga|gracias|claro|certo|isso|pode|continuar|obrigad[oa]|va bene|prego|dobrze|tak)"
)
_NOD = re.compile(rf"{_LISTENING}(?:[\s,.!]{{1,3}}{_LISTENING}){{0,4}}[\s,.!]{{0,3}}", re.IGNORECASE)
"""What the other side says while it listens."""

LONGEST_END = 16
"""Characters with which a message is left open or parted, at the most."""
_LEFT_OPEN = re.compile(
    r"[:=]\s{0,3}$|\b(?:is|was|are|it.?s|as|to|on|e|era|es|est|sont|ist|war|lautet|si chiama|to jest|geboren am)"
    r"\s{0,3}$",
    re.IGNORECASE,
)
"""A message that ends with a word or a mark behind which the value is still to come."""
_GROUP = r"[A-Za-z]{0,4}\d[\dA-Za-z]{0,11}"
_PARTED = re.compile(rf"[^\W\d_]{{3}}[^\n]{{0,40}}[\s:#]{_GROUP}(?:[ .-]{_GROUP}){{0,3}}[ .-]?\s{{0,3}}$")
"""A word, and the first part of a value with which the message ends: ``routing 11100``."""
_LEADING_ON = re.compile(r"\s{0,3}(?:[^\W\d_]{1,12}[\s,.:]{1,3}){1,4}(?=\S*\d)")
"""Words that lead from one piece to the next: ``and then 886``."""
_ASIDE = re.compile(
    r"(?:ok|okay|k|yes|yeah|sure|so|wait|sec|one sec|1 sec|hang on|hold on|hmm+|u+m+|sorry|oops|hi|hello|thanks|lol"
    r"|espera|perdon|moment|attends|pardon|calma|desculpa)[\s.,!]*",
    re.IGNORECASE,
)
"""What people type between two pieces."""


class Begun(msgspec.Struct, frozen=True):
    """What a message may end, as rules see it."""

    text: str
    """It stands right before the message."""
    skipped: int
    """Characters with which the message begins that only lead on to the next piece."""
    said: History
    """What the other side had said before."""
    event_ids: tuple[str, ...]

    def __repr__(self) -> str:
        return f"<Begun in {len(self.event_ids)} messages>"

    def ended_by(self, text: str) -> str:
        """All of it as one text."""
        return self.text + text[self.skipped :]

    def moved(self, finding: Finding, joined_by_digits: Container[str]) -> Finding | None:
        """A finding in that text as it lies in the message.

        None where it ends before it, or is cut and a value whose digits are joined anyway: a part of it may look whole.
        """
        shift = self.skipped - len(self.text)
        end = finding.end + shift
        if end <= self.skipped:
            return None
        is_split = finding.start < len(self.text)
        if is_split and finding.entity in joined_by_digits:
            return None
        return msgspec.structs.replace(
            finding,
            start=max(finding.start + shift, self.skipped),
            end=end,
            reasons=(*finding.reasons, "read with what was begun"),
            event_ids=self.event_ids if is_split else (),
        )


def may_end(text: str, history: History, direction: Direction) -> bool:
    """Whether a message may end what its sender began."""
    return len(text) <= MAX_END and next(begun(text, history, direction), None) is not None


def begun(text: str, history: History, direction: Direction) -> Iterator[Begun]:
    """What a message may end: something left open, or a value in pieces that was named or asked for."""
    if (
        len(text) > MAX_END
        or _ASIDE.fullmatch(text)
        or not any(message.direction is direction for message in history.messages[-2:])
    ):
        return
    place, opening, pieces = _walk_back(history, direction)
    question = _question(history.messages[:place], direction)
    is_parted = opening is not None and not _is_left_open(opening.text)
    if opening is None and (question is None or not pieces):
        return
    if (pieces or is_parted) and not _is_piece(text):
        return
    texts = [piece.text for piece in pieces]
    if pieces and is_counted([*texts, text]):
        return
    said = NOTHING if question is None else History((question,))
    messages = [*([] if opening is None else [opening]), *pieces]
    event_ids = tuple(message.event_id for message in messages)
    head = "" if opening is None else opening.text.rstrip() + ("" if is_parted else " ")
    if not pieces and not is_parted:
        yield Begun(head, 0, said, event_ids)
        return
    skipped = _led_on(text)
    yield Begun(head + "".join(piece[_led_on(piece) :].strip() for piece in texts), skipped, said, event_ids)
    if pieces:
        yield Begun(head + "".join(piece.strip() + " " for piece in texts), 0, said, event_ids)


def _walk_back(history: History, direction: Direction) -> tuple[int, Remembered | None, list[Remembered]]:
    """Pieces with which the sender's last messages end, oldest first, what opens them, and where all of it begins."""
    pieces: list[Remembered] = []
    begin = len(history.messages)
    for place in range(begin - 1, -1, -1):
        message = history.messages[place]
        if message.direction is not direction:
            if not _is_nod(message.text):
                break
        elif _opens(message.text):
            return place, message, pieces
        elif _ASIDE.fullmatch(message.text) is None:
            if len(pieces) == MAX_PIECES or not _is_piece(message.text):
                break
            pieces.insert(0, message)
            begin = place
    return begin, None, pieces


def _opens(text: str) -> bool:
    if len(text) > MAX_OPENING or REMOVED in text:
        return False
    if _is_left_open(text):
        return True
    return DIGIT.search(text, max(0, len(text) - LONGEST_END)) is not None and _PARTED.search(text) is not None


def _is_left_open(text: str) -> bool:
    return _LEFT_OPEN.search(text, max(0, len(text) - LONGEST_END)) is not None


def _is_nod(text: str) -> bool:
    """Whether the other side only says that it listens."""
    return _NOD.fullmatch(text) is not None


def _is_piece(text: str) -> bool:
    """Whether a message is little more than a piece of a value: digits, or at most two words."""
    if len(text) > MAX_PIECE or REMOVED in text or "?" in text:
        return False
    if DIGIT.search(text) is None:
        return _WORD_PIECE.fullmatch(text) is not None
    return len(text.split()) <= MAX_WORDS


def _led_on(text: str) -> int:
    leading = _LEADING_ON.match(text)
    return 0 if leading is None else leading.end()


def _question(messages: tuple[Remembered, ...], direction: Direction) -> Remembered | None:
    """The last thing that the other side said; what it said before where that was only a nod."""
    last = [message for message in messages if message.direction is not direction][-2:]
    return next((message for message in reversed(last) if not _is_nod(message.text)), last[-1] if last else None)
