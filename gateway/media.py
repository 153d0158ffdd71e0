"""``/v1/media/{link}``: a file that policy let pass, for Genesys or a channel to fetch.

The link is sealed and good for a time. The file is fetched from where it lies, has to be the one that was judged, and
is served without its metadata. It rests nowhere here.
"""

import asyncio
import hashlib
import re
import time
from typing import Final

from fastapi import APIRouter, HTTPException, Request, Response

from connectors.failures import DestinationAway, RefusedForGood
from connectors.file_reader import FileReader
from connectors.media_sources import FileTooLarge, MediaSources
from detection.files.kinds import STRIPPED
from gateway.parts import parts_of
from streams.settings.genesys import GenesysSettings
from streams.settings.media import MediaSettings
from streams.settings.whatsapp import WhatsAppSettings
from vault.envelope import Sealer
from vault.media_links import MediaLink

MAX_LINK: Final = 4096
AT_A_TIME: Final = 8
"""Files in memory at once."""
HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_UNSAFE: Final = re.compile(r"[^\w.\- ]+", re.ASCII)
_MISSING: Final = "no such file, or its address is no longer good"

router = APIRouter(tags=["media"])


class MediaServer:
    """What serves files: made once, from the settings of both channels."""

    def __init__(self, sources: MediaSources, sealer: Sealer) -> None:
        self.sources = sources
        self.sealer = sealer
        self.reader = FileReader()
        self.room = asyncio.Semaphore(AT_A_TIME)

    @classmethod
    def load(cls, sealer: Sealer) -> "MediaServer":
        """As the settings say. Raises ``WrongSettingError``."""
        options = MediaSettings.load().source_options(WhatsAppSettings.load(), GenesysSettings.load())
        return cls(MediaSources(**options), sealer)

    async def file(self, link: MediaLink) -> bytes:
        """The file without its metadata. Raises what fetching raises."""
        async with self.room:
            content, _ = await self.sources.fetch(link.source, link.name)
            if hashlib.sha256(content).hexdigest() != link.sha256:
                raise RefusedForGood("another_file", status=0)
            bare = await self.reader.stripped(content, link.mime) if link.mime in STRIPPED else content
        if bare is None:
            raise RefusedForGood("unreadable", status=0)
        return bare

    async def close(self) -> None:
        """Close the connections."""
        await self.sources.close()


@router.get("/v1/media/{link}", response_class=Response, responses={200: {"content": {"*/*": {}}}})
async def media(request: Request, link: str) -> Response:
    """Serve a file that policy let pass. No key: the address itself is the secret."""
    server = parts_of(request).media
    known = MediaLink.read(link, server.sealer) if len(link) <= MAX_LINK else None
    if known is None or known.good_until < time.time():
        raise HTTPException(404, _MISSING)
    try:
        content = await server.file(known)
    except (RefusedForGood, FileTooLarge):
        raise HTTPException(404, _MISSING) from None
    except DestinationAway:
        raise HTTPException(503, "the file's keeper is away") from None
    name = _UNSAFE.sub("_", known.filename)[-100:].strip() or "file"
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=known.mime, headers={**HEADERS, **disposition})
