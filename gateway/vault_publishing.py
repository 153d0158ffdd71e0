"""How the vault's parts reach the topics."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from schemas import MessageEvent
from streams.topics import Topic

Publish = Callable[[Topic, bytes, bytes], Awaitable[None]]
"""Topic, key, value: returns once the broker has it, raises when it has not."""
Say = Callable[[MessageEvent], Awaitable[object]]
"""Puts a message into its conversation, sealed, as ``POST /v1/messages`` does."""


@dataclass(frozen=True, slots=True)
class Publishing:
    """What a part of the vault that has something to tell is given."""

    publish: Publish
    say: Say
