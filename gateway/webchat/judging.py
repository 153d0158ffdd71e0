"""Judges what is said in a web chat by the policy's blocking tier, and puts on record what was found.

It does at the edge what the critical stage does for channels that have time: a chat has none to go through Kafka. What
was found is acknowledged by the broker before the message goes on; what the review tier may find is handed to it.
"""

import asyncio
import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from detection import ConversationMemory, Engine, History
from detection.inspection import Inspection, inspect
from detection.reporting import Reporter, Subject
from detection.reviewing import needs_review, review_request
from gateway.webchat.conversations import Cleaned, Conversation
from gateway.webchat.identity import CHANNEL
from schemas import Direction, MessageEvent, Tier
from schemas.record import milliseconds
from streams.metrics import Metrics
from streams.producer import BrokerUnavailable, EventProducer
from streams.sealing import SealingCodec
from streams.topics import Topic, key_of
from vault.token_source import TokenSource, tokens_by_value

RECORD_SECONDS: Final = 5.0
"""For the broker's acknowledgement. After it the guest hears that the message was not sent, and may try again."""
_Key = tuple[str, str, bytes]
Record = tuple[Topic, bytes, list[tuple[str, bytes]]]


@dataclass(frozen=True, slots=True)
class Said:
    """The strings of one message, ready to be judged."""

    conversation: Conversation
    direction: Direction
    event_id: str
    text: str = field(repr=False)
    """What the person wrote; judged in the light of what was said before."""
    others: tuple[str, ...] = field(default=(), repr=False)
    """Every further string."""
    is_new: bool = True
    """Whether it is said now: an echo is not said a second time."""


class Judge:
    """The engine, the vault's tokens and the topics, as web chat uses them. One for all conversations."""

    def __init__(
        self,
        engine: Engine,
        reporter: Reporter,
        *,
        producer: EventProducer,
        codec: SealingCodec,
        tokens: TokenSource,
        metrics: Metrics,
    ) -> None:
        self._engine = engine
        self._reporter = reporter
        self._producer = producer
        self._codec = codec
        self._tokens = tokens
        self._metrics = metrics
        self._memory = ConversationMemory()
        self._running: dict[_Key, asyncio.Task[Cleaned]] = {}
        """A message that several sockets bring at the same time is judged once."""

    async def judge(self, said: Said) -> Cleaned:
        """The strings as they may go on, the text first. Raises ``BrokerUnavailable`` when a finding has no record.

        Whatever else it raises, the message must not go on.
        """
        digest = hashlib.sha256("\x1f".join((said.text, *said.others)).encode("utf-8", "replace")).digest()
        is_known, before = said.conversation.judged(said.event_id, digest)
        if is_known:
            return before or Cleaned((said.text, *said.others))
        key = (said.conversation.id, said.event_id, digest)
        running = self._running.get(key)
        if running is None:
            running = self._running[key] = asyncio.create_task(self._judged(said, digest))
            running.add_done_callback(lambda done: self._ended(key, done))
        return await asyncio.shield(running)  # a guest who leaves does not undo the record

    async def _judged(self, said: Said, digest: bytes) -> Cleaned:
        now = datetime.now(UTC)
        event = MessageEvent(
            conversation_id=said.conversation.id,
            direction=said.direction,
            text=said.text,
            parts=said.others,
            channel=CHANNEL,
        )
        at = milliseconds(now)
        history = self._history(said, at) if said.is_new else History()
        inspection = await self._inspected(event, said, history, at)
        await self._recorded(said, inspection, history, now)
        cleaned = _cleaned(inspection, len(said.others))
        said.conversation.note_judged(said.event_id, digest, cleaned if inspection.pieces else None)
        return cleaned

    def _ended(self, key: _Key, done: asyncio.Task[Cleaned]) -> None:
        del self._running[key]
        if not done.cancelled():
            done.exception()  # whoever waited has it; where nobody did, nobody is to hear of it

    async def _inspected(self, event: MessageEvent, said: Said, history: History, at: int) -> Inspection:
        inspection = inspect(self._engine, event, tier=Tier.BLOCKING, history=history)
        if said.is_new:
            conversation = self._memory.conversation(event.conversation_id)
            conversation.remember(said.event_id, said.direction, said.text, inspection.verdict, at)
        if not (wanted := inspection.tokenizable):
            return inspection
        given = await tokens_by_value(self._tokens, wanted, conversation_id=event.conversation_id)
        return inspect(self._engine, event, tier=Tier.BLOCKING, history=history, tokens=given) if given else inspection

    def _history(self, said: Said, now: int) -> History:
        """What was said before; never the message itself, which another socket may have brought already."""
        history = self._memory.conversation(said.conversation.id).history(now)
        if not history.messages:
            return history
        return History(tuple(one for one in history.messages if one.event_id != said.event_id))

    async def _recorded(self, said: Said, inspection: Inspection, history: History, now: datetime) -> None:
        records: list[Record] = []
        subject = Subject(said.event_id, said.conversation.id, said.direction, CHANNEL, now)
        if inspection.pieces:
            violations = self._reporter.violations(subject, inspection, now)
            alerts = self._reporter.alerts(subject, violations)
            records += [(Topic.VIOLATIONS, one.to_json(), []) for one in violations]
            records += [(Topic.ALERTS, one.to_json(), []) for one in alerts]
            self._metrics.count_findings(violations)
        if said.is_new and needs_review(self._engine, inspection, history, direction=said.direction, channel=CHANNEL):
            request = review_request(subject, inspection, history)
            records.append((Topic.REVIEW, *self._codec.seal(Topic.REVIEW, request.model_dump_json().encode())))
        if records:
            key = key_of(said.conversation.id)
            try:
                async with asyncio.timeout(RECORD_SECONDS):
                    await asyncio.gather(*(self._producer.publish(t, key, v, headers) for t, v, headers in records))
            except TimeoutError:
                raise BrokerUnavailable("no acknowledgement in time") from None


def _cleaned(inspection: Inspection, others: int) -> Cleaned:
    removing = [finding for finding in inspection.findings if finding.action.removes]
    hit = {
        piece.part for piece in inspection.pieces if any(finding.action.removes for finding in piece.verdict.findings)
    }
    return Cleaned(
        texts=(inspection.text, *(str(part) for part in inspection.parts)),
        entities=tuple(sorted({finding.entity for finding in removing})),
        removed=len(removing),
        is_withheld=inspection.is_blocked,
        hits=frozenset(number for number in range(others) if f"parts.{number}" in hit),
    )
