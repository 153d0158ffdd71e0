"""The readable strings of a channel's JSON, each with its place, so that cleaned strings can be put back."""

from collections.abc import Iterator
from typing import Any, Final

from schemas import MessagePart
from schemas.record import MAX_ID_LENGTH

MAX_DEPTH: Final = 12
MAX_LEAVES: Final = 500
"""Strings of one message. A payload with more, or deeper, is no message of a person."""


class Unreadable(ValueError):
    """The payload is not what the channel's documentation says: its content is withheld."""


def parts_of(value: Any, place: str, *, skip: frozenset[str] = frozenset()) -> Iterator[MessagePart]:
    """Every string and number below a value: ``kind`` is its key, ``ref`` its path. Raises ``Unreadable``.

    ``skip`` names keys that hold identifiers of the channel and nothing that a person reads.
    """
    for count, (path, text) in enumerate(_leaves(value, place, skip, 0)):
        if count >= MAX_LEAVES:
            raise Unreadable("too many strings")
        kind = next((step for step in reversed(path.split(".")) if not step.isdigit()), "text")
        yield MessagePart(kind=kind, text=text, ref=path)


def _leaves(value: Any, path: str, skip: frozenset[str], depth: int) -> Iterator[tuple[str, str]]:
    if depth > MAX_DEPTH:
        raise Unreadable("too deep")
    if isinstance(value, dict | list):
        steps = value.items() if isinstance(value, dict) else enumerate(value)
        for step, item in steps:
            if step not in skip:
                yield from _leaves(item, f"{path}.{step}", skip, depth + 1)
    elif isinstance(value, str | int | float) and not isinstance(value, bool) and value != "":
        yield path, _writable(str(value))


def text_at(value: Any, *keys: str) -> str:
    """The string at a path of keys; empty where there is none."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return _writable(value) if isinstance(value, str) else ""


def identifier_at(value: Any, *keys: str) -> str:
    """As ``text_at``, but empty also for what is too long to identify anything."""
    found = text_at(value, *keys)
    return found if len(found) <= MAX_ID_LENGTH else ""


def _writable(text: str) -> str:
    """The text without halves of surrogate pairs, which JSON can escape and UTF-8 cannot write."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text


def object_at(value: Any, key: str) -> dict[str, Any]:
    """The object under a key. Raises ``Unreadable`` where there is none."""
    found = value.get(key) if isinstance(value, dict) else None
    if not isinstance(found, dict):
        raise Unreadable(f"no {key}")
    return found


def objects_at(value: Any, key: str) -> list[dict[str, Any]]:
    """The objects of the list under a key; empty where there is none."""
    found = value.get(key) if isinstance(value, dict) else None
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []
