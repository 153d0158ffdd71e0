"""Faust's thread around the Kafka client, with what Faust has no setting for. Stock behaviour as of 0.15.3."""

from collections.abc import Mapping
from typing import Any

from aiokafka.consumer import fetcher
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.errors import KafkaError, NoError, RebalanceInProgressError, for_code
from aiokafka.protocol.group import HeartbeatRequest
from faust.transport.drivers import aiokafka as driver
from faust.types.tuples import TP

from streams.transport.records import FetchedPartition, FetchedRecords

MAX_FETCH_BYTES = 16 * 1024 * 1024
"""Of one answer of a broker, over all partitions."""
MAX_FETCH_WAIT_MILLISECONDS = 100
"""For which a broker may hold its answer while it has no records."""


class ClientThread(driver.AIOKafkaConsumerThread):
    """The consumer's thread."""

    def _create_worker_consumer(self, transport: Any) -> Any:
        """Stock: deals partitions out one by one, so that the two directions of a conversation may go to two workers.

        By ranges, partition n of every input of a stage is with one worker, whatever the number of workers; what was
        asked in one direction is known when it is answered in the other. Stock also fetches up to 50 MB at a time,
        reads records of transactions that were aborted, and lets a broker wait for 1.5 s: there is one request to it
        at a time, so a partition whose records are still being worked on when it is sent has to wait as long.
        """
        fetcher.MemoryRecords = FetchedRecords  # for every consumer of the process: see there
        fetcher.PartitionRecords = FetchedPartition  # likewise
        client = super()._create_worker_consumer(transport)
        client._partition_assignment_strategy = (RangePartitionAssignor,)  # noqa: SLF001  (read when the client starts)
        client._isolation_level = "read_committed"  # noqa: SLF001  (what a producer aborted is no message)
        client._fetch_max_bytes = MAX_FETCH_BYTES  # noqa: SLF001  (as above)
        client._fetch_max_wait_ms = MAX_FETCH_WAIT_MILLISECONDS  # noqa: SLF001  (as above)
        return client

    async def ends(self) -> Mapping[TP, tuple[int | None, int]]:
        """Of each assigned partition: the client's position, None where it has none yet, and the log's end."""

        async def in_its_thread() -> dict[TP, tuple[int | None, int]]:
            client = self._ensure_consumer()
            ends = await client.end_offsets(client.assignment())
            return {TP(tp.topic, tp.partition): (_position(client, tp), end) for tp, end in ends.items()}

        found: Mapping[TP, tuple[int | None, int]] = await self.call_thread(in_its_thread)
        return found

    def positions(self) -> Mapping[TP, int]:
        """Of each assigned partition that has one: the offset that is fetched next.

        Read from the caller's thread, without waiting for the client's: between two fetches nothing moves them forward.
        """
        if self._consumer is None or (subscription := self._consumer._subscription.subscription) is None:  # noqa: SLF001  (as below)
            return {}
        assigned = () if subscription.assignment is None else subscription.assignment.tps
        found = {TP(tp.topic, tp.partition): _position(self._consumer, tp) for tp in assigned}
        return {tp: position for tp, position in found.items() if position is not None}

    async def check_group(self) -> None:
        """Raise the fatal error of the group that the client has parked, if there is one."""
        client = self._consumer
        if client is not None and client._coordinator is not None:  # noqa: SLF001  (aiokafka has no public way to it)
            await self.call_thread(client._coordinator.check_errors)  # noqa: SLF001  (as above)

    async def is_member(self) -> bool:
        """Whether the group's coordinator still counts this client among its members, by a heartbeat sent now."""

        async def in_its_thread() -> bool:
            coordinator = self._ensure_consumer()._coordinator  # noqa: SLF001  (as above)
            if coordinator.generation < 0:
                return False
            beat = HeartbeatRequest(coordinator.group_id, coordinator.generation, coordinator.member_id)
            try:
                answer = await coordinator._send_req(beat)  # noqa: SLF001  (as above)
            except KafkaError:
                return False
            return for_code(answer.error_code) in {NoError, RebalanceInProgressError}

        return bool(await self.call_thread(in_its_thread))

    async def seek_to_committed(self, settled: Mapping[TP, int] | None = None) -> Mapping[TP, int | None]:
        """Stock: one request a partition, and no seek where nothing is committed: what was dropped stays skipped.

        ``settled`` are offsets below which everything is settled, which may be ahead of what is committed.
        """
        known = settled or {}

        async def in_its_thread() -> dict[TP, int | None]:
            client = self._ensure_consumer()
            asked = client.assignment()
            committed = await client._coordinator.fetch_committed_offsets(list(asked))  # noqa: SLF001  (as above)
            offsets: dict[TP, int | None] = {}
            for tp in asked & client.assignment():
                behind = [committed[tp].offset] if tp in committed else []
                offsets[tp] = max([*behind, *(known[place] for place in [TP(*tp)] if place in known)], default=None)
                if offsets[tp] is None:
                    client._fetcher.request_offset_reset([tp], client._fetcher._default_reset_strategy)  # noqa: SLF001  (as above)
                else:
                    client._fetcher.seek_to(tp, offsets[tp])  # noqa: SLF001  (as above)
            return offsets

        sought: Mapping[TP, int | None] = await self.call_thread(in_its_thread)
        return sought


def _position(client: Any, tp: Any) -> int | None:
    assignment = client._subscription.subscription.assignment  # noqa: SLF001  (the public call waits for a position)
    state = assignment.state_value(tp) if tp in assignment.tps else None
    return None if state is None else state._position  # noqa: SLF001  (looked at once: another thread may take it back)
