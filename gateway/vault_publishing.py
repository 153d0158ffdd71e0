"""How the vault's rooms publish to a topic."""

from collections.abc import Awaitable, Callable

from streams.topics import Topic

Publish = Callable[[Topic, bytes, bytes], Awaitable[None]]
"""Topic, key, value: returns once the broker has it, raises when it has not."""
