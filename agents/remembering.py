"""What the critical stage remembers of conversations, so that values cut over messages and bare answers are found.

It lives in the process. When a partition comes to a worker, the topics' recent past is read again and judged without
anything being sent, so that a restart or a rebalance between two halves of a card number changes nothing.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from aiokafka.errors import KafkaError

from detection import ConversationMemory, Engine, History
from detection.conversation import MAX_AGE
from detection.finding import Verdict
from detection.inspection import Inspection, inspect
from schemas import Direction, MessageEvent, Tier
from schemas.plain import PlainMessage
from streams.deadletters import PoisonError
from streams.decoding import event_id_of, message_of, opened, taken_at
from streams.reading import TopicReader
from streams.record import KafkaRecord
from streams.sealing import SealingCodec
from streams.settings import KafkaSettings
from streams.topics import RAW

MAX_RECALLED = 2_000
"""Records of one topic's partition that are read again at the most."""
RECALL_SECONDS = 10.0
"""For reading a partition's past. Memory helps; it is no reason to hold messages for longer."""

Settled = Callable[[str], int]
"""Topic without prefix to the offset up to which the partition is settled."""

log = logging.getLogger(__name__)


class Remembering:
    """The conversations of one worker's partitions."""

    def __init__(
        self, engine: Engine, codec: SealingCodec, kafka: KafkaSettings, *, prefix: str, max_text_bytes: int
    ) -> None:
        self._engine = engine
        self._codec = codec
        self._kafka = kafka
        self._prefix = prefix
        self._max_text_bytes = max_text_bytes
        self._memory = ConversationMemory()

    def history(self, conversation_id: str, at: datetime) -> History:
        """What was said shortly before a time of the broker's clock."""
        return self._memory.history(conversation_id, at)

    def note(self, event: MessageEvent, event_id: str, inspection: Inspection, at: datetime) -> None:
        """Remember a judged message that the broker took at a time."""
        verdict = next((piece.verdict for piece in inspection.pieces if piece.part == "text"), Verdict((), event.text))
        self._memory.remember(event.conversation_id, event_id, event.direction, event.text, verdict, at)

    def note_clean(self, message: PlainMessage, event_id: str, direction: Direction, at: datetime) -> None:
        """Remember a plain message in which nothing was found."""
        verdict = Verdict((), message.text)
        self._memory.remember(message.conversation_id, event_id, direction, message.text, verdict, at)

    async def recall(self, first: KafkaRecord, settled: Settled) -> None:
        """Read the past of a partition that has come here, up to what is settled and before its first record."""
        since = first.timestamp - int(MAX_AGE / timedelta(milliseconds=1))
        try:
            async with asyncio.timeout(RECALL_SECONDS):
                for topic in RAW:
                    end = first.offset if first.topic == f"{self._prefix}{topic}" else settled(topic)
                    await self._read(f"{self._prefix}{topic}", first.partition, since, end)
        except (KafkaError, TimeoutError) as error:
            log.warning("partition %d: its recent past is not known (%s)", first.partition, type(error).__name__)

    async def _read(self, topic: str, partition: int, since: int, end: int) -> None:
        if not end:
            return
        async with TopicReader.open(self._kafka, topic) as reader:
            begin = await reader.offset_at(partition, since)
            if begin is None:
                return
            async for record in reader.records(partition, max(begin, end - MAX_RECALLED), end):
                self._judge_again(record)

    def _judge_again(self, record: KafkaRecord) -> None:
        try:
            value = opened(record, self._codec, self._prefix)
            event = message_of(value, max_text_bytes=self._max_text_bytes)
        except PoisonError:  # it has its dead letter
            return
        at = taken_at(record)
        history = self.history(event.conversation_id, at)
        inspection = inspect(self._engine, event, tier=Tier.BLOCKING, history=history)
        self.note(event, event_id_of(event, record, self._prefix), inspection, at)
