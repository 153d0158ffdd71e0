"""Reading fetched records, whatever they are called, at little cost. Stock behaviour as of aiokafka 0.14.0.

Source: Apache Kafka protocol guide, record batch: the name of a header is UTF-8. Nobody holds producers to it.
"""

from collections.abc import Iterator
from typing import Any, SupportsIndex, overload

import msgspec
from aiokafka.consumer.fetcher import PartitionRecords
from aiokafka.record.default_records import DefaultRecordBatch, _DefaultRecordBatchPy
from aiokafka.record.memory_records import _MemoryRecordsPy


class FetchedRecord(msgspec.Struct, frozen=True, gc=False):
    """A record as ``streams.record`` describes it."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    timestamp_type: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]

    def __repr__(self) -> str:
        return f"<FetchedRecord {self.topic}[{self.partition}]@{self.offset}>"


class FetchedPartition(PartitionRecords):
    """Stock: makes an object of eleven fields a record, with a dictionary that the garbage collector follows.

    It doubles what reading a record costs. Nobody here asks for checksums, and the client is not to deserialize.
    """

    def _consumer_record(self, tp: Any, record: Any) -> FetchedRecord:
        return FetchedRecord(
            tp.topic,
            tp.partition,
            record.offset,
            record.timestamp,
            record.timestamp_type,
            record.key,
            record.value,
            tuple(record.headers),
        )


class FetchedRecords(_MemoryRecordsPy):
    """Stock: a header whose name is not UTF-8 raises while its batch is read, and again after each start.

    One such record would stop its partition for good. Here the batch is read once more, by a reader that takes such a
    name as far as it can be read; the stage then sees an ordinary record.
    """

    def next_batch(self, *args: Any) -> Any:
        """The next batch; one of the format that has headers is read as said above."""
        piece = self._next_slice
        batch = super().next_batch(*args)
        return _Batch(batch, piece) if isinstance(batch, DefaultRecordBatch) else batch


class _Batch:
    """A batch of the compiled reader, and what it was read from."""

    __slots__ = ("_batch", "_piece")

    def __init__(self, batch: Any, piece: Any) -> None:
        self._batch = batch
        self._piece = piece

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __next__(self) -> Any:
        return next(self._batch)

    def __iter__(self) -> Iterator[Any]:
        try:
            yield from self._batch
        except UnicodeDecodeError:
            yield from _TolerantBatch(self._piece)  # from its first record: the fetcher leaves out what it has


class _TolerantBatch(_DefaultRecordBatchPy):
    _buffer: bytearray

    def _maybe_uncompress(self) -> None:
        super()._maybe_uncompress()
        self._buffer = _Bytes(self._buffer)


class _Bytes(bytearray):
    """Bytes whose pieces decode as far as they can."""

    @overload
    def __getitem__(self, place: SupportsIndex) -> int: ...
    @overload
    def __getitem__(self, place: slice) -> "_Bytes": ...
    def __getitem__(self, place: SupportsIndex | slice) -> "int | _Bytes":
        found = super().__getitem__(place)
        return found if isinstance(found, int) else _Bytes(found)

    def decode(self, *_: Any, **__: Any) -> str:
        return super().decode("utf-8", "replace")
