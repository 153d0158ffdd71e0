"""Where a deployment stands, asked of Kafka alone: each stage's groups, how far they are, and what was put aside.

It needs no worker to be reachable and joins no group, so it shows a deployment that stands still as well.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Self

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.protocol.admin import DescribeGroupsRequest_v1
from aiokafka.protocol.api import Request

from schemas import DeadLetterHeaders, Stage
from schemas.deadletter import ResolutionHeaders
from streams.factory import group_id
from streams.reading import TopicReader
from streams.settings import KafkaSettings
from streams.topics import RAW, Topic

INPUTS: dict[str, tuple[Topic, ...]] = {
    Stage.CRITICAL: RAW,
    Stage.MEDIUM: (Topic.REVIEW,),
    Stage.FORWARDER: (Topic.FORWARD, Topic.RECEIPTS),
    Stage.SIEM: (Topic.VIOLATIONS, Topic.AUDIT),
}
"""What each stage reads; a group is named for its stage, and for its destination where it has one."""


@dataclass(frozen=True, slots=True)
class GroupStanding:
    """One consumer group at one moment."""

    name: str
    """Such as ``critical`` or ``siem-splunk``."""
    state: str
    """Kafka's word: ``Stable``, ``Empty``, ``PreparingRebalance`` ..."""
    workers: int
    partitions: int
    """Of all its inputs."""
    settled: int
    """Sum of the committed offsets: its growth is the throughput."""
    lag: int
    """Records that are not committed."""
    behind: dict[str, int]
    """The lag of each partition that has one, by ``topic[partition]`` without the prefix."""
    reached: dict[str, int]
    """The offset that comes next in each partition, named as above."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A deployment at one moment."""

    groups: tuple[GroupStanding, ...]
    dead_letters: int
    """Put aside and not resolved."""
    resolved: int
    """Replayed or dropped by an operator."""


class _Describe(Request[DescribeGroupsRequest_v1]):
    """Asks for a group in version 1: aiokafka 0.14 cannot read the answer to version 3, which it would choose."""

    API_KEY = DescribeGroupsRequest_v1.API_KEY

    def __init__(self, groups: list[str]) -> None:
        self._groups = groups

    def build(self, request_struct_class: type[DescribeGroupsRequest_v1]) -> DescribeGroupsRequest_v1:
        return request_struct_class(self._groups)


class Surveyor:
    """Asks for a deployment's standing, again and again. Raises KafkaError."""

    def __init__(self, admin: AIOKafkaAdminClient, reader: TopicReader, prefix: str) -> None:
        self._admin = admin
        self._reader = reader
        self._prefix = prefix
        self._read_to: dict[int, int] = {}
        self._letters = self._resolved = 0

    @classmethod
    @asynccontextmanager
    async def open(cls, kafka: KafkaSettings, prefix: str) -> AsyncIterator[Self]:
        """Connect, and disconnect at the end of the block."""
        async with AsyncExitStack() as stack:
            admin = AIOKafkaAdminClient(**kafka.client_options())
            stack.push_async_callback(admin.close)
            await admin.start()
            reader = await stack.enter_async_context(TopicReader.open(kafka, f"{prefix}{Topic.DEAD_LETTERS}"))
            yield cls(admin, reader, prefix)

    async def look(self) -> Standing:
        """The standing now."""
        await self._count_letters()
        start = group_id("", self._prefix)
        named = sorted(name for name, *_ in await self._admin.list_consumer_groups() if name.startswith(start))
        facts = {name: await self._describe(name) for name in named}
        groups = [await self._group(name.removeprefix(start), name, facts[name]) for name in named]
        return Standing(tuple(groups), self._letters - self._resolved, self._resolved)

    async def _describe(self, group: str) -> Any:
        """Error, name, state, protocol type, protocol and members of a group."""
        node = await self._admin.find_coordinator(group)
        answer = await self._admin._send_request(_Describe([group]), node)  # noqa: SLF001  (see _Describe)
        return answer.groups[0]

    async def _group(self, name: str, group: str, fact: Any) -> GroupStanding:
        topics = INPUTS.get(name.partition("-")[0], ())
        committed = {
            (tp.topic, tp.partition): at.offset
            for tp, at in (await self._admin.list_consumer_group_offsets(group)).items()
        }
        behind: dict[str, int] = {}
        reached: dict[str, int] = {}
        settled = count = 0
        for topic in topics:
            named = f"{self._prefix}{topic}"
            bounds = await self._reader.bounds_of(named)
            count += len(bounds)
            for partition, (begin, end) in bounds.items():
                at = max(committed.get((named, partition), begin), begin)
                settled += at
                reached[f"{topic}[{partition}]"] = at
                if end > at:
                    behind[f"{topic}[{partition}]"] = end - at
        return GroupStanding(name, fact[2], len(fact[5]), count, settled, sum(behind.values()), behind, reached)

    async def _count_letters(self) -> None:
        for partition, (begin, end) in (await self._reader.bounds_of(f"{self._prefix}{Topic.DEAD_LETTERS}")).items():
            start = max(self._read_to.get(partition, begin), begin)
            async for record in self._reader.records(partition, start, end):
                self._letters += DeadLetterHeaders.decode(record.headers) is not None
                self._resolved += ResolutionHeaders.decode(record.headers) is not None
            self._read_to[partition] = end
