"""Dead letters: a record that cannot be processed, kept whole and sealed, with headers that name its origin.

The plaintext is a length-prefixed JSON envelope (origin, key, headers, time) followed by the raw value, so that any
bytes survive. It is compressed before sealing where it is large.
"""

import json
import struct
from base64 import b64decode, b64encode
from dataclasses import dataclass

from schemas import DeadLetterHeaders, DeadLetterReason, Stage
from streams.record import KafkaRecord
from streams.sealing import Headers, SealingCodec, Unsealable
from streams.topics import Topic

REPLAYED = "cordon.replayed"
"""Header of a record that an operator sent on its way again: ``topic-partition-offset`` of its first time."""

_LENGTH = struct.Struct(">I")


class PoisonError(Exception):
    """A record that no retry can help. Carries a reason of the closed list and, at most, a code or a field's path."""

    def __init__(self, reason: DeadLetterReason, detail: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Original:
    """The record inside a dead letter, byte for byte."""

    topic: str
    """Without the deployment's prefix."""
    partition: int
    offset: int
    timestamp: int
    """Milliseconds since the epoch."""
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]

    def __repr__(self) -> str:
        return f"<Original {self.topic}[{self.partition}]@{self.offset}>"


class DeadLetters:
    """Writes and opens dead letters of one deployment."""

    def __init__(self, codec: SealingCodec, prefix: str) -> None:
        self._codec = codec
        self._prefix = prefix

    def write(
        self,
        record: KafkaRecord,
        stage: Stage,
        reason: DeadLetterReason,
        *,
        event_id: str | None = None,
        detail: str | None = None,
    ) -> tuple[bytes, list[tuple[str, bytes]]]:
        """Value and headers of the dead letter. Its key is the record's own.

        The headers name the origin's topic as Kafka knows it, so that any program can look there.
        """
        origin = DeadLetterHeaders(record.topic, record.partition, record.offset, stage, reason, event_id, detail)
        value, sealed = self._codec.seal(Topic.DEAD_LETTERS, _pack(record, record.topic.removeprefix(self._prefix)))
        return value, [*origin.encode(), *sealed]

    def open(self, value: bytes, headers: Headers) -> Original:
        """Unseal a dead letter. Raises ``Unsealable``.

        Where the original value was itself sealed, it is opened too: what comes out is what the producer meant.
        """
        original = _unpack(self._codec.open(Topic.DEAD_LETTERS, value, headers))
        if original.value is None:
            return original
        try:
            clear = self._codec.open(original.topic, original.value, original.headers)
        except Unsealable:  # the very reason why it is here
            clear = original.value
        return Original(
            original.topic,
            original.partition,
            original.offset,
            original.timestamp,
            original.key,
            clear,
            original.headers,
        )


def is_replay(headers: Headers) -> bool:
    """Whether an operator sent the record on its way again: then it was not delivered, whatever was noted."""
    return any(name == REPLAYED for name, _ in headers)


def _pack(record: KafkaRecord, topic: str) -> bytes:
    envelope = {
        "topic": topic,
        "partition": record.partition,
        "offset": record.offset,
        "timestamp": record.timestamp,
        "key": None if record.key is None else b64encode(record.key).decode(),
        "has_value": record.value is not None,
        "headers": [[name, b64encode(value or b"").decode()] for name, value in record.headers],
    }
    head = json.dumps(envelope).encode()
    return b"".join((_LENGTH.pack(len(head)), head, record.value or b""))


def _unpack(packed: bytes) -> Original:
    try:
        (length,) = _LENGTH.unpack_from(packed)
        envelope = json.loads(packed[_LENGTH.size : _LENGTH.size + length])
        return Original(
            topic=envelope["topic"],
            partition=envelope["partition"],
            offset=envelope["offset"],
            timestamp=envelope["timestamp"],
            key=None if envelope["key"] is None else b64decode(envelope["key"]),
            value=packed[_LENGTH.size + length :] if envelope["has_value"] else None,
            headers=tuple((name, b64decode(value)) for name, value in envelope["headers"]),
        )
    except (struct.error, ValueError, KeyError, TypeError):
        raise Unsealable("not a dead letter") from None
