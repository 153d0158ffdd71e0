"""A sink stage on its own: batches are put in by hand, and a receiver of the test's takes parcels."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Self

from schemas import Stage
from streams.deadletters import DeadLetters
from streams.metrics import Metrics
from streams.parcels import Handed
from streams.record import KafkaRecord
from streams.sealing import SealingCodec
from streams.settings import KafkaSettings
from streams.sink import Encoded, SinkLimits, SinkStage
from streams.stage import StageTools
from streams.taken import Taken
from streams.topics import Topic
from streams.transport.hand import Hand
from vault.envelope import Sealer
from vault.keyring import Keyring


@dataclass(frozen=True)
class Taking:
    """The receiver's answer."""

    refused: dict[int, str] = field(default_factory=dict)
    again: frozenset[int] = frozenset()
    confirmation: Callable[[], Awaitable[None]] | None = None


@dataclass(frozen=True)
class Record:
    """As much of a Kafka record as stages read."""

    offset: int
    value: bytes | None
    topic: str = Topic.VIOLATIONS
    partition: int = 0
    timestamp: int = 0
    key: bytes | None = None
    headers: tuple[tuple[str, bytes], ...] = ()


Receive = Callable[[list[str]], Handed]
"""What the receiver does with a parcel: an answer, or whatever ``hand_over`` may raise."""


class TextStage(SinkStage):
    """Sends texts as they are, each its own id."""

    name = Stage.SIEM
    destination = "test"
    inputs = (Topic.VIOLATIONS,)

    def __init__(self, tools: StageTools, limits: SinkLimits, taken: Taken, receive: Receive) -> None:
        super().__init__(tools, limits, taken)
        self._receive = receive
        self.requests: list[list[str]] = []

    def encode(self, record: KafkaRecord) -> Encoded:
        assert record.value is not None
        return Encoded(record.value.decode(), record.value)

    async def hand_over(self, parcel: Sequence[bytes]) -> Handed:
        texts = [data.decode() for data in parcel]
        self.requests.append(texts)
        await asyncio.sleep(0)
        return self._receive(texts)


class Batch:
    """An event of the stream."""

    def __init__(self, records: Iterable[Record], generation: int) -> None:
        self.value = list(records)
        self.message = SimpleNamespace(topic=Topic.VIOLATIONS, partition=0, generation_id=generation)
        self.acked = False

    def ack(self) -> None:
        self.acked = True


class Run:
    """The stage at work."""

    def __init__(self, folder: Path, receive: Receive, limits: SinkLimits | None = None) -> None:
        codec = SealingCodec(Sealer(Keyring.create(folder / "keyring.json")))
        self.metrics = Metrics()
        tools = StageTools(codec, DeadLetters(codec, ""), self.metrics, "")
        taken = Taken(KafkaSettings(bootstrap_servers="127.0.0.1:9"), folder, "test")
        self.stage = TextStage(tools, limits or SinkLimits(linger_seconds=0.02), taken, receive)
        self.dead: list[dict[str, str]] = []
        self.failed: list[BaseException] = []
        self._queue: asyncio.Queue[Batch] = asyncio.Queue()
        self.app: Any = SimpleNamespace(
            producer=SimpleNamespace(
                client=SimpleNamespace(
                    partitions_for=self._partitions, client=SimpleNamespace(force_metadata_update=self._nothing)
                ),
                send=self._send,
                max_request_size=10**6,
            ),
            consumer=SimpleNamespace(hand=Hand()),
            consumer_generation_id=1,
            should_stop=False,
            rebalancing=False,
            fail_stop=self._fail_stop,
        )
        self._offset = 0
        self._task: asyncio.Task[None] | None = None

    def feed(self, *texts: str) -> Batch:
        """Put a batch in."""
        records = [Record(self._offset + place, text.encode()) for place, text in enumerate(texts)]
        self._offset += len(texts)
        batch = Batch(records, self.app.consumer_generation_id)
        batch.message = _Message(batch.message)
        self._queue.put_nowait(batch)
        return batch

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self.stage.run(self.app, SimpleNamespace(events=self._events)))
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._task is not None
        self.app.should_stop = True
        await asyncio.sleep(0.15)
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self.stage.close()
        assert self.failed == []

    async def _events(self) -> AsyncIterator[Batch]:
        while True:
            yield await self._queue.get()

    async def _nothing(self) -> None:
        return

    async def _partitions(self, _: str) -> set[int]:
        return {0}

    async def _send(self, *given: Any) -> "asyncio.Future[None]":
        self.dead.append({name: value.decode() for name, value in given[5]})
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        done.set_result(None)
        return done

    async def _fail_stop(self, error: BaseException) -> None:
        self.failed.append(error)
        raise error


class _Message:
    """Hashable, as the consumer's are."""

    def __init__(self, given: SimpleNamespace) -> None:
        self.topic, self.partition, self.generation_id = given.topic, given.partition, given.generation_id


async def until(is_so: Callable[[], bool], seconds: float = 5.0) -> None:
    async with asyncio.timeout(seconds):
        while not is_so():  # noqa: ASYNC110  (what it waits for is no event)
            await asyncio.sleep(0.01)
