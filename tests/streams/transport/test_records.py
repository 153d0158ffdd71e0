"""Fetched records whose headers have names that are no text."""

from typing import Any

import pytest
from aiokafka.consumer.fetcher import READ_COMMITTED, PartitionRecords
from aiokafka.record.default_records import DefaultRecordBatch, _DefaultRecordBatchBuilderPy
from aiokafka.record.memory_records import MemoryRecords
from faust.types.tuples import TP

from streams.transport.records import FetchedPartition, FetchedRecord, FetchedRecords

WRONG = 3
"""The record whose header has such a name."""
GZIP = 1


class _Unreadable(str):
    """A name that is written as bytes which no UTF-8 has."""

    __slots__ = ()

    def encode(self, *_: Any) -> bytes:
        return b"na\xffme"


def written(*, compression: int = 0, wrong: bool = True) -> bytes:
    """A batch of five records, as a producer sends it."""
    builder = _DefaultRecordBatchBuilderPy(2, compression, 0, -1, -1, 0, 16_384)
    for number in range(5):
        name = _Unreadable("x") if wrong and number == WRONG else "name"
        builder.append(number, 1_000 + number, b"key", b"value %d" % number, [(name, b"of %d" % number)])
    return bytes(builder.build())


def read(records: Any, begin: int = 0, reader: type[PartitionRecords] = PartitionRecords) -> list[Any]:
    """What the client's fetcher makes of it."""
    place = TP("messages.inbound", 0)
    return list(reader(place, records, [], begin, None, None, True, READ_COMMITTED))  # noqa: FBT003  (its way)


@pytest.mark.parametrize("compression", [0, GZIP])
def test_a_header_with_an_unreadable_name_leaves_every_record_as_it_is(compression: int) -> None:
    records = read(FetchedRecords(written(compression=compression)))

    assert [(record.offset, record.value) for record in records] == [(n, b"value %d" % n) for n in range(5)]
    assert [value for record in records for _, value in record.headers] == [b"of %d" % n for n in range(5)]
    assert [name for record in records for name, _ in record.headers] == ["name"] * WRONG + ["na\ufffdme", "name"]


def test_what_was_read_before_is_not_read_again() -> None:
    assert [record.offset for record in read(FetchedRecords(written()), begin=2)] == [2, 3, 4]
    assert [record.offset for record in read(FetchedRecords(written() + written(wrong=False)), begin=WRONG)] == [3, 4]


def test_ordinary_batches_are_read_as_the_client_reads_them() -> None:
    ours, theirs = FetchedRecords(written(wrong=False)), MemoryRecords(written(wrong=False))

    assert read(ours) == read(theirs)
    assert isinstance(FetchedRecords(written(wrong=False)).next_batch()._batch, DefaultRecordBatch)


def test_a_record_has_every_field_that_stages_read_and_shows_none_of_its_words() -> None:
    theirs = read(MemoryRecords(written(wrong=False)))
    ours = read(FetchedRecords(written(wrong=False)), reader=FetchedPartition)

    assert len(ours) == len(theirs) > 0
    for mine, stock in zip(ours, theirs, strict=True):
        assert isinstance(mine, FetchedRecord)
        assert {name: getattr(mine, name) for name in FetchedRecord.__struct_fields__} == {
            name: getattr(stock, name) for name in FetchedRecord.__struct_fields__
        }
    assert "value" not in repr(ours)
    assert "value" in repr(theirs)


def test_stock_never_gets_past_such_a_record() -> None:
    with pytest.raises(UnicodeDecodeError):
        read(MemoryRecords(written()))
