"""The shelf of dead letters: what stands on ``dlp.deadletters``, what an operator did about it, and the way back.

The topic is the only truth. A letter that was replayed or dropped is followed, in its partition, by a small record that
says so; nothing is taken away before the topic forgets it.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from schemas import DeadLetterHeaders
from schemas.deadletter import Resolution, ResolutionHeaders
from streams.deadletters import REPLAYED, DeadLetters
from streams.producer import EventProducer
from streams.reading import TopicReader
from streams.record import KafkaRecord
from streams.sealing import SealingCodec, is_sealed
from streams.settings import KafkaSettings
from streams.topics import RAW, Topic

REVIEWED = (*RAW, Topic.REVIEW)
"""Topics whose values are sealed when they are sent again, even if a foreign producer wrote them in clear."""
MAX_SUBJECT = 4_000
"""Characters of the subject of an audit record about dead letters: 200 of them are named one by one in any case."""
SHOWN_ENDS = 20
"""First and last places of those that are too many to be named."""


class NoSuchLetterError(LookupError):
    """There is no dead letter at that place."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter as it may be shown: where it lies, where it came from and why. Nothing in it is sensitive."""

    partition: int
    offset: int
    put_aside: datetime
    bytes: int
    """Of the sealed value."""
    origin: DeadLetterHeaders
    resolution: Resolution | None

    def as_json(self) -> dict[str, Any]:
        """One line of ``cordon deadletters list --jsonl``."""
        return {
            "partition": self.partition,
            "offset": self.offset,
            "put_aside": self.put_aside.isoformat(timespec="milliseconds"),
            "bytes": self.bytes,
            "stage": self.origin.stage,
            "reason": self.origin.reason,
            "detail": self.origin.detail,
            "origin": {"topic": self.origin.topic, "partition": self.origin.partition, "offset": self.origin.offset},
            "event_id": self.origin.event_id,
            "resolution": self.resolution,
        }


def subject_of(letters: Sequence[Letter], chosen_by: str) -> str:
    """Which letters an audit record is about: the place of each, ``2@0 2@17``.

    Where there are too many for that, how many, the first and last ones, and what they were chosen by: enough to find
    the very same on the topic.
    """
    places = [f"{letter.partition}@{letter.offset}" for letter in letters]
    every = " ".join(places)
    if len(every) <= MAX_SUBJECT:
        return every
    ends = f"{' '.join(places[:SHOWN_ENDS])} ... {' '.join(places[-SHOWN_ENDS:])}"
    return f"{len(places)} dead letters: {ends}; chosen by {chosen_by}"[:MAX_SUBJECT]


class Shelf:
    """Reads and resolves the dead letters of one deployment. Raises KafkaError."""

    def __init__(self, kafka: KafkaSettings, prefix: str, codec: SealingCodec) -> None:
        self._kafka = kafka
        self._prefix = prefix
        self._topic = f"{prefix}{Topic.DEAD_LETTERS}"
        self._codec = codec
        self._dead_letters = DeadLetters(codec, prefix)

    async def letters(self, wanted: Callable[[Letter], bool] = lambda _: True) -> list[Letter]:
        """Every letter that is wanted, in the order of partitions and offsets."""
        return [letter async for letter, _ in self._walk(wanted)]

    async def open(self, partition: int, offset: int) -> bytes:
        """The original bytes of one letter. Raises ``NoSuchLetterError``, ``Unsealable``."""
        async with TopicReader.open(self._kafka, self._topic) as reader:
            begin, end = await reader.bounds(partition) if partition in await reader.partitions() else (0, 0)
            if begin <= offset < end:
                async for record in reader.records(partition, offset, offset + 1):
                    if DeadLetterHeaders.decode(record.headers) is not None:
                        return self._dead_letters.open(record.value or b"", record.headers).value or b""
        raise NoSuchLetterError(f"there is no dead letter at {partition} {offset}")

    async def resolve(self, chosen: Iterable[Letter], resolution: Resolution, producer: EventProducer) -> int:
        """Replay or drop letters, one after the other; how many it were. What was resolved stays so if one fails.

        What somebody else has resolved since it was chosen is left alone.
        A replayed record goes to the end of the topic it came from, with its key and headers, and keeps the event id
        that it would have had. Raises ``BrokerUnavailable``, ``Unsealable``.
        """
        places = {(letter.partition, letter.offset) for letter in chosen}
        done = 0
        async for letter, record in self._walk(
            lambda letter: (letter.partition, letter.offset) in places and letter.resolution is None
        ):
            if resolution is Resolution.REPLAYED:
                await self._replay(record, producer)
            note = ResolutionHeaders(letter.offset, resolution).encode()
            await producer.publish(Topic.DEAD_LETTERS, None, b"", note, partition=letter.partition)
            done += 1
        return done

    async def _replay(self, record: KafkaRecord, producer: EventProducer) -> None:
        original = self._dead_letters.open(record.value or b"", record.headers)
        place = f"{original.topic}-{original.partition}-{original.offset}".encode()
        headers = [
            (name, value) for name, value in original.headers if name != REPLAYED and not is_sealed([(name, b"")])
        ]
        value = original.value or b""
        if original.topic in REVIEWED:
            value, marks = self._codec.seal(original.topic, value)
            headers += marks
        first = next((value for name, value in original.headers if name == REPLAYED), place)
        await producer.publish(original.topic, original.key, value, [*headers, (REPLAYED, first)])

    async def _walk(self, wanted: Callable[[Letter], bool]) -> AsyncIterator[tuple[Letter, KafkaRecord]]:
        async with TopicReader.open(self._kafka, self._topic) as reader:
            for partition in await reader.partitions():
                begin, end = await reader.bounds(partition)
                resolved = await _resolutions(reader, partition, begin, end)
                async for record in reader.records(partition, begin, end):
                    letter = self._letter(record, resolved)
                    if letter is not None and wanted(letter):
                        yield letter, record

    def _letter(self, record: KafkaRecord, resolved: dict[int, Resolution]) -> Letter | None:
        if (origin := DeadLetterHeaders.decode(record.headers)) is None:
            return None
        return Letter(
            record.partition,
            record.offset,
            datetime.fromtimestamp(record.timestamp / 1000, UTC),
            len(record.value or b""),
            replace(origin, topic=origin.topic.removeprefix(self._prefix)),
            resolved.get(record.offset),
        )


async def _resolutions(reader: TopicReader, partition: int, begin: int, end: int) -> dict[int, Resolution]:
    found: dict[int, Resolution] = {}
    async for record in reader.records(partition, begin, end):
        if (note := ResolutionHeaders.decode(record.headers)) is not None:
            found[note.resolves] = note.resolution
    return found
