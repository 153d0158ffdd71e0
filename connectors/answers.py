"""An outside system's answer, read to a limit: of one that is longer no more is ever held, and none drips for ever."""

import asyncio
from typing import Any, Final

import httpx

MAX_ANSWER_BYTES: Final = 8 * 1024 * 1024
"""Of an answer, where the caller names no other limit. What Cordon reads of any outside system is far shorter."""
ANSWER_SECONDS: Final = 120.0
"""For a whole answer. A client's own time-out is for each piece of it, and a piece may be a byte."""
_ON_THE_WIRE: Final = frozenset({b"content-encoding", b"content-length", b"transfer-encoding"})
"""Headers that speak of the body as it came, not as it was read."""


class AnswerTooLong(httpx.HTTPError):
    """The answer has more bytes than are taken. Quotes nothing of it."""


async def answer_to(
    client: httpx.AsyncClient, method: str, url: str, *, limit: int = MAX_ANSWER_BYTES, **request: Any
) -> httpx.Response:
    """Ask, and read the whole answer. Raises ``AnswerTooLong``, and what the client raises: an ``httpx.HTTPError``."""
    auth = request.pop("auth", httpx.USE_CLIENT_DEFAULT)
    asked = client.build_request(method, url, **request)
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            answer = await client.send(asked, auth=auth, stream=True)
            try:
                content = await _read(answer, limit)
            finally:
                await answer.aclose()
    except TimeoutError:
        raise httpx.ReadTimeout("the answer did not end", request=asked) from None
    headers = [pair for pair in answer.headers.raw if pair[0].lower() not in _ON_THE_WIRE]
    return httpx.Response(answer.status_code, headers=headers, content=content, request=answer.request)


async def _read(answer: httpx.Response, limit: int) -> bytes:
    content = bytearray()
    async for chunk in answer.aiter_bytes():
        content += chunk
        if len(content) > limit:
            raise AnswerTooLong("the answer is too long")
    return bytes(content)
