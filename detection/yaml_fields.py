"""Packs and policies as they are written: YAML whose mappings know their lines, and fields checked for their kind."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from enum import Enum
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar

import yaml

from detection.errors import WrongPolicy

LINE = "__line__"
"""Key under which a mapping read from YAML carries its line."""

Entry = Mapping[str, Any]
"""A mapping of a file."""
EnumT = TypeVar("EnumT", bound=Enum)


class _Loader(yaml.CSafeLoader):
    """Keeps the line of every mapping, for error messages."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    _refuse_repeated(node)
    mapping: dict[Any, Any] = loader.construct_mapping(node, deep=True)
    mapping[LINE] = node.start_mark.line + 1
    return mapping


def _refuse_repeated(node: yaml.MappingNode) -> None:
    """YAML's readers let the last of two equal keys win, and say nothing of the first."""
    seen: set[str] = set()
    for key, _ in node.value:
        if isinstance(key, yaml.ScalarNode):
            if key.value in seen:
                raise yaml.MarkedYAMLError(problem=f"{key.value} stands there twice", problem_mark=key.start_mark)
            seen.add(key.value)


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def read_yaml(file: Traversable | Path) -> dict[str, Any]:
    """A YAML file that holds a mapping; each mapping carries its line. Raises ``WrongPolicy``."""
    try:
        document = yaml.load(file.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506  (a safe loader with line numbers)
    except OSError as error:
        raise WrongPolicy(f"{file} cannot be read: {error.strerror or 'no reason is given'}") from None
    except UnicodeDecodeError:
        raise WrongPolicy(f"{file.name}: not UTF-8") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise WrongPolicy(f"{file.name}:{line}: {getattr(error, 'problem', None) or 'not YAML'}") from None
    if not isinstance(document, dict):
        raise WrongPolicy(f"{file.name}:1: a mapping is expected")
    return document


@contextmanager
def placed(place: str) -> Iterator[None]:
    """Put the place, such as ``FILE:LINE``, before the reason of every ``WrongPolicy`` raised within."""
    try:
        yield
    except WrongPolicy as error:
        raise WrongPolicy(f"{place}: {error}") from None


def refuse_unknown(entry: Entry, known: Iterable[str]) -> None:
    """Raise ``WrongPolicy`` for a key that means nothing: most often one that is misspelled."""
    if unknown := set(entry) - {LINE} - set(known):
        raise WrongPolicy(f"unknown key {min(map(str, unknown))}")


def text(entry: Entry, key: str, default: str | None = None) -> str:
    """A string. Raises ``WrongPolicy`` for anything else, and where there is none and no default."""
    value = entry.get(key, default)
    if value is None and key not in entry:
        raise WrongPolicy(f"missing {key}")
    if not isinstance(value, str):
        raise WrongPolicy(f"{key} must be text")
    return value


def in_pieces(entry: Entry, key: str) -> str:
    """A string, or a list of its pieces, put together as they stand. Raises ``WrongPolicy`` as ``text`` does."""
    value = entry.get(key)
    if not isinstance(value, list):
        return text(entry, key)
    if not value or not all(isinstance(piece, str) for piece in value):
        raise WrongPolicy(f"{key} must be text, or a list of its pieces")
    return "".join(value)


def one_of(entry: Entry, key: str, kind: type[EnumT], default: EnumT | None = None) -> EnumT:
    """A member of an enumeration by its value. Raises ``WrongPolicy`` as ``text`` does, and for any other word."""
    if key not in entry and default is not None:
        return default
    word = text(entry, key)
    try:
        return kind(word)
    except ValueError:
        raise WrongPolicy(f"{key} is none of {', '.join(str(member.value) for member in kind)}") from None


def flag(entry: Entry, key: str) -> bool:
    """``true`` or ``false``, which it is without the key. Raises ``WrongPolicy`` for anything else."""
    value = entry.get(key, False)
    if not isinstance(value, bool):
        raise WrongPolicy(f"{key} must be true or false")
    return value


def whole_number(entry: Entry, key: str, default: int) -> int:
    """A number of at least 0 without a fraction. Raises ``WrongPolicy`` for anything else."""
    value = entry.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise WrongPolicy(f"{key} must be a whole number")
    return value


def strings(entry: Entry, key: str, default: Iterable[str] = ()) -> tuple[str, ...]:
    """A list of strings; numbers among them count as they are written. Raises ``WrongPolicy`` for anything else."""
    value = entry.get(key)
    if value is None and key not in entry:
        return tuple(default)
    if not isinstance(value, list) or not all(_is_word(item) for item in value):
        raise WrongPolicy(f"{key} must be a list of words")
    return tuple(map(str, value))


def _is_word(item: Any) -> bool:
    """Whether it is one: a bare ``no`` is false in YAML, and has to be quoted."""
    return isinstance(item, str | int) and not isinstance(item, bool)


def mapping(entry: Entry, key: str) -> Entry | None:
    """A mapping, or None without the key. Raises ``WrongPolicy`` for anything else."""
    value = entry.get(key)
    if value is None and key not in entry:
        return None
    if not isinstance(value, dict):
        raise WrongPolicy(f"{key} must be a mapping")
    return value


def mappings(entry: Entry, key: str) -> list[Entry]:
    """A list of mappings, empty without the key. Raises ``WrongPolicy`` for anything else."""
    value = entry.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise WrongPolicy(f"{key} must be a list of mappings")
    return value
