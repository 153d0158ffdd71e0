"""What the critical stage remembers of conversations, so that values cut over messages and bare answers are found.

It lives in the process. When a partition comes to a worker, the topics' recent past is read again and judged without
anything being sent, so that a restart or a rebalance between two halves of a card number changes nothing.
"""

import asyncio
import itertools
import logging
from collections import deque
from contextlib import aclosing

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from detection import ConversationMemory, Engine
from detection.conversation import MAX_AGE, MAX_MESSAGES, Conversation
from detection.inspection import Inspection, inspect
from schemas import Tier
from schemas.plain import Message
from streams.computing import BREATH, Settled
from streams.deadletters import PoisonError
from streams.decoding import event_id_of, message_of, opened
from streams.reading import tails
from streams.record import KafkaRecord
from streams.sealing import SealingCodec
from streams.settings import KafkaSettings

MAX_RECALLED = 500
"""Records of one topic's partition that are read again at the most."""
RECALL_SECONDS = 3.0
"""For reading all the past. Memory helps; it is no reason to hold messages for longer."""

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

    def conversation(self, conversation_id: str) -> Conversation:
        """What is remembered of a conversation. Its times are the broker's, milliseconds since the epoch."""
        return self._memory.conversation(conversation_id)

    def note(self, event: Message, event_id: str, inspection: Inspection, at: int) -> None:
        """Remember a judged message that the broker took at a time."""
        conversation = self.conversation(event.conversation_id)
        conversation.remember(event_id, event.direction, event.text, inspection.verdict, at)

    async def recall(self, settled: Settled) -> None:
        """Read the last words of every conversation that has come here, as far as they are settled."""
        ends = {
            TopicPartition(f"{self._prefix}{topic}", number): end for (topic, number), end in settled.items() if end
        }
        latest: dict[tuple[str, bytes | None], deque[KafkaRecord]] = {}
        try:
            async with asyncio.timeout(RECALL_SECONDS), aclosing(tails(self._kafka, ends, MAX_RECALLED)) as records:
                async for record in records:
                    if len(record.value or b"") <= 2 * self._max_text_bytes:
                        latest.setdefault((record.topic, record.key), deque(maxlen=MAX_MESSAGES)).append(record)
        except (KafkaError, TimeoutError) as error:
            log.warning("the recent past of %d partitions is not wholly known (%s)", len(ends), type(error).__name__)
        words = sorted(itertools.chain(*latest.values()), key=lambda record: record.timestamp)
        newest = {record.partition: record.timestamp for record in words}
        for number, record in enumerate(words):
            if newest[record.partition] - record.timestamp <= MAX_AGE:
                self._judge_again(record)
            if number % BREATH == 0:
                await asyncio.sleep(0)

    def _judge_again(self, record: KafkaRecord) -> None:
        try:
            value = opened(record, self._codec, self._prefix)
            event = message_of(value, max_text_bytes=self._max_text_bytes)
        except PoisonError:  # it has its dead letter
            return
        history = self.conversation(event.conversation_id).history(record.timestamp)
        inspection = inspect(self._engine, event, tier=Tier.BLOCKING, history=history)
        self.note(event, event_id_of(event, record, self._prefix), inspection, record.timestamp)
