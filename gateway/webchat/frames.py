"""Frames of the guest protocol as values: read, walked string by string, changed, and written anew."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from gateway.leaves import Unreadable
from gateway.webchat.vocabulary import IDENTIFIERS, KEYS, NUMBERS, TIMES, WORDS

Path = tuple[str | int, ...]

MAX_DEPTH: Final = 16
MAX_LEAVES: Final = 500
"""Strings of one frame. A frame with more, or deeper, is no message of a person."""
_IDENTIFIER: Final = re.compile(
    r"(?=.*[a-fA-F])(?:[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|[0-9a-fA-F]{24,64})"
)
"""A UUID or a hash. Without a letter it could be a number of a person's."""
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)")
_LARGEST_NUMBER: Final = 10**8
"""Sizes and durations are smaller; card numbers are not."""
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_KEY_ITSELF: Final = -1
"""Last step of the path of a key; a key is never changed."""
FILE_NAMES: Final = frozenset({"fileName", "filename"})
_ENDING: Final = re.compile(r"\.[A-Za-z0-9]{1,8}$")
ATTRIBUTES: Final = "customAttributes"
"""Below it everything is a person's own, whatever it is called."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One string of a frame."""

    path: Path
    text: str
    is_fixed: bool
    """An identifier or a key: it cannot be changed, so a finding in it withholds the frame."""
    label: str = ""
    """What stands before the text when it is judged: the name that somebody gave it, as ``ssn: ``."""
    ending: str = ""
    """The end of a file's name, left out when it is judged: numbers in texts are no less numbers for a ``.txt``."""

    @property
    def judged(self) -> str:
        """The text as it is judged: a bare number says nothing, but ``ssn: 123456789`` does."""
        return self.label + self.text.removesuffix(self.ending)

    def restored(self, cleaned: str) -> str:
        """The cleaned text as it goes on; with its label where that was changed too."""
        return cleaned.removeprefix(self.label) + self.ending


def parsed(raw: str | bytes) -> dict[str, Any]:
    """Read a frame. Raises ``Unreadable``. Of a key that stands twice the last counts, here and for whom it goes to."""
    try:
        frame = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise Unreadable("no JSON") from None
    if not isinstance(frame, dict):
        raise Unreadable("no object")
    return frame


def written(frame: Mapping[str, Any]) -> str:
    """The frame as it goes out."""
    return msgspec.json.encode(frame).decode()


def leaves(value: Any, path: Path = ()) -> Iterator[Leaf]:
    """Every string and number that could hold a person's words, unknown keys included. Raises ``Unreadable``."""
    for count, leaf in enumerate(_walked(value, path)):
        if count >= MAX_LEAVES:
            raise Unreadable("too many strings")
        yield leaf


def _walked(value: Any, path: Path) -> Iterator[Leaf]:
    if len(path) > MAX_DEPTH:
        raise Unreadable("too deep")
    match value:
        case dict():
            for key, item in value.items():
                if key not in KEYS:
                    yield Leaf((*path, key, _KEY_ITSELF), key, is_fixed=True)
                yield from _walked(item, (*path, key))
        case list():
            for number, item in enumerate(value):
                yield from _walked(item, (*path, number))
        case str() | int() | float() if not isinstance(value, bool) and value not in WORDS:
            key = _key(path)
            if not _is_harmless(path, key, value):
                text = str(value)
                ending = _ENDING.search(text) if key in FILE_NAMES else None
                yield Leaf(path, text, key in IDENTIFIERS, _label(key), ending[0] if ending else "")


def _is_harmless(path: Path, key: str, value: str | float) -> bool:
    """Whether a value is one of the protocol's own by its place and shape."""
    if not isinstance(value, str):
        return ATTRIBUTES not in path and key in NUMBERS and abs(value) < _LARGEST_NUMBER
    if not value or ATTRIBUTES in path:
        return not value
    if key in IDENTIFIERS:
        return _IDENTIFIER.fullmatch(value) is not None
    return key in TIMES and _TIME.fullmatch(value) is not None


def _label(key: str) -> str:
    return "" if not key or key in KEYS else _CAMEL.sub(" ", key).replace("_", " ") + ": "


def _key(path: Path) -> str:
    """The nearest name: items of a list go by the list's."""
    return next((step for step in reversed(path) if isinstance(step, str)), "")


def changed(value: Any, texts: Mapping[Path, str], path: Path = ()) -> Any:
    """A copy with other strings at these places."""
    if path in texts:
        return texts[path]
    if isinstance(value, dict):
        return {key: changed(item, texts, (*path, key)) for key, item in value.items()}
    if isinstance(value, list):
        return [changed(item, texts, (*path, number)) for number, item in enumerate(value)]
    return value


def object_in(value: Any, *keys: str) -> dict[str, Any]:
    """The object at a path of keys; an empty one where there is none."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def objects_in(value: Any, key: str) -> list[dict[str, Any]]:
    """The objects of the list under a key; empty where there is none."""
    found = value.get(key) if isinstance(value, dict) else None
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def string_in(value: Mapping[str, Any], key: str) -> str:
    """The string under a key; empty where there is none."""
    found = value.get(key)
    return found if isinstance(found, str) else ""
