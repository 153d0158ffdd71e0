"""What a file is, by its bytes: what its sender calls it is not believed."""

import io
import zipfile
from typing import Final

TEXT: Final = "text/plain"
CSV: Final = "text/csv"
PDF: Final = "application/pdf"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
JPEG, PNG, WEBP, GIF = "image/jpeg", "image/png", "image/webp", "image/gif"
DOCUMENTS: Final = frozenset({TEXT, CSV, PDF, DOCX})
"""Documents whose every string can be read."""
PICTURES: Final = frozenset({JPEG, PNG, WEBP, GIF})
STRIPPED: Final = PICTURES | {DOCX}
"""Kinds whose metadata can be removed, and is."""
_MAGIC: Final = ((b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG), (b"GIF8", GIF), (b"%PDF-", PDF))
_BINARY: Final = (b"MZ", b"\x7fELF", b"\xd0\xcf\x11\xe0", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
_FOREIGN: Final = (*_BINARY, b"{\\rtf", b"<!DOCTYPE", b"<html")
"""Programs, archives, old Office files and pages: never taken for plain text."""
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")


def kind_of(content: bytes, claimed: str = "") -> str | None:
    """The media type; None for a file of a kind that is not known here.

    ``claimed`` tells two kinds apart that look alike (text and CSV), and names sound and video, which are not read.
    """
    claimed = claimed.partition(";")[0].strip().lower()
    for magic, kind in _MAGIC:
        if content.startswith(magic):
            return kind
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return WEBP
    if content.startswith(b"PK\x03\x04"):
        return DOCX if _is_docx(content) else None
    if _is_recording(content, claimed):
        return claimed
    return (CSV if claimed == CSV else TEXT) if _is_text(content) else None


def _is_docx(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError):
        return False
    return "word/document.xml" in names and not any(name.endswith("vbaProject.bin") for name in names)


def _is_recording(content: bytes, claimed: str) -> bool:
    family = claimed.partition("/")[0]
    if family == "video":
        return content[4:8] == b"ftyp"
    starts = (b"OggS", b"ID3", b"#!AMR", b"\xff\xf1", b"\xff\xf9", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")
    return family == "audio" and (content.startswith(starts) or content[4:8] == b"ftyp")


def _is_text(content: bytes) -> bool:
    if content.lstrip()[:10].startswith(_FOREIGN):
        return False
    return content.startswith(_UTF_16) or b"\0" not in content
