"""``/webchat/uploads`` and ``/webchat/files``: files on their way, read before they pass.

The addresses are sealed by the gateway: nobody can make one, and each is good for some minutes.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, Any, Final

import httpx
from fastapi import APIRouter, HTTPException, Path, Request, Response

from connectors.answers import AnswerTooLong, answer_to
from connectors.file_words import windows
from detection.files.kinds import STRIPPED
from gateway.bodies import bounded
from gateway.webchat import answers
from gateway.webchat.chat import WebChat
from gateway.webchat.doors import Chat, preflight
from gateway.webchat.files import objection_to
from gateway.webchat.judging import Said
from gateway.webchat.limits import MAX_FILE_BYTES
from schemas import Direction
from schemas.record import rfc3339

router = APIRouter(tags=["web chat"])
router.options("/webchat/{way}/{sealed}", include_in_schema=False)(preflight)

Sealed = Annotated[str, Path(max_length=16_384)]
PATIENCE_SECONDS: Final = 20.0
"""How long a file waits for its place in memory."""
GONE: Final = "this address is not valid, or not any more"
_SAFE: Final = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Content-Disposition": "attachment",
}
"""A file is kept, never shown: it is somebody else's content under our name."""


class _Refused(Exception):
    """A file may not pass; ``code`` is Genesys's word for why."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@router.put("/webchat/uploads/{sealed}")
async def upload(request: Request, chat: Chat, sealed: Sealed) -> Response:
    """A guest's file, read and then put where Genesys wants it."""
    headers = chat.origins.headers(request)
    opened = chat.room.identity.opened("upload", sealed)
    if opened is None:
        raise HTTPException(403, GONE, headers=headers)
    try:
        async with _room_for_a_file(chat, headers):
            await _taken(request, chat, opened, headers)
    except _Refused as refused:
        now = rfc3339(datetime.now(UTC))
        conversation = chat.room.conversations.of(opened["conversation"])
        await conversation.tell(answers.upload_failed(opened["attachment"], refused.code, now))
        raise HTTPException(403, answers.WORDS[refused.code], headers=headers) from None
    return Response(status_code=200, headers=headers)


@router.get("/webchat/files/{sealed}")
async def download(request: Request, chat: Chat, sealed: Sealed) -> Response:
    """A file of this conversation, read before the guest gets it."""
    headers = chat.origins.headers(request)
    opened = chat.room.identity.opened("file", sealed)
    if opened is None:
        raise HTTPException(403, GONE, headers=headers)
    async with _room_for_a_file(chat, headers):
        content, kind = await _fetched(chat, opened["url"], headers)
        try:
            content = await _looked_into(chat, opened, content, kind, Direction.OUTBOUND)
        except _Refused:
            raise HTTPException(403, "this file is withheld by policy", headers=headers) from None
    return Response(content, media_type=kind, headers={**_SAFE, **headers})


@asynccontextmanager
async def _room_for_a_file(chat: WebChat, headers: dict[str, str]) -> AsyncIterator[None]:
    """Wait for a place before anything of a file is read. 503 where none comes free in time."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await chat.file_room.acquire()
    except TimeoutError:
        raise HTTPException(503, "too many files at a time", headers=headers) from None
    try:
        yield
    finally:
        chat.file_room.release()


async def _taken(request: Request, chat: WebChat, opened: dict[str, Any], headers: dict[str, str]) -> None:
    """Read a guest's file and put it where Genesys wants it. Raises HTTPException, or ``_Refused``."""
    kind = request.headers.get("content-type", "")
    content = await _looked_into(chat, opened, await bounded(request, MAX_FILE_BYTES), kind, Direction.INBOUND)
    carried = {"Content-Type": kind} if kind else {}
    try:
        answer = await answer_to(
            chat.http, "PUT", opened["url"], content=content, headers={**carried, **opened["headers"]}
        )
    except httpx.HTTPError:
        raise HTTPException(502, "the storage cannot be reached", headers=headers) from None
    if not answer.is_success:
        raise HTTPException(502, "the storage refused the file", headers=headers)


async def _fetched(chat: WebChat, url: str, headers: dict[str, str]) -> tuple[bytes, str]:
    try:
        answer = await answer_to(chat.http, "GET", url, limit=MAX_FILE_BYTES)
    except AnswerTooLong:
        raise HTTPException(502, "the file is too large", headers=headers) from None
    except httpx.HTTPError:
        raise HTTPException(502, "the storage cannot be reached", headers=headers) from None
    if not answer.is_success:
        is_gone = answer.status_code == httpx.codes.NOT_FOUND
        raise HTTPException(404 if is_gone else 502, "no such file", headers=headers)
    return answer.content, str(answer.headers.get("Content-Type", "application/octet-stream"))


async def _looked_into(chat: WebChat, opened: dict[str, Any], content: bytes, kind: str, direction: Direction) -> bytes:
    """A file as it may pass, without its metadata. Raises ``_Refused``; what is found in it is put on record."""
    files, room = chat.room.files, chat.room
    if not files.takes_any:
        raise _Refused(answers.UNAVAILABLE)
    if not content:
        raise _Refused(answers.EMPTY_FILE)
    if not files.reads:
        return content
    read = await chat.reader.read(content, kind)
    if objection_to(read):
        raise _Refused(answers.FILE_TYPE)
    conversation = room.conversations.of(opened["conversation"])
    is_clean = True
    for number, (_, window) in enumerate(windows(read.strings)):
        event_id = room.identity.event_id(conversation.id, "file", str(opened.get("attachment")), str(number))
        said = Said(conversation, direction, event_id, "", (window,), is_new=False)
        cleaned = await room.judge.judge(said)
        is_clean = is_clean and not cleaned.removed and not cleaned.is_withheld
        await asyncio.sleep(0)  # other chats have their turn
    if not is_clean:
        raise _Refused(answers.FILE_CONTENT)
    if read.kind not in STRIPPED:
        return content
    bare: bytes | None = await chat.reader.stripped(content, read.kind or kind)
    if bare is None:
        raise _Refused(answers.FILE_TYPE)
    return bare
