"""Files of a message, before it is forwarded: fetched, checked, read and scanned, then passed on or withheld.

Only the message that a file came with waits for it, and what its conversation says after it; others flow. A file itself
rests nowhere: what passes is an address at the gateway, which fetches it again and serves it without its metadata.
"""

import asyncio
import hashlib
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from agents.message_files import File, FileVerdict, files_of, with_verdicts
from connectors.failures import DestinationAway, RefusedForGood
from connectors.file_reader import FileContent, FileReader
from connectors.file_words import are_too_many, windows
from connectors.media_reference import KIND
from connectors.media_sources import FileTooLarge, MediaSources
from detection import Engine
from detection.files import kinds
from detection.finding import Verdict
from detection.inspection import Inspection, Piece
from detection.reporting import Reporter, Subject
from schemas import ForwardMessage, Tier
from schemas.written import WrittenViolation
from streams.settings.media import MediaPolicy, MediaSettings
from vault.envelope import Sealer
from vault.media_links import MediaLink

PAUSES: Final = (0.5, 2.0, 5.0)
"""Seconds between tries of a fetch; after them the conversation goes on without the file."""

AT_A_TIME: Final = 4
"""Files in memory at once, from the fetch to the verdict: any number of conversations may send one."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A message whose files were looked into."""

    message: ForwardMessage
    violations: tuple[WrittenViolation, ...] = ()
    is_empty: bool = False
    """Nothing but notices is left of it."""


class Withheld(Exception):
    """A file is not handed on. Says why in words for whoever waits for it, and what was found in it."""

    def __init__(self, why: str, pieces: tuple[Piece, ...] = ()) -> None:
        super().__init__(why)
        self.pieces = pieces


