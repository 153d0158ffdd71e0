"""How far each consumer group has come: the health of every stage and destination, by Kafka's own account."""

import time
from dataclasses import dataclass
from typing import Final

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from streams.factory import group_id
from streams.settings import KafkaSettings

KEPT_SECONDS: Final = 2.0
"""How long an answer is good for: pages ask often."""


@dataclass(frozen=True, slots=True)
class GroupProgress:
    """One consumer group: a stage, or a stage's way to one destination."""

    group: str
    """Without the deployment's prefix: ``critical``, ``siem-splunk``."""
    committed: dict[tuple[str, int], int]
    """Topic without prefix and partition, to the offset that comes next."""
    lag: int
    """Records that wait for it."""
    members: int
    """Workers that run it now."""

    def has_passed(self, topic: str, partition: int, offset: int) -> bool | None:
        """Whether the record is settled there; None for a group that does not read the topic."""
        if not any(name == topic for name, _ in self.committed):
            return None
        return self.committed.get((topic, partition), 0) > offset


class Progress:
    """Asks the cluster about this deployment's groups."""

    def __init__(self, kafka: KafkaSettings, prefix: str) -> None:
        self._kafka = kafka
        self._prefix = prefix
        self._known: list[GroupProgress] = []
        self._asked = 0.0

    async def groups(self) -> list[GroupProgress]:
        """Every group, by name. Raises KafkaError or OSError."""
        if time.monotonic() - self._asked > KEPT_SECONDS:
            self._known = await self._ask()
            self._asked = time.monotonic()
        return self._known

    async def _ask(self) -> list[GroupProgress]:
        begin = group_id("", self._prefix)
        admin = AIOKafkaAdminClient(**self._kafka.client_options())
        consumer = AIOKafkaConsumer(**self._kafka.client_options(), enable_auto_commit=False)
        try:
            await admin.start()
            names = sorted({name for name, *_ in await admin.list_consumer_groups() if name.startswith(begin)})
            offsets = {name: await admin.list_consumer_group_offsets(name) for name in names}
            members = await _members(admin, names)
            await consumer.start()
            places = sorted({place for found in offsets.values() for place in found})
            await consumer._client.set_topics({place.topic for place in places})  # noqa: SLF001  (spares a wait of 100 ms)
            ends = await consumer.end_offsets(places) if places else {}
        finally:
            await consumer.stop()
            await admin.close()
        return [self._progress(name, begin, offsets[name], ends, members.get(name, 0)) for name in names]

    def _progress(
        self,
        name: str,
        begin: str,
        offsets: dict[TopicPartition, object],
        ends: dict[TopicPartition, int],
        members: int,
    ) -> GroupProgress:
        committed = {place: int(getattr(found, "offset", -1)) for place, found in offsets.items()}
        return GroupProgress(
            group=name.removeprefix(begin),
            committed={(p.topic.removeprefix(self._prefix), p.partition): at for p, at in committed.items()},
            lag=sum(max(ends.get(place, 0) - max(at, 0), 0) for place, at in committed.items()),
            members=members,
        )


async def _members(admin: AIOKafkaAdminClient, names: list[str]) -> dict[str, int]:
    found = {}
    for answer in await admin.describe_consumer_groups(names) if names else []:
        for _, name, *_, members in (group[:6] for group in answer.groups):
            found[name] = len(members)
    return found
