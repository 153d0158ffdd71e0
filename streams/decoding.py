"""Where bytes become a message: the one place in which a producer's record is read."""

import json
from datetime import UTC, datetime
from typing import TypeVar

from pydantic import ValidationError

from schemas import DeadLetterReason, MessageEvent
from schemas.plain import Message, plain_message
from schemas.record import Record
from streams.deadletters import REPLAYED, PoisonError
from streams.record import KafkaRecord
from streams.sealing import SealingCodec, Unsealable

RecordT = TypeVar("RecordT", bound=Record)


def opened(record: KafkaRecord, codec: SealingCodec, prefix: str) -> bytes:
    """The record's value in clear. Raises PoisonError when there is none or it does not open."""
    if record.value is None:
        raise PoisonError(DeadLetterReason.EMPTY_VALUE)
    if not record.headers:  # then nothing says that it was sealed
        return record.value
    try:
        return codec.open(record.topic.removeprefix(prefix), record.value, record.headers)
    except Unsealable:
        raise PoisonError(DeadLetterReason.UNSEALABLE) from None


def message_of(value: bytes, *, max_text_bytes: int) -> Message:
    """Read a MessageEvent. Raises PoisonError for what is not one, or carries more text than may be scanned."""
    if len(value) <= max_text_bytes and (plain := plain_message(value)) is not None:
        return plain
    try:
        event = MessageEvent.model_validate_json(value)
    except ValidationError as error:
        raise PoisonError(*_why(error)) from None
    if len(value) > max_text_bytes and readable_bytes(event) > max_text_bytes:
        raise PoisonError(DeadLetterReason.TOO_LARGE)
    return event


def record_of(record: KafkaRecord, model: type[RecordT]) -> RecordT:
    """Read a record that one of our stages wrote. Raises PoisonError for anything else."""
    if record.value is None:
        raise PoisonError(DeadLetterReason.EMPTY_VALUE)
    try:
        return model.model_validate_json(record.value)
    except ValidationError as error:
        raise PoisonError(*_why(error)) from None


def readable_bytes(event: MessageEvent) -> int:
    """Bytes of UTF-8 in the strings that are scanned."""
    strings = [event.text, *(part if isinstance(part, str) else part.text for part in event.parts)]
    size = sum(len(string.encode("utf-8", "surrogatepass")) for string in strings)
    return size + (len(json.dumps(event.metadata)) if event.metadata else 0)


def event_id_of(event: Message, record: KafkaRecord, prefix: str) -> str:
    """The channel's message id, or one derived from the record's first place, which a replay carries with it."""
    if event.event_id is not None:
        return event.event_id
    place = next((value for name, value in record.headers if name == REPLAYED), None)
    return (
        place.decode("utf-8", "replace")
        if place
        else f"{record.topic.removeprefix(prefix)}-{record.partition}-{record.offset}"
    )


def taken_at(record: KafkaRecord) -> datetime:
    """When Kafka took the record, or its producer says so; UTC. Raises PoisonError for a time that no calendar has."""
    try:
        return datetime.fromtimestamp(record.timestamp / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        raise PoisonError(DeadLetterReason.INVALID_EVENT, "timestamp") from None


def _why(error: ValidationError) -> tuple[DeadLetterReason, str | None]:
    problem = error.errors(include_url=False, include_input=False, include_context=False)[0]
    if problem["type"] == "json_invalid":
        return DeadLetterReason.MALFORMED_JSON, None
    place = ".".join(str(step) for step in problem["loc"][:1])  # deeper steps may be a producer's own words
    return DeadLetterReason.INVALID_EVENT, place or None
