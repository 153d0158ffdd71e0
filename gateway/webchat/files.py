"""Which files may pass, and what stands in them. A file that cannot be read is not let through unseen.

Files travel past the socket: Genesys gives out addresses of its storage. Guests get addresses of the gateway instead,
sealed and good for some minutes, and every byte is read on its way.
"""

import asyncio
import re
from collections.abc import Iterator
from typing import Any, Final, Literal

from gateway.webchat.identity import Identity

PASS_SECONDS: Final = 600.0
"""As long as Genesys's own addresses are good."""
READABLE: Final = ("text/plain", "text/csv", "application/json", "text/markdown")
"""Types whose words can be read."""
READABLE_NAMES: Final = (".txt", ".csv", ".json", ".md", ".log")
"""Ends of the names of files whose words can be read, where a browser knows no type."""
MAX_READ_BYTES: Final = 512 * 1024
"""Of a file that is read; a longer one is refused."""
WINDOW: Final = 16 * 1024
OVERLAP: Final = 512
"""Characters that two windows share, so that a value on a border is seen whole."""
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1f]")

Policy = Literal["scan", "block", "pass"]
Way = Literal["uploads", "files"]


class FilePolicy:
    """What is done with files, by the setting."""

    def __init__(self, policy: Policy, identity: Identity) -> None:
        self.policy = policy
        self._identity = identity

    @property
    def takes_any(self) -> bool:
        """Whether any file may pass at all."""
        return self.policy != "block"

    @property
    def reads(self) -> bool:
        """Whether files are read."""
        return self.policy == "scan"

    def may_be_sent(self, name: str, kind: str) -> bool:
        """Whether a file of this name and type may be sent, before anything of it is seen."""
        if self.policy == "pass":
            return True
        is_readable = kind.partition(";")[0].strip().lower() in READABLE or name.lower().endswith(READABLE_NAMES)
        return self.reads and is_readable

    def allowed_media(self, offered: Any) -> Any:
        """What Genesys says may be sent, cut down to what may pass here."""
        if self.policy == "pass" or not isinstance(offered, dict):
            return offered
        inbound = offered.get("inbound")
        size = inbound.get("maxFileSizeKB") if isinstance(inbound, dict) else None
        most = min(size, MAX_READ_BYTES // 1024) if isinstance(size, int) else MAX_READ_BYTES // 1024
        kinds = [{"type": kind} for kind in READABLE] if self.reads else []
        return {"inbound": {"fileTypes": kinds, "maxFileSizeKB": most if self.reads else 0}}

    def address(self, base_url: str, way: Way, conversation_id: str, url: str, **more: Any) -> str:
        """The gateway's own address for one of Genesys's."""
        kind: Literal["upload", "file"] = "upload" if way == "uploads" else "file"
        sealed = self._identity.sealed(kind, conversation_id, PASS_SECONDS, url=url, **more)
        return f"{base_url}/webchat/{way}/{sealed}"


def words_of(content: bytes) -> str | None:
    """A file as text; None when it is none, or too long to be read."""
    if len(content) > MAX_READ_BYTES:
        return None
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if _CONTROL.search(text) else text


def windows(text: str) -> Iterator[str]:
    """The text in pieces that overlap, so that other chats go on between two of them."""
    for start in range(0, max(len(text), 1), WINDOW - OVERLAP):
        yield text[start : start + WINDOW]


async def breathe() -> None:
    """Let other chats go on."""
    await asyncio.sleep(0)
