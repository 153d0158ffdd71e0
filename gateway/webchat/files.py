"""Which files may pass, and what stands in them. A file that cannot be read whole is not let through unseen.

Files travel past the socket: Genesys gives out addresses of its storage. Guests get addresses of the gateway instead,
sealed and good for some minutes, and every byte is read on its way.
"""

from typing import Any, Final, Literal

from connectors.file_reader import FileContent
from connectors.file_words import are_too_many
from detection.files import kinds
from detection.files.pictures import can_read
from gateway.webchat.identity import Identity

PASS_SECONDS: Final = 600.0
"""As long as Genesys's own addresses are good."""
READABLE: Final = (kinds.TEXT, kinds.CSV, "application/json", "text/markdown", kinds.PDF, kinds.DOCX)
"""Types whose words can be read."""
READABLE_NAMES: Final = (".txt", ".csv", ".json", ".md", ".log", ".pdf", ".docx")
"""Ends of the names of files whose words can be read, where a browser knows no type."""
PICTURES: Final = tuple(sorted(kinds.PICTURES))
"""Read where the extra ``ocr`` is installed."""

Policy = Literal["scan", "block", "pass"]
Way = Literal["uploads", "files"]


class FilePolicy:
    """What is done with files, by the setting."""

    def __init__(self, policy: Policy, identity: Identity) -> None:
        self.policy = policy
        self.readable = (*READABLE, *PICTURES) if can_read() else READABLE
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
        is_readable = kind.partition(";")[0].strip().lower() in self.readable or name.lower().endswith(READABLE_NAMES)
        return self.reads and is_readable

    def allowed_media(self, offered: Any) -> Any:
        """What Genesys says may be sent, cut down to what may pass here."""
        if self.policy == "pass" or not isinstance(offered, dict):
            return offered
        inbound = offered.get("inbound")
        size = inbound.get("maxFileSizeKB", 0) if isinstance(inbound, dict) and self.reads else 0
        types = [{"type": kind} for kind in self.readable] if self.reads else []
        return {"inbound": {"fileTypes": types, "maxFileSizeKB": size}}

    def upload_modes(self, offered: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The same of a deployment's configuration, where modes name types and sizes."""
        if self.policy == "pass":
            return offered
        sizes = [mode["maxFileSizeKB"] for mode in offered if isinstance(mode.get("maxFileSizeKB"), int)]
        return [{"fileTypes": list(self.readable), "maxFileSizeKB": max(sizes)}] if self.reads and sizes else []

    def address(self, base_url: str, way: Way, conversation_id: str, url: str, **more: Any) -> str:
        """The gateway's own address for one of Genesys's."""
        kind: Literal["upload", "file"] = "upload" if way == "uploads" else "file"
        sealed = self._identity.sealed(kind, conversation_id, PASS_SECONDS, url=url, **more)
        return f"{base_url}/webchat/{way}/{sealed}"


def objection_to(read: FileContent) -> bool:
    """Whether a file is refused, apart from what it says: it was not read whole, pictures in it included."""
    is_known = read.kind in kinds.DOCUMENTS or read.kind in kinds.PICTURES
    has_unread = bool(read.pictures) and not read.pictures_read
    return bool(read.unreadable) or not is_known or has_unread or are_too_many(read.strings)
