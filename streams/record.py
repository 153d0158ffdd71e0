"""A Kafka record as the stages see it."""

from collections.abc import Sequence
from typing import Protocol


class KafkaRecord(Protocol):
    """What stages use of an aiokafka ConsumerRecord. All bytes are as the producer wrote them."""

    @property
    def topic(self) -> str:
        """With the deployment's prefix."""

    @property
    def partition(self) -> int:
        """From 0."""

    @property
    def offset(self) -> int:
        """Within the partition."""

    @property
    def timestamp(self) -> int:
        """Milliseconds since the epoch."""

    @property
    def key(self) -> bytes | None:
        """The conversation id, where the producer gave one."""

    @property
    def value(self) -> bytes | None:
        """None is what compaction leaves, or what a producer wrote."""

    @property
    def headers(self) -> Sequence[tuple[str, bytes]]:
        """In the producer's order."""


def weight_of(records: Sequence[KafkaRecord]) -> tuple[int, int]:
    """How many records these are, and how many bytes of keys and values."""
    return len(records), sum([len(record.key or b"") + len(record.value or b"") for record in records])