class MediaDesk:
    """Looks into the files of messages."""

    def __init__(
        self,
        settings: MediaSettings,
        sources: MediaSources,
        *,
        engine: Engine,
        reporter: Reporter,
        sealer: Sealer,
        reader: FileReader | None = None,
    ) -> None:
        self._settings = settings
        self._sources = sources
        self._engine = engine
        self._reporter = reporter
        self._sealer = sealer
        self._reader = reader or FileReader()
        self._room = asyncio.Semaphore(AT_A_TIME)

    @staticmethod
    def concerns(value: bytes) -> bool:
        """Whether a record may name a file. Quick, since most messages name none."""
        return b'"kind":"media"' in value or b'.attachment.url"' in value

    async def judged(self, message: ForwardMessage) -> Judged:
        """The message with each file's address, or a notice in its place. Never raises for a file."""
        files = list(files_of(message))
        verdicts = [await self._verdict(file, message) for file in files]
        parts = with_verdicts(message.parts, files, verdicts)
        pieces = tuple(piece for verdict in verdicts for piece in verdict.pieces)
        inspection = Inspection(pieces, message.text, parts, {})
        subject = Subject(
            message.event_id,
            message.conversation_id,
            message.direction,
            message.channel,
            message.occurred_at,
            message.agent_id,
            message.queue_id,
        )
        violations = self._reporter.violations(subject, inspection, datetime.now(UTC)) if pieces else []
        withheld = sum(len(piece.verdict.findings) for piece in pieces)
        changed = message.model_copy(
            update={
                "parts": parts,
                "is_redacted": message.is_redacted or withheld > 0,
                "redaction_count": message.redaction_count + withheld,
                "violation_count": message.violation_count + len(violations),
                "entities": tuple(sorted({*message.entities, *(found.entity for found in inspection.findings)})),
            }
        )
        notices = {verdict.notice for verdict in verdicts if verdict.url is None}
        rest = [part if isinstance(part, str) else part.text for part in parts]
        is_empty = bool(notices) and not message.text and all(text in notices for text in rest)
        return Judged(changed, tuple(violations), is_empty)

    async def close(self) -> None:
        """Close the connections."""
        await self._sources.close()

    async def _verdict(self, file: File, message: ForwardMessage) -> FileVerdict:
        try:
            return await self._passed(file, message)
        except Withheld as withheld:
            return FileVerdict(None, notice=f"[{file.kind.capitalize()} {withheld}]", pieces=withheld.pieces)

    async def _passed(self, file: File, message: ForwardMessage) -> FileVerdict:
        """The address of a file that may pass. Raises ``Withheld``."""
        policy = self._settings.policy_of(file.kind)
        if policy is not MediaPolicy.PASS or self._settings.base_url is None:
            raise Withheld("refused by policy" if policy is MediaPolicy.DENY else "held by policy")
        async with self._room:
            return await self._handed_on(file, message)

    async def _handed_on(self, file: File, message: ForwardMessage) -> FileVerdict:
        try:
            content, claimed = await self._fetched(file)
        except FileTooLarge:
            raise Withheld("withheld: it is too large") from None
        except (DestinationAway, RefusedForGood):
            raise Withheld("could not be fetched") from None
        read = await self._reader.read(content, claimed)
        if (why := self._objection(file.kind, read)) is not None:
            raise Withheld(f"withheld: {why}")
        pieces = await self._found_in(read.strings, file, message)
        if count := sum(len(piece.verdict.findings) for piece in pieces):
            raise Withheld(f"withheld: {count} sensitive data pattern(s) found", pieces)
        mime = read.kind or claimed
        return FileVerdict(self._address(file, content, mime), mime)

    async def _fetched(self, file: File) -> tuple[bytes, str]:
        for pause in PAUSES:
            try:
                return await self._sources.fetch(file.source, file.name)
            except DestinationAway:
                await asyncio.sleep(pause)
        return await self._sources.fetch(file.source, file.name)

    def _objection(self, kind: str, read: FileContent) -> str | None:
        """Why a file is not passed on, apart from what it says."""
        if read.unreadable:
            return "it could not be read whole"
        if read.kind is None or not _is_of(kind, read.kind):
            return "it is not of a kind that is passed on"
        passes_pictures = self._settings.image is MediaPolicy.PASS
        if kind == "document" and read.pictures and not (passes_pictures or read.pictures_read):
            return "it holds pictures, which are not passed on"
        if are_too_many(read.strings):
            return "it is too long to be read"
        return None

    async def _found_in(self, strings: Iterable[str], file: File, message: ForwardMessage) -> tuple[Piece, ...]:
        """Everything that the blocking tier finds, once each: two windows may show the same value."""
        found = []
        known: set[tuple[str, int]] = set()
        for number, (start, text) in enumerate(windows(strings)):
            verdict: Verdict = self._engine.scan(
                text,
                tier=Tier.BLOCKING,
                direction=message.direction,
                channel=message.channel,
                queue=message.queue_id,
            )
            fresh = tuple(finding for finding in verdict.findings if (finding.rule, start + finding.start) not in known)
            known |= {(finding.rule, start + finding.start) for finding in fresh}
            if any(finding.action.removes for finding in fresh):
                found.append(Piece(f"{KIND}.{file.place}.{number}", text, Verdict(fresh, verdict.redacted_text)))
            await asyncio.sleep(0)
        return tuple(found)

    def _address(self, file: File, content: bytes, mime: str) -> str:
        link = MediaLink(
            source=file.source,
            name=file.name,
            sha256=hashlib.sha256(content).hexdigest(),
            mime=mime,
            filename=file.filename,
            good_until=int(time.time()) + self._settings.link_seconds,
        )
        return f"{self._settings.base_url}/v1/media/{link.written(self._sealer)}"


def _is_of(kind: str, mime: str) -> bool:
    """Whether a file is of the kind that it came as."""
    match kind:
        case "image" | "sticker":
            return mime in kinds.PICTURES
        case "document":
            return mime in kinds.DOCUMENTS
        case _:
            return mime.startswith(f"{kind}/")
