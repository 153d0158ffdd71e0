"""The outputs of one event: packed by partition, in order, and acknowledged together or not at all."""

import asyncio
from typing import Any

import pytest
from aiokafka.errors import KafkaTimeoutError, MessageSizeTooLargeError, UnknownTopicOrPartitionError
from faust.exceptions import ProducerSendError

from streams.outbox import RECORD_OVERHEAD, Outbox, Partitioner, Road
from streams.stage import Output
from streams.topics import Topic, TopicsUnfitError
from tests.streams.kept import KeepingProducer

PREFIX = "acme."
FORWARD = f"{PREFIX}{Topic.FORWARD}"


def output(value: bytes, key: bytes | None = b"k", topic: Topic = Topic.FORWARD, **fields: Any) -> Output:
    return Output(topic, key, value, **fields)


def outbox(producer: Any, *, partitions: int = 1, partition: int = 0) -> Outbox:
    return Outbox(producer, Partitioner(partitions), partition, prefix=PREFIX)


def caused_by(cause: Exception) -> ProducerSendError:
    error = ProducerSendError("not sent")
    error.__cause__ = cause
    return error


class TestPartitioner:
    @pytest.mark.parametrize(
        ("key", "murmur2"),
        [
            (b"21", -973932308),
            (b"foobar", -790332482),
            (b"a-little-bit-long-string", -985981536),
            (b"a-little-bit-longer-string", -1486304829),
            (b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971),
            (b"abc", 479470107),
        ],
        ids=str,
    )
    def test_gives_a_key_the_partition_that_kafkas_own_gives_it(self, key: bytes, murmur2: int) -> None:
        """The hashes stand in Kafka's UtilsTest.testMurmur2; its partitioner clears their sign."""
        assert Partitioner(12).home(key) == (murmur2 & 0x7FFF_FFFF) % 12

    def test_gives_a_key_the_same_partition_each_time(self) -> None:
        partitioner = Partitioner(12)

        assert len({partitioner.home(b"conversation") for _ in range(3)}) == 1
        assert {partitioner.home(str(number).encode()) for number in range(200)} == set(range(12))


class TestRoad:
    async def test_has_as_many_partitions_in_each_topic(self) -> None:
        producer: Any = KeepingProducer(partitions=7)

        assert (await Road(producer, PREFIX).partitioner(1)).partitions == 7

    async def test_is_looked_at_once_in_each_generation_of_the_group(self) -> None:
        producer: Any = KeepingProducer(partitions=7)
        road = Road(producer, PREFIX)
        first = await road.partitioner(1)
        producer.partitions = 8

        assert await road.partitioner(1) is first
        assert (await road.partitioner(2)).partitions == 8
        assert producer.asked == 2

    async def test_keeps_what_it_knows_of_keys_where_nothing_changed(self) -> None:
        producer: Any = KeepingProducer(partitions=7)
        road = Road(producer, PREFIX)

        assert await road.partitioner(1) is await road.partitioner(2)

    async def test_with_unequal_topics_is_none(self) -> None:
        producer: Any = KeepingProducer(partitions=7)
        producer.counts[f"{PREFIX}{Topic.ALERTS}"] = 6

        with pytest.raises(TopicsUnfitError, match="equal numbers of partitions"):
            await Road(producer, PREFIX).partitioner(1)


class TestPacking:
    async def test_outputs_for_one_partition_travel_as_one_request_for_each_topic_in_order(self) -> None:
        producer = KeepingProducer()
        box = outbox(producer)
        await box.put(output(b"1"))
        await box.put(output(b"alert", topic=Topic.ALERTS))
        await box.put(output(b"2"))

        await (await box.close())

        assert producer.sent == [
            (FORWARD, 0, [(b"k", b"1"), (b"k", b"2")]),
            (f"{PREFIX}{Topic.ALERTS}", 0, [(b"k", b"alert")]),
        ]

    async def test_a_full_request_goes_before_the_next_is_begun(self) -> None:
        producer = KeepingProducer(room=2)
        box = outbox(producer)
        for number in range(5):
            await box.put(output(b"%d" % number))

        await (await box.close())

        assert [records for _, _, records in producer.sent] == [
            [(b"k", b"0"), (b"k", b"1")],
            [(b"k", b"2"), (b"k", b"3")],
            [(b"k", b"4")],
        ]

    async def test_what_belongs_elsewhere_goes_by_itself(self) -> None:
        producer = KeepingProducer()
        home = Partitioner(12).home(b"k")
        box = outbox(producer, partitions=12, partition=(home + 1) % 12)
        await box.put(output(b"of another partition"))
        await box.put(output(b"without a key", key=None))

        await (await box.close())

        assert producer.sent == [
            (FORWARD, None, [(b"k", b"of another partition")]),
            (FORWARD, None, [(None, b"without a key")]),
        ]

    async def test_nothing_is_packed_before_a_request_is_open_for_it(self) -> None:
        box = outbox(KeepingProducer())
        assert not box.pack(output(b"1"))

        await box.put(output(b"1"))
        assert box.pack(output(b"2"))
        assert not box.pack(output(b"3", key=None))

    def test_what_no_request_can_carry_is_told_before(self) -> None:
        box = outbox(KeepingProducer(max_request_size=RECORD_OVERHEAD + 20))

        assert box.fits([output(b"x" * 19)])
        assert not box.fits([output(b"x" * 20)])
        assert box.fits([output(b"x" * 10, headers=(("name", b"value"),))])
        assert not box.fits([output(b"x" * 11, headers=(("name", b"value"),))])


class TestDelivery:
    async def test_ends_when_the_broker_has_everything(self) -> None:
        producer = KeepingProducer()
        producer.is_acknowledging = False
        box = outbox(producer)
        await box.put(output(b"1"))
        await box.put(output(b"2", key=None))
        delivery = await box.close()
        assert not delivery.done()

        producer.acknowledge()
        await asyncio.wait_for(delivery, 1)

    async def test_raises_what_went_wrong_and_the_producer_hears_of_it(self) -> None:
        producer = KeepingProducer()
        producer.is_acknowledging = False
        box = outbox(producer)
        await box.put(output(b"1"))
        delivery = await box.close()
        error = MessageSizeTooLargeError()
        producer.acknowledge(error)

        with pytest.raises(MessageSizeTooLargeError):
            await delivery
        assert producer.failures == [error]

    @pytest.mark.parametrize(
        "refusal",
        [KafkaTimeoutError(), UnknownTopicOrPartitionError(), caused_by(KafkaTimeoutError())],
        ids=["no room", "no leader", "no room, as Faust says it"],
    )
    async def test_what_is_not_accepted_now_is_tried_until_it_is(
        self, refusal: Exception, caplog: pytest.LogCaptureFixture
    ) -> None:
        producer = KeepingProducer()
        producer.refusals = [refusal, refusal]
        box = outbox(producer)
        await box.put(output(b"1"))

        await (await box.close())

        assert producer.sent == [(FORWARD, 0, [(b"k", b"1")])]
        assert len([line for line in caplog.messages if line.startswith("output not accepted")]) == 2

    @pytest.mark.parametrize("error", [MessageSizeTooLargeError(), caused_by(MessageSizeTooLargeError())])
    async def test_what_never_will_be_is_raised(self, error: Exception) -> None:
        producer = KeepingProducer()
        producer.refusals = [error]

        with pytest.raises(type(error)):
            await outbox(producer).put(output(b"1", key=None))
