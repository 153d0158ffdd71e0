"""The files that a message names: found among its parts, and replaced there by what became of them. Pure functions."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from connectors.media_reference import KIND, media_id_of
from connectors.structure import FAMILIES
from detection.inspection import Piece
from schemas import Direction, ForwardMessage, MessagePart

_ATTACHMENT: Final = re.compile(r"content\.(\d+)\.attachment\.url")


@dataclass(frozen=True, slots=True)
class File:
    """A file that a message names."""

    place: int
    """Of its part among the message's."""
    kind: str
    """``image``, ``document`` ..., as its channel says."""
    source: str
    name: str
    filename: str


@dataclass(frozen=True, slots=True)
class FileVerdict:
    """What is to become of one file."""

    url: str | None
    """Where it can be fetched; None where it is withheld."""
    mime: str = ""
    notice: str = ""
    """In place of a file that is withheld."""
    pieces: tuple[Piece, ...] = ()


def files_of(message: ForwardMessage) -> Iterator[File]:
    """Every file that a message names: a customer's by its channel's id, an agent's by its address."""
    named = {(part.ref, part.kind): part.text for part in message.parts if isinstance(part, MessagePart)}
    for place, part in enumerate(message.parts):
        if not isinstance(part, MessagePart) or not part.ref:
            continue
        if message.direction is Direction.INBOUND:
            if part.kind == KIND and (media_id := media_id_of(part.ref)):
                yield File(place, part.text, message.channel, media_id, named.get((part.ref, "filename"), ""))
        elif _ATTACHMENT.fullmatch(part.ref):
            stem = part.ref.removesuffix("url")
            family = FAMILIES.get(named.get((f"{stem}mediaType", "mediaType"), ""))
            if family is not None:  # else a link, which is words
                yield File(place, family, "url", part.text, named.get((f"{stem}filename", "filename"), ""))


def with_verdicts(
    parts: Sequence[MessagePart | str], files: Sequence[File], verdicts: Sequence[FileVerdict]
) -> tuple[MessagePart | str, ...]:
    """Each file's part replaced by its address or its notice; what belongs to a withheld attachment goes with it."""
    by_place = {file.place: verdict for file, verdict in zip(files, verdicts, strict=True)}
    gone = [
        (parts[file.place].ref or "").removesuffix("url")  # type: ignore[union-attr]  # files_of names parts with a ref
        for file, verdict in zip(files, verdicts, strict=True)
        if file.source == "url" and verdict.url is None
    ]
    made: list[MessagePart | str] = []
    for place, part in enumerate(parts):
        verdict = by_place.get(place)
        if verdict is not None and isinstance(part, MessagePart):
            made += _in_place_of(part, verdict)
        elif not (isinstance(part, MessagePart) and part.ref and part.ref.startswith(tuple(gone))):
            made.append(part)
    return tuple(made)


def _in_place_of(part: MessagePart, verdict: FileVerdict) -> list[MessagePart | str]:
    if verdict.url is None:
        return [MessagePart(text=verdict.notice)]
    if part.kind != KIND:
        return [part.model_copy(update={"text": verdict.url})]
    return [
        MessagePart(kind="media_url", text=verdict.url, ref=part.ref),
        MessagePart(kind="mime", text=verdict.mime, ref=part.ref),
    ]
