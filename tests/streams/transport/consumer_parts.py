"""What the tests of the consumer share."""

from dataclasses import dataclass
from typing import Any


@dataclass
class Record:
    offset: int
    value: bytes = b"0123456789"
    key: bytes | None = b"ab"
    timestamp: int = 1_700_000_000_000
    timestamp_type: int = 0


def records(*offsets: int) -> list[Any]:
    return [Record(offset) for offset in offsets]
