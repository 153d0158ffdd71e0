"""The siem stage: hands violations and audit records to a SIEM, each once, whatever happens to either side.

``dlp.violations`` and ``dlp.audit`` in; parcels out. One stage for each target, with a consumer group of its own, so
that a target that is away holds no other.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from connectors.failures import DestinationAway
from connectors.siem import Answer, BatchRefused, BatchTooBig, Misconfigured, SiemRecord, SiemTarget, record_id
from schemas import AuditRecord, Stage, Violation
from streams.decoding import record_of
from streams.lanes import RetryLater
from streams.parcels import NeedsHands, ParcelRefused, ParcelTooBig
from streams.record import KafkaRecord
from streams.sink import Encoded, SinkLimits, SinkStage
from streams.stage import StageTools
from streams.taken import Taken
from streams.topics import Topic


class SiemStage(SinkStage):
    """Delivers to one target."""

    name = Stage.SIEM
    inputs = (Topic.VIOLATIONS, Topic.AUDIT)

    def __init__(self, tools: StageTools, target: SiemTarget, taken: Taken) -> None:
        limits = target.limits
        super().__init__(
            tools,
            SinkLimits(
                parcel_records=limits.max_records,
                parcel_bytes=limits.max_bytes,
                separator_bytes=limits.separator_bytes,
                max_records=limits.held_records,
            ),
            taken,
        )
        self.destination = target.name
        self._to = target

    def encode(self, record: KafkaRecord) -> Encoded:
        """The record in the target's shape, and its id."""
        read = read_record(record)
        return Encoded(record_id(read), encoded_for(self._to, read))

    async def hand_over(self, parcel: Sequence[bytes]) -> Answer:
        """Send a parcel, and say in the sink's words how it ended."""
        with _in_the_sinks_words():
            answer = await self._to.send(parcel)
        return replace(answer, confirmation=_translated(answer.confirmation))

    async def close(self) -> None:
        """Close the target's connections."""
        await super().close()
        await self._to.close()


def read_record(record: KafkaRecord) -> SiemRecord:
    """What a SIEM receives of a Kafka record. Raises PoisonError for anything else."""
    if record.topic.endswith(Topic.AUDIT):
        return record_of(record, AuditRecord)
    return record_of(record, Violation)


def encoded_for(target: SiemTarget, record: SiemRecord) -> bytes:
    """A record in a target's shape; one that is too long goes without its list of matches."""
    data = target.encode(record)
    if len(data) > target.limits.max_record_bytes and isinstance(record, Violation):
        return target.encode(record.model_copy(update={"matches": ()}))
    return data


def _translated(confirmation: Callable[[], Awaitable[None]] | None) -> Callable[[], Awaitable[None]] | None:
    if confirmation is None:
        return None

    async def confirmed() -> None:
        with _in_the_sinks_words():
            await confirmation()

    return confirmed


@contextmanager
def _in_the_sinks_words() -> Iterator[None]:
    try:
        yield
    except Misconfigured as wrong:
        raise NeedsHands(wrong.reason, retry_after=wrong.retry_after) from None
    except DestinationAway as away:
        raise RetryLater(away.reason, retry_after=away.retry_after) from None
    except BatchRefused as refused:
        raise ParcelRefused(refused.code, refused.index) from None
    except BatchTooBig:
        raise ParcelTooBig from None
