"""Channels as labels of metrics: a closed list, though producers name channels as they like.

Every label's value is a series that is kept, and everybody may read it.
"""

import re
from typing import Final

MOST: Final = 32
"""Channels that are told apart; a contact centre has a dozen at the most."""
OTHER: Final = "other"
_NAME: Final = re.compile(r"[A-Za-z]{1,24}(?:[._-][A-Za-z]{1,24}){0,3}[0-9]{0,2}")
"""A word or some, as channels are called; never a number of somebody's."""


class ChannelLabels:
    """The channels that one process has met."""

    def __init__(self, most: int = MOST) -> None:
        self._known: set[str] = set()
        self._most = most

    def of(self, channel: str) -> str:
        """The channel's name, or ``other`` for one too many and for what looks like no name."""
        if channel not in self._known:
            if len(self._known) >= self._most or not _NAME.fullmatch(channel):
                return OTHER
            self._known.add(channel)
        return channel
