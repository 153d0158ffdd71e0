"""The forwarder: hands cleaned messages to an outside system, once and in order, and tells what became of them.

``messages.forward`` and ``messages.receipts`` in; calls and ``messages.receipts`` out. One stage for each destination.
"""

import time
from collections import OrderedDict
from collections.abc import Sequence
from datetime import UTC, datetime

from agents.media import Judged, MediaDesk
from agents.receipts import receipt_for
from connectors.destination import Destination, Refusal
from connectors.failures import DestinationAway, RefusedForGood
from schemas import DeadLetterReason, DeliveryStatus, Direction, ForwardMessage, Receipt, Stage
from streams.channel_labels import ChannelLabels
from streams.deadletters import PoisonError, is_replay
from streams.decoding import record_of
from streams.delivered import Delivered
from streams.lanes import DeliveryStage, LaneLimits, RetryLater
from streams.record import KafkaRecord
from streams.stage import Decision, Output, StageTools
from streams.topics import Topic, key_of

REMEMBERED = 10_000
"""Receipts that were relayed. WhatsApp tells some states twice; a message of several parts has them for each."""
WITHHELD = Refusal("DataFiltered", "The message was withheld by the data protection policy.")
FILE_WITHHELD = Refusal("MediaTypeNotAllowed", "The attachment was withheld by the data protection policy.")


class ForwarderStage(DeliveryStage):
    """Delivers to one destination."""

    name = Stage.FORWARDER
    inputs = (Topic.FORWARD, Topic.RECEIPTS)

    def __init__(
        self, tools: StageTools, limits: LaneLimits, destination: Destination, delivered: Delivered, files: MediaDesk
    ) -> None:
        super().__init__(tools, limits)
        self.destination = destination.name
        self._to = destination
        self._delivered = delivered
        self._files = files
        self._channels = ChannelLabels()
        self._told: OrderedDict[str, None] = OrderedDict()
        self._judged: dict[tuple[int, int], Judged] = {}
        """Messages whose files were looked into, by partition and offset, until they are delivered."""

    async def prepare(self, record: KafkaRecord) -> None:
        """Look into the files of a message: others do not wait for it."""
        place = (record.partition, record.offset)
        if not record.topic.endswith(Topic.FORWARD) or record.value is None or not self._files.concerns(record.value):
            return
        message = record_of(record, ForwardMessage)
        is_due = self._to.takes(message) and not message.is_blocked
        if is_due and place not in self._judged and not self._delivered.has(record.partition, message.event_id):
            self._judged[place] = await self._files.judged(message)

    async def deliver(self, record: KafkaRecord) -> Decision:
        """Send what is meant for this destination, unless it has it already."""
        try:
            if record.topic.endswith(Topic.RECEIPTS):
                return await self._relay(record_of(record, Receipt))
            decision = await self._forward(record, record_of(record, ForwardMessage))
        except DestinationAway as away:
            raise RetryLater(away.reason, retry_after=away.retry_after, concerns_all=away.concerns_all) from None
        self._judged.pop((record.partition, record.offset), None)
        return decision

    async def recall(self, first: KafkaRecord) -> None:
        """Read from the receipts what this destination has of the partition."""
        if first.topic.endswith(Topic.FORWARD):
            for place in [place for place in self._judged if place[0] == first.partition]:
                del self._judged[place]  # left from when the partition was here before
            await self._delivered.recall(first.partition, first.timestamp)

    async def close(self) -> None:
        """Close the connections."""
        await self._to.close()
        await self._files.close()

    async def _forward(self, record: KafkaRecord, message: ForwardMessage) -> Decision:
        if not self._to.takes(message):
            return Decision("not_ours")
        if self._delivered.has(record.partition, message.event_id) and not is_replay(record.headers):
            self.tools.metrics.count("dlp_duplicates_dropped_total", stage=self.group)
            return Decision("duplicate")
        if message.is_blocked and message.direction is Direction.OUTBOUND:
            return self._failed(record, message, WITHHELD)
        reports: Sequence[Output] = ()
        if (judged := self._judged.get((record.partition, record.offset))) is not None:
            message, reports = judged.message, self._reports(judged)
            if judged.is_empty and message.direction is Direction.OUTBOUND:
                failed = self._failed(record, message, FILE_WITHHELD)
                return Decision(failed.outcome, (*failed.outputs, *reports))
        began = time.monotonic()
        try:
            taken = await self._to.send_message(message)
        except RefusedForGood as refused:
            return self._refused(record, message, refused)
        metrics = self.tools.metrics
        metrics.observe("dlp_sink_seconds", time.monotonic() - began, sink=self.destination)
        waited = (datetime.now(UTC) - message.occurred_at).total_seconds()
        metrics.observe("dlp_end_to_end_seconds", max(waited, 0.0), channel=self._channels.of(message.channel))
        self._delivered.add(record.partition, message.event_id)
        return Decision("delivered", (receipt_for(message, DeliveryStatus.SENT, taken=taken), *reports))

    def _reports(self, judged: Judged) -> list[Output]:
        """What is told of values that were found in files."""
        key = key_of(judged.message.conversation_id)
        self.tools.metrics.count_findings(judged.violations)
        return [Output(Topic.VIOLATIONS, key, one.to_json()) for one in judged.violations]

    async def _relay(self, receipt: Receipt) -> Decision:
        if not self._to.wants(receipt):
            return Decision("not_ours")
        if receipt.receipt_id in self._told:
            return Decision("duplicate")
        try:
            await self._to.send_receipt(receipt)
        except RefusedForGood as refused:
            raise PoisonError(DeadLetterReason.REFUSED, refused.code) from None
        self._told[receipt.receipt_id] = None
        if len(self._told) > REMEMBERED:
            self._told.popitem(last=False)
        return Decision("relayed")

    def _refused(self, record: KafkaRecord, message: ForwardMessage, refused: RefusedForGood) -> Decision:
        refusal = self._to.explain(refused)
        failed = self._failed(record, message, refusal)
        if refusal.is_explained:
            return failed
        aside = self.put_aside(record, PoisonError(DeadLetterReason.REFUSED, refused.code))
        return Decision(aside.outcome, (*aside.outputs, *failed.outputs))

    def _failed(self, record: KafkaRecord, message: ForwardMessage, why: Refusal) -> Decision:
        self._delivered.add(record.partition, message.event_id)
        receipt = receipt_for(message, DeliveryStatus.FAILED, reason_code=why.reason_code, reason=why.sentence)
        return Decision("failed", (receipt,))
