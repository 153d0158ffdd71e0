"""The commit watermark: how far a partition is settled without a gap."""

from collections import defaultdict, deque
from collections.abc import Hashable, Sequence
from typing import Any, Generic, Protocol, TypeVar

PartitionT = TypeVar("PartitionT", bound=Hashable)


class HandedOut(Protocol):
    """An event in the hands of a stage."""

    offset: int
    """Of its last record."""
    value: Sequence[Any]
    """Its records."""
    acked: bool
    """Set once every output of it is with the broker."""


class Watermarks(Generic[PartitionT]):
    """The events of each partition in the order they were handed out.

    What may be committed is the end of the longest acknowledged prefix. It is found by the identity of events and not
    by counting offsets, so holes in the log (compaction, transaction markers), acknowledgements out of order and late
    acknowledgements of an earlier ownership cannot move it past unfinished work.
    """

    def __init__(self) -> None:
        self._handed: defaultdict[PartitionT, deque[HandedOut]] = defaultdict(deque)
        self._settled: dict[PartitionT, int] = {}

    def hand_out(self, partition: PartitionT, event: HandedOut) -> None:
        """Note an event before the stage sees it. Events of a partition come in the order of their offsets."""
        self._handed[partition].append(event)

    def advance(self, partition: PartitionT) -> int | None:
        """The offset that may be committed: of the first record that is not settled. None while nothing is."""
        handed = self._handed[partition]
        while handed and handed[0].acked:
            self._settled[partition] = handed.popleft().offset + 1
        return self._settled.get(partition)

    def first(self, partition: PartitionT) -> int | None:
        """The offset of the first record that is handed out and not settled; None where there is none."""
        handed = self._handed.get(partition)
        return handed[0].value[0].offset if handed else None

    def heads(self) -> list[HandedOut]:
        """The oldest unsettled event of each partition that has one."""
        return [handed[0] for handed in self._handed.values() if handed]

    def resume(self, partition: PartitionT, offset: int) -> None:
        """Begin at an offset below which everything was settled before, though it may not be committed yet."""
        self._handed[partition].clear()
        self._settled[partition] = offset

    def pass_over(self, partition: PartitionT, offset: int) -> None:
        """Settle what is no record (transaction markers, what was aborted or compacted) behind the last one handed out.

        Below ``offset`` every record has been handed out. While one of them is not settled nothing is passed.
        """
        settled = self.advance(partition)
        if not self._handed[partition] and (settled is None or offset > settled):
            self._settled[partition] = offset

    def partitions(self) -> list[PartitionT]:
        """Every partition of which something was handed out."""
        return list(self._handed)

    def unsettled(self) -> int:
        """How many events are handed out and not under the watermark."""
        return sum(map(len, self._handed.values()))

    def forget(self) -> None:
        """Drop everything: after a revocation or a seek, late acknowledgements must move nothing."""
        self._handed.clear()
        self._settled.clear()
