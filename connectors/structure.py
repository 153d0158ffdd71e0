"""Structured content put together again from a cleaned message's parts.

The gateway takes Genesys's ``content`` apart into parts whose ``ref`` is their path, such as
``content.0.card.actions.1.text``. Nothing but what was scanned comes back.
"""

from collections.abc import Iterable
from typing import Any, Final

from schemas import MessagePart

ROOT: Final = "content"
FAMILIES: Final = {"Image": "image", "Video": "video", "Audio": "audio", "File": "document"}
"""Genesys's words for kinds of files, in the channels' words."""


def content_of(parts: Iterable[MessagePart | str]) -> list[dict[str, Any]]:
    """The elements of ``content``, in their order."""
    tree: dict[str, Any] = {}
    for part in parts:
        if isinstance(part, MessagePart) and part.ref and part.ref.startswith(f"{ROOT}."):
            _put(tree, part.ref.split(".")[1:], part.text)
    found = _lists(tree)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _put(tree: dict[str, Any], path: list[str], text: str) -> None:
    for step in path[:-1]:
        below = tree.setdefault(step, {})
        if not isinstance(below, dict):
            return  # two parts claim the same place: the first stays
        tree = below
    tree.setdefault(path[-1], text)


def _lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if value and all(key.isdigit() for key in value):
        return [_lists(value[key]) for key in sorted(value, key=int)]
    return {key: _lists(item) for key, item in value.items()}
