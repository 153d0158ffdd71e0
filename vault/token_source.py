"""Where tokens come from, for those who put them into messages: without the vault behind it."""

from collections.abc import Sequence
from typing import Protocol


class TokenSource(Protocol):
    """Where a stage gets its tokens."""

    async def tokens_for(self, values: Sequence[tuple[str, str]], *, conversation_id: str) -> list[str | None]:
        """A token for each ``(entity, value)``, in order; None where the value is to be redacted. Never raises."""
        ...


async def tokens_by_value(
    source: TokenSource, values: Sequence[tuple[str, str]], *, conversation_id: str
) -> dict[tuple[str, str], str]:
    """The tokens that there are, by entity and value. Never raises."""
    tokens = await source.tokens_for(values, conversation_id=conversation_id)
    return {value: token for value, token in zip(values, tokens, strict=True) if token is not None}
