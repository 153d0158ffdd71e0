"""A stage of a message's journey: what every kind of stage is, and what it decides about a record.

``streams.computing`` holds stages that only compute; ``streams.lanes`` those that deliver to an outside system.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from schemas import Stage as StageName
from streams.deadletters import DeadLetters
from streams.metrics import Metrics
from streams.sealing import Headers, SealingCodec
from streams.topics import Topic
from streams.transport import StreamApp


class Output(msgspec.Struct, frozen=True, gc=False):  # made for every record, at a fifth of a dataclass's cost
    """A record that a stage sends."""

    topic: Topic
    key: bytes | None
    value: bytes
    headers: Headers = ()

    def __repr__(self) -> str:
        return f"<Output to {self.topic}>"


class Decision(msgspec.Struct, frozen=True, gc=False):  # as above
    """What becomes of a record."""

    outcome: str
    """A word for the metric: ``forwarded``, ``redacted``, ``blocked``, ``reviewed`` ..."""
    outputs: Sequence[Output] = ()


@dataclass(frozen=True, slots=True)
class StageTools:
    """What every stage of one process shares."""

    codec: SealingCodec
    dead_letters: DeadLetters
    metrics: Metrics
    prefix: str


class StreamStage(ABC):
    """One Faust application of a worker: a consumer group, its inputs, and what is done with each fetched batch."""

    name: StageName
    inputs: tuple[Topic, ...]

    def __init__(self, tools: StageTools) -> None:
        self.tools = tools

    @property
    def group(self) -> str:
        """Names the stage's consumer group, after the prefix. Unlike ``name`` where each destination has a stage."""
        return str(self.name)

    @abstractmethod
    async def run(self, app: StreamApp, stream: Any) -> None:
        """Be the body of the stage's Faust agent: every event of the stream settled or left unacknowledged."""

    def reasons(self) -> list[str]:
        """Why the stage is not ready, a few words each. A destination that is away is an alert, not a reason."""
        return []

    def abandoned(self, records: int) -> None:
        """Count records that are left to the next owner of their partition."""
        self.tools.metrics.count("dlp_messages_settled_total", records, stage=self.group, outcome="abandoned")

    def is_waiting(self) -> bool:
        """Whether standing still is meant: its destination is away, or it holds. The watchdog then leaves it alone."""
        return False

    def measure(self) -> None:
        """Set the stage's own gauges, before they are read."""
        return

    async def close(self) -> None:
        """Let go of connections. Called once, when the stage's application has stopped."""
        return
