"""A stage's agent driven by hand: batches are put in, and a producer keeps what comes out."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Self

from streams.deadletters import DeadLetters
from streams.metrics import Metrics
from streams.sealing import SealingCodec
from streams.stage import Decision, StageTools, StreamStage
from streams.topics import Topic
from streams.transport.hand import Hand
from tests.streams.kept import KeepingProducer
from vault.envelope import Sealer
from vault.keyring import Keyring


@dataclass(frozen=True)
class Record:
    """As much of a Kafka record as stages read: ``a1`` is the first of conversation ``a``."""

    name: str
    offset: int = 0
    topic: str = Topic.FORWARD
    partition: int = 0
    timestamp: int = 0
    headers: tuple[tuple[str, bytes], ...] = ()

    @property
    def key(self) -> bytes:
        return self.name[:1].encode()

    @property
    def value(self) -> bytes:
        return self.name.encode()


@dataclass(eq=False)
class Message:
    """Hashable, as the consumer's are."""

    generation_id: int
    topic: str = Topic.FORWARD
    partition: int = 0
    acked: bool = False


@dataclass
class Event:
    """A batch of the stream."""

    value: list[Record]
    message: Message
    acked: bool = field(default=False)

    def ack(self) -> None:
        self.acked = self.message.acked = True


class Driven:
    """The stage at work. ``make`` gives the stage its tools."""

    def __init__(self, folder: Path, make: Callable[[StageTools], StreamStage]) -> None:
        self.codec = SealingCodec(Sealer(Keyring.create(folder / "keyring.json")))
        self.metrics = Metrics()
        self.producer = KeepingProducer()
        self.dead_letters = DeadLetters(self.codec, "")
        self.driven = make(StageTools(self.codec, self.dead_letters, self.metrics, ""))
        self.failed: list[BaseException] = []
        self.app: Any = SimpleNamespace(
            producer=self.producer,
            consumer=SimpleNamespace(hand=Hand(), assignment=set, committed_offset=lambda _: 0),
            consumer_generation_id=1,
            should_stop=False,
            rebalancing=False,
            fail_stop=self._fail_stop,
        )
        self._queue: asyncio.Queue[Event] = asyncio.Queue()

    def feed(self, *names: str) -> Event:
        """Put a batch in."""
        event = Event([Record(name) for name in names], Message(self.app.consumer_generation_id))
        self._queue.put_nowait(event)
        return event

    def settled(self, outcome: str) -> float:
        """How many records came to such an end."""
        return self.metrics.value("dlp_messages_settled_total", stage=self.driven.group, outcome=outcome)

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self.driven.run(self.app, SimpleNamespace(events=self._events)))
        return self

    async def __aexit__(self, *_: object) -> None:
        self.app.should_stop = True
        await self.rest()
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def rest(self) -> None:
        """Wait until what it has begun has come to an end."""

    async def _events(self) -> AsyncIterator[Event]:
        while True:
            yield await self._queue.get()

    async def _fail_stop(self, error: BaseException) -> None:
        self.failed.append(error)


async def decided(given: Decision | Awaitable[Decision]) -> Decision:
    """What a stage says of a record, at once or after a while."""
    return given if isinstance(given, Decision) else await given


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not is_so():  # noqa: ASYNC110  (what it waits for is no event)
            await asyncio.sleep(0.001)
