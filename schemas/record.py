"""The base of every contract, and the field types that several of them share."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, ClassVar

import msgspec
from pydantic import AfterValidator, BaseModel, ConfigDict, PlainSerializer, StringConstraints

_encode = msgspec.json.Encoder().encode
_SECONDS = len('"2026-01-31T12:00:00')
_MILLISECONDS = len('"2026-01-31T12:00:00.000')

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)

MAX_ID_LENGTH = 512
"""Characters in an identifier. Longer ones are refused: keys and headers carry them."""


def _aware(value: datetime) -> datetime:
    """A time without a zone is taken as UTC, so that ordering never fails on a producer's omission."""
    try:
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    except OverflowError:
        raise ValueError("a time of a year that UTC does not have") from None


def rfc3339(instant: datetime) -> str:
    """An instant as RFC 3339 in UTC, with milliseconds and ``Z``; one without a zone is meant in UTC.

    msgspec writes a date in a tenth of the time that ``isoformat`` takes; its fractions have six digits, or none.
    """
    if instant.tzinfo is not None and instant.tzinfo is not UTC:
        instant = instant.astimezone(UTC)
    written = _encode(instant)
    if not instant.microsecond:
        return f"{written[1:_SECONDS].decode()}.000Z"
    return f"{written[1:_MILLISECONDS].decode()}Z"


def milliseconds(instant: datetime) -> int:
    """Since the epoch; the rest is cut off, as ``rfc3339`` does."""
    return (instant - _EPOCH) // _MILLISECOND  # a float would lose the last one at times


Timestamp = Annotated[datetime, AfterValidator(_aware), PlainSerializer(rfc3339, return_type=str, when_used="json")]
"""An instant in UTC; in JSON as RFC 3339 with milliseconds and ``Z``."""

Identifier = Annotated[str, StringConstraints(min_length=1, max_length=MAX_ID_LENGTH)]


class Record(BaseModel):
    """A value of a topic or an API body: frozen, uncoerced, deaf to unknown fields.

    ``repr`` names the type only: an instance may hold message text, and a traceback or a log line prints it.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(
        frozen=True,
        extra="ignore",
        strict=True,
        hide_input_in_errors=True,
        use_attribute_docstrings=True,
        populate_by_name=True,
        serialize_by_alias=True,
        ser_json_inf_nan="null",
    )

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    __str__ = __repr__


class VersionedRecord(Record):
    """A record that says which version of its schema it follows."""

    schema_version: int = 1
    """Raised when a field changes its meaning. New optional fields do not raise it."""
