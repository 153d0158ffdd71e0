"""How far a listener has come in the topic: one offset a partition, as the id of every event."""

import re
from collections.abc import Mapping
from typing import Final

Position = Mapping[int, int]
"""Partition to the offset that comes next."""

MAX_PARTITIONS: Final = 1024
_ID: Final = re.compile(r"\d{1,5}-\d{1,18}(?:\.\d{1,5}-\d{1,18})*")


def encode(position: Position) -> str:
    """``0-12.3-45``: a whole place, so that any gateway can resume it."""
    return ".".join(f"{partition}-{offset}" for partition, offset in sorted(position.items()))


def decode(text: str) -> dict[int, int] | None:
    """The position that an id names; None for anything that is not one of ours."""
    if not _ID.fullmatch(text) or text.count(".") >= MAX_PARTITIONS:
        return None
    pairs = (pair.split("-") for pair in text.split("."))
    return {int(partition): int(offset) for partition, offset in pairs}
